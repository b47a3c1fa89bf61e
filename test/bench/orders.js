/* SPDX-License-Identifier: MIT */
/*
 * The measured side of kit.js's startApp(): says that it is ready, then does what it is asked
 * for over IPC, and ends with whoever asks.
 */
'use strict';

/** `orders` by name: functions of one value, whose result goes back. `ready` is told at once. */
function obey(orders, ready)
{
    process.on('disconnect', () => process.exit());
    process.on('message', async ({ id, what, value }) => {
        process.send({ id, value: await orders[what](value) ?? null });
    });
    console.log(JSON.stringify({ pid: process.pid, ...ready }));
}

module.exports = { obey };
