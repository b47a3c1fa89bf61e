/* SPDX-License-Identifier: MIT */
import porthole from './index.js';

export const {
    start, state, close, track, watch, provide, kang, on, off, counter, gauge, histogram,
    version,
} = porthole;
export default porthole;
