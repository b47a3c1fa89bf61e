/* SPDX-License-Identifier: MIT */
import porthole from './index.js';

export const { start, state, close, counter, gauge, histogram, version } = porthole;
export default porthole;
