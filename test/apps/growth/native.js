/* SPDX-License-Identifier: MIT */
/* Leaks native memory: the add-on of ../native.js forgets 16 KiB with some requests. */
'use strict';

const path = require('node:path');
const { begin, dole } = require('./kit.js');
const { leak } = require(path.join(__dirname, '..', '..', '..', 'build', 'leaky.node'));

const due = dole(1280); /* 20 MB an hour */

begin('native', () => {
    for (let n = due(); n > 0; n--)
        leak(16384); /* LEAK */
});
