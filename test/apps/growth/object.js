/* SPDX-License-Identifier: MIT */
/* Leaks objects that are registered with the agent: jobs that are done and never removed. */
'use strict';

const porthole = require('../../../addon');
const { begin, dole } = require('./kit.js');

const jobs = new Map();
const due = dole(600);

begin('object', () => {
    for (let n = due(); n > 0; n--) {
        const id = jobs.size;
        const job = { id, state: 'done' };

        jobs.set(id, job); /* LEAK */
        porthole.track('job', id, job);
    }
});
