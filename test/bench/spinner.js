/* SPDX-License-Identifier: MIT */
/*
 * What stack.js looks into: a loop that is idle, or spins twenty calls deep and notes for how
 * long it was kept from it. And the peer that looks into it: a session of node:inspector in a
 * worker, which is as near as it gets. Over its WebSocket a pause took 47 ms (median of 98 on
 * a busy machine), here 2 ms.
 */
'use strict';

const { once } = require('node:events');
const { Session } = require('node:inspector');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { obey, threadTimes } = require('./orders.js');

const DEPTH = 20;
const KEPT_MS = 0.02;   /* a turn takes 0.0001 ms; what is longer was not the loop itself */

/* All that was taken from the loop, by the collector and by who looks in; not what other
 * programs took. */
function spin(ms)
{
    const { queued_ms } = threadTimes();
    const end = performance.now() + ms;
    let kept_ms = 0;

    for (let last = performance.now(), now = last; last < end; last = now) {
        now = performance.now();
        if (now - last > KEPT_MS)
            kept_ms += now - last;
    }
    return kept_ms - (threadTimes().queued_ms - queued_ms);
}

function dive(depth, ms)
{
    const kept_ms = depth === 0 ? spin(ms) : dive(depth - 1, ms);

    return kept_ms;
}

function main()
{
    const { socket } = require(path.join(__dirname, '..', '..', 'addon'))
        .start({ service: 'bench' });
    const worker = new Worker(__filename);

    worker.setMaxListeners(0);
    obey({
        spin: (ms) => dive(DEPTH, ms),
        /* What the worker is told it does while we spin, or stay idle: { ahead_ms, for_ms,
         * every_ms }. Resolves to how long each pause took to come. */
        async pause(plan) {
            worker.postMessage(plan);
            const kept_ms = plan.spin_ms === 0 ? 0 : dive(DEPTH, plan.spin_ms);
            const [took_ms] = await once(worker, 'message');

            return { kept_ms, took_ms };
        },
    }, { socket });
}

/* From the request to the event; then lets it go on. */
async function pauseOnce(session)
{
    const paused = once(session, 'Debugger.paused');
    const start = performance.now();

    session.post('Debugger.pause');
    await paused;
    const took_ms = performance.now() - start;
    const resumed = once(session, 'Debugger.resumed');

    session.post('Debugger.resume');
    await resumed;
    return took_ms;
}

function look()
{
    const session = new Session();

    session.connectToMainThread();
    session.post('Debugger.enable');
    parentPort.on('message', async ({ ahead_ms, for_ms, every_ms }) => {
        const took = [];

        await sleep(ahead_ms);
        for (const end = performance.now() + for_ms; performance.now() < end;) {
            took.push(await pauseOnce(session));
            await sleep(every_ms);
        }
        parentPort.postMessage(took);
    });
}

if (isMainThread)
    main();
else
    look();
