/* SPDX-License-Identifier: MIT */
/* Healthy: a job of ten minutes each hour that needs 40 MB. */
'use strict';

const { begin, dole, each, garbage } = require('./kit.js');

const due = dole(1e5);
let job = null;

each(1, () => {
    job = [];
    for (let i = 0; i < 640; i++)
        job.push(garbage(65536));
});
each(1 / 60, () => {
    if (job !== null && (job.minutes = (job.minutes ?? 0) + 1) > 10)
        job = null;
});
begin('batch', () => {
    for (let n = due(); n > 0; n--)
        garbage(64);
});
