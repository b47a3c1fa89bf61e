/* SPDX-License-Identifier: MIT */
/* Leaks heap: each request leaves a closure behind, and with it what it has seen. */
'use strict';

const { begin, dole, garbage } = require('./kit.js');

const callbacks = [];
const due = dole(5000); /* of 4 KiB: 20 MB an hour */

begin('closure', () => {
    for (let n = due(); n > 0; n--) {
        const seen = garbage(4096);

        callbacks.push(() => seen.length); /* LEAK */
    }
});
