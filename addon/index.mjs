/* SPDX-License-Identifier: MIT */
import porthole from './index.js';

export const { start, state, close, track, version } = porthole;
export default porthole;
