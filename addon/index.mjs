/* SPDX-License-Identifier: MIT */
import porthole from './index.js';

export const { start, state, close, track, provide, kang, version } = porthole;
export default porthole;
