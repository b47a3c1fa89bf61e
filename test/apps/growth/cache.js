/* SPDX-License-Identifier: MIT */
/* Healthy: a cache of 24 MB that is full after an hour. */
'use strict';

const { begin, dole, garbage } = require('./kit.js');

const ENTRIES = 3000;

const cache = new Map();
const due = dole(ENTRIES);
let key = 0;

begin('cache', () => {
    for (let n = due(); n > 0; n--) {
        cache.set(key % ENTRIES, garbage(8192));
        key++;
    }
});
