/* SPDX-License-Identifier: MIT */
/*
 * What a CPU profile at 1 kHz takes from an application: work done per second of the loop's
 * processor time with GET /profile running, and with node:inspector's profiler, against the
 * stretches before and after, in which there is none. On an idle machine that is the time of
 * the clock; on a busy one it leaves out what others took. Starting and stopping do not count
 * here; what they cost the loop is told beside.
 */
'use strict';

const { SERVER, startApp, stop, load, sleep } = require('./kit.js');
const { Client } = require('./client.js');
const { median, summarize } = require('./statistics.js');

const ROTATIONS = 10;
const WARM_MS = 4000;
const SETTLE_MS = 400;
const STRETCH_MS = 1000;
const PROFILE_S = (2 * SETTLE_MS + STRETCH_MS) / 1000;
const CONNECTIONS = 8;

/* Begin a profile; end() gives what there is to tell. */
const kinds = {
    none: async () => async () => null,
    async porthole({ client }) {
        const asked = client.get(`/profile?seconds=${PROFILE_S}&interval_us=1000`);

        return async () => {
            const { samples, startTime, endTime, porthole } = JSON.parse((await asked).body);

            return { rate: samples.length / (endTime - startTime) * 1e6,
                loop_ms: porthole.cost.loop_ms };
        };
    },
    async inspector({ app }) {
        await app.ask('inspector', true);
        return async () => ({ rate: await app.ask('inspector', false) });
    },
};
/* Each profile between two stretches without. */
const ROTATION = ['none', 'porthole', 'none', 'inspector'];

async function stretch(subject, kind)
{
    const end = await kinds[kind](subject);

    await sleep(SETTLE_MS);
    const before = await subject.app.ask('done');

    await sleep(STRETCH_MS);
    const after = await subject.app.ask('done');
    const done = after.done - before.done;
    const profile = await end();

    return { kind, profile, by_loop: done / (after.loop_ms - before.loop_ms) * 1000,
        by_all: done / (after.all_ms - before.all_ms) * 1000 };
}

async function measure(express)
{
    /* The sampling thread, and the agent's, may run beside the work, as in production. */
    const app = await startApp({ express }, { script: 'toiler.js',
        core: express ? SERVER : undefined });
    const client = new Client(app.ready.socket);
    const customers = express ? load(`${app.ready.url}/products/7`, CONNECTIONS) : null;
    const stretches = [];

    await sleep(WARM_MS);
    for (let i = 0; i <= ROTATIONS * ROTATION.length; i++)
        stretches.push(await stretch({ app, client }, ROTATION[i % ROTATION.length]));
    client.end();
    await Promise.all([app, customers].filter((child) => child !== null).map(stop));
    return stretches;
}

/* Of each stretch of a kind against the mean of its neighbours. */
function ratio(stretches, kind, by)
{
    const ratios = stretches.flatMap((at, i) => at.kind !== kind ? []
        : [2 * at[by] / (stretches[i - 1][by] + stretches[i + 1][by])]);

    return summarize(ratios);
}

function say(stretches, kind)
{
    const { median: loop, interval95: [low, high] } = ratio(stretches, kind, 'by_loop');
    const all = ratio(stretches, kind, 'by_all').median;
    const rate = median(stretches.filter((at) => at.kind === kind)
        .map(({ profile }) => profile.rate));

    return `${loop.toFixed(3)} (${low.toFixed(3)} .. ${high.toFixed(3)}), ` +
        `all threads ${all.toFixed(3)}, ${rate.toFixed(0)} samples/s`;
}

function row(figure, stretches)
{
    const by = (kind) => ratio(stretches, kind, 'by_loop').median;

    return {
        figure: `throughput of ${figure} during a profile, to none (95 % interval)`,
        porthole: say(stretches, 'porthole'),
        peer: `inspector: ${say(stretches, 'inspector')}`,
        ratio: (by('porthole') / by('inspector')).toFixed(3),
    };
}

function rowOfLoop(stretches)
{
    const told = stretches.filter(({ kind }) => kind === 'porthole')
        .map(({ profile }) => profile.loop_ms);

    return { figure: `loop time to start and stop a profile of ${PROFILE_S} s`,
        porthole: `${median(told).toFixed(1)} ms (n = ${told.length})`, peer: '' };
}

async function run()
{
    const loop = await measure(false);
    const express = await measure(true);

    return {
        data: { loop, express },
        rows: [row('a busy loop', loop), row('express under wrk', express), rowOfLoop(loop)],
    };
}

module.exports = { run };
