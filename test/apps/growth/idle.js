/* SPDX-License-Identifier: MIT */
/* Healthy: nobody comes. */
'use strict';

require('./kit.js').begin('idle');
