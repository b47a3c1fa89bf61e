/* SPDX-License-Identifier: MIT */
/* An application with many emitters, for listeners.js: says what stops its loop for how
 * long. */
'use strict';

const EventEmitter = require('node:events');
const path = require('node:path');
const v8 = require('node:v8');

const { count } = JSON.parse(process.argv[2]);
const f = () => {};
let last = performance.now();
let longest = 0;

class Feed extends EventEmitter {}

const kept = Array.from({ length: count }, () => new Feed().on('a', f).on('b', f));
const { url } = require(path.join(__dirname, '../../addon')).start({ port: 0 });

setInterval(() => {
    const now = performance.now();

    longest = Math.max(longest, now - last - 1);
    last = now;
}, 1);

const answers = {
    longest: () => longest,
    queryObjects() {
        const began = performance.now();
        const n = v8.queryObjects(EventEmitter, { format: 'count' });
        const took = performance.now() - began;

        last = performance.now();
        longest = 0;
        return n >= kept.length ? took : NaN;
    },
};

process.on('message', ({ id, what }) => process.send({ id, value: answers[what]() }));
console.log(JSON.stringify({ url }));
