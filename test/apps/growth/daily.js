/* SPDX-License-Identifier: MIT */
/* Healthy: sessions of 40 KiB, each for half an hour, and customers who sleep at night. */
'use strict';

const { begin, dole, garbage, hours } = require('./kit.js');

const sessions = [];
const due = dole(2000);

begin('daily', () => {
    while (sessions.length && sessions[0].until < hours())
        sessions.shift();
    for (let n = due(); n > 0; n--)
        sessions.push({ until: hours() + 0.5, data: garbage(40960) });
}, 'daily');
