/* SPDX-License-Identifier: MIT */
/*
 * Collections as porthole and prom-client count them, against V8's own log, in an
 * application that allocates as fast as it can in long turns of its loop. And what it costs
 * to be told of one: a minor collection beside bare Node's, and beside one that a
 * PerformanceObserver is told of, which is what prom-client and its like use.
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

const GOAL_NS = 1000;

async function costRow()
{
    const app = await startApp({}, { script: 'holder.js', core: 0, node: ['--expose-gc'] });
    const { bare, porthole, observer } = await app.ask('collections');
    const more = (ns) => `${(ns - bare).toFixed(0)} ns more (${(ns / bare).toFixed(3)} times)`;

    await stop(app);
    return {
        figure: `one minor collection, ${(bare / 1000).toFixed(1)} us in bare Node`,
        porthole: more(porthole),
        peer: `PerformanceObserver: ${more(observer)}`,
        ratio: ((porthole - bare) / (observer - bare)).toFixed(3),
        goal: 'under 1 us',
        met: porthole - bare < GOAL_NS,
    };
}

async function run()
{
    const cost = await costRow();
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
        }, cost],
    };
}

module.exports = { run };
