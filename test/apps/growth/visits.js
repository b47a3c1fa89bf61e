/* SPDX-License-Identifier: MIT */
/* Leaks heap: what each request has seen stays. `node visits.js double` has twice as many. */
'use strict';

const { begin, garbage } = require('./kit.js');

const visits = [];

begin('visits', () => {
    visits.push(garbage(2048)); /* LEAK */
}, process.argv[2] ?? 'moody');
