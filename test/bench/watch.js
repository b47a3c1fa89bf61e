/* SPDX-License-Identifier: MIT */
/*
 * What it costs to watch loops for blocks: processor time of the tick thread with loops that
 * are always busy, beside the same with a threshold of an hour, at which there is next to
 * nothing to do. The kernel tells it by thread; `cost.cpu_ms` of /state counts both threads of
 * the agent.
 */
'use strict';

const fs = require('node:fs');
const { startApp, stop, get, sleep } = require('./kit.js');

const WORKERS = [0, 16];
const GROWN_MS = 3000;
const WATCH_MS = 15000;
const BLOCKED_MS = { watched: 200, alone: 3600 * 1000 };

function tickThreadMs(pid)
{
    const tasks = `/proc/${pid}/task`;
    const thread = fs.readdirSync(tasks).find((id) =>
        fs.readFileSync(`${tasks}/${id}/comm`, 'utf8') === 'porthole-tick\n');

    return Number(fs.readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

async function used(app)
{
    const { porthole, threads } = await get(`${app.ready.porthole}/state`);

    return { tick_ms: tickThreadMs(app.pid), told_ms: porthole.cost.cpu_ms,
        states: threads.map(({ loop }) => loop.state), at_ms: performance.now() };
}

/* Milliseconds per minute. */
async function measure(options)
{
    const app = await startApp(options, { script: 'loops.js' });

    await sleep(GROWN_MS);
    const before = await used(app);

    await sleep(WATCH_MS);
    const after = await used(app);
    const minutes = (after.at_ms - before.at_ms) / 60000;

    await stop(app);
    return { ...options, states: after.states,
        tick: (after.tick_ms - before.tick_ms) / minutes,
        told: (after.told_ms - before.told_ms) / minutes };
}

function say({ tick, told })
{
    return `${tick.toFixed(0)} ms/min (told, both threads: ${told.toFixed(0)})`;
}

function row(watched, alone)
{
    return {
        figure: `processor time of the tick thread, ${watched.states.length} busy loop(s)`,
        porthole: say(watched),
        peer: `not watched: ${say(alone)}`,
        ratio: (watched.tick / alone.tick).toFixed(2),
    };
}

async function run()
{
    const data = [];
    const rows = [];

    for (const workers of WORKERS) {
        const watched = await measure({ workers, blockedMs: BLOCKED_MS.watched });
        const alone = await measure({ workers, blockedMs: BLOCKED_MS.alone });

        data.push(watched, alone);
        rows.push(row(watched, alone));
    }
    return { data, rows };
}

module.exports = { run };
