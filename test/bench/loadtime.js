/* SPDX-License-Identifier: MIT */
/*
 * node loadtime.js porthole|prom: how long it takes, in a process that has just begun, until
 * the one or the other is at work. Prints milliseconds and ends.
 */
'use strict';

const path = require('node:path');

const what = {
    porthole() {
        require(path.join(__dirname, '..', '..', 'addon')).start({ service: 'bench' });
    },
    prom() {
        require('prom-client').collectDefaultMetrics();
    },
};
const start = process.hrtime.bigint();

what[process.argv[2]]();
console.log(JSON.stringify({ ms: Number(process.hrtime.bigint() - start) / 1e6 }));
process.exit();
