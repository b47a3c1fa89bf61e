/* SPDX-License-Identifier: MIT */
import porthole from './index.js';

export const { start, state, close, provide, kang, version } = porthole;
export default porthole;
