/* SPDX-License-Identifier: MIT */
/*
 * Collections as porthole and prom-client count them, against V8's own log, in an
 * application that allocates as fast as it can in long turns of its loop.
 */
'use strict';

const { startApp, stop, get, sleep } = require('./kit.js');

const GARBAGE_MS = 4000;

/* What V8 says about each collection. */
function countTraced(lines)
{
    const matching = (pattern) => lines.filter((line) => pattern.test(line)).length;

    return {
        full: matching(/ms: Mark-Compact/),
        minor: matching(/ms: (Scavenge|Minor Mark)/),
    };
}

/* The state of a tick that began after now. */
async function nextState(url)
{
    const { captured: { tick } } = await get(url);

    for (;;) {
        const state = await get(url);

        if (state.captured.tick >= tick + 2)
            return state;
        await sleep(100);
    }
}

async function run()
{
    const lines = [];
    const forward = (line) => lines.push(line);
    const app = await startApp({}, { forward, node: ['--expose-gc'] });
    const { url, byProm } = await app.ask('garbage', GARBAGE_MS);
    const { gc } = (await nextState(`${url}/state`)).threads[0];

    await stop(app);
    const traced = countTraced(lines);
    const all = traced.full + traced.minor;
    const counted = gc.num_full_gc + gc.num_minor_gc;

    return {
        data: { traced, porthole: gc, prom: byProm },
        rows: [{
            figure: `collections counted, of ${all} in V8's log`,
            porthole: `${counted} (${gc.num_full_gc} full, ${gc.num_minor_gc} minor)`,
            peer: `prom-client: ${byProm.major + byProm.minor} (${byProm.major} full, ` +
                `${byProm.minor} minor)`,
            ratio: `${(counted / all).toFixed(3)} : ` +
                ((byProm.major + byProm.minor) / all).toFixed(3),
            goal: 'equal',
            met: gc.num_full_gc === traced.full && gc.num_minor_gc === traced.minor,
        }],
    };
}

module.exports = { run };
