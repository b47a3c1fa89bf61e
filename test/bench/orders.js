/* SPDX-License-Identifier: MIT */
/*
 * The measured side of kit.js's startApp(): says that it is ready, then does what it is asked
 * for over IPC, and ends with whoever asks. And the kernel's clocks of a thread.
 */
'use strict';

const fs = require('node:fs');

/** `orders`, by name, are functions of one value whose result goes back; `ready` is told at
 *  once. */
function obey(orders, ready)
{
    process.on('disconnect', () => process.exit());
    process.on('message', async ({ id, what, value }) => {
        process.send({ id, value: await orders[what](value) ?? null });
    });
    console.log(JSON.stringify({ pid: process.pid, ...ready }));
}

/** How long the calling thread has been running, and for how long it could have run while
 *  others did: on a busy machine no figure of ours. */
function threadTimes()
{
    const [ran, queued] = fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');

    return { ran_ms: Number(ran) / 1e6, queued_ms: Number(queued) / 1e6 };
}

module.exports = { obey, threadTimes };
