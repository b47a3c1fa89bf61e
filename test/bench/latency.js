/* SPDX-License-Identifier: MIT */
/*
 * How long GET /state takes while the loop is busy, and while it is blocked, beside
 * prom-client's /metrics in the same process. The client is ask.c. Nothing but the load is
 * pinned: where the agent's threads run is the kernel's choice, as in production.
 */
'use strict';

const { startApp, startStock, stop, get, output, load, sleep } = require('./kit.js');

const REQUESTS = { state: 4000, metrics: 1000 };
const PAUSE_US = 1000;
const PATIENCE_MS = 2000;
const BLOCK_MS = 10000;
const CONNECTIONS = 8;
const GOAL_MS = 2;

/* The client shares a core with the load: let it run at once when its answer is there, or it
 * measures its own waiting. Needs root; without it p99 is higher on both sides. */
async function urgently()
{
    const prefix = ['chrt', '-f', '1'];

    return output([...prefix, 'true']).then(() => prefix, () => []);
}

async function ask(url, what)
{
    const { port } = new URL(url);
    const text = await output([...await urgently(), 'build/bench/ask', port, `/${what}`,
        String(REQUESTS[what]), String(PAUSE_US), String(PATIENCE_MS)]);

    return JSON.parse(text);
}

async function whileBusy(app)
{
    const customers = load(`${app.ready.url}/products/7`, CONNECTIONS);

    await sleep(2000);
    const state = await ask(app.ready.porthole, 'state');
    const metrics = await ask(app.ready.url, 'metrics');
    const { loop } = (await get(`${app.ready.porthole}/state`)).threads[0];

    await stop(customers);
    return { state, metrics, utilization: loop.utilization };
}

async function whileBlocked(app)
{
    await app.ask('block', BLOCK_MS);
    await sleep(1500);
    const state = await ask(app.ready.porthole, 'state');
    const metrics = await ask(app.ready.url, 'metrics');
    const { loop } = (await get(`${app.ready.porthole}/state`)).threads[0];

    if (loop.state !== 'blocked')
        throw new Error(`the loop should be blocked and is '${loop.state}'`);
    return { state, metrics, blocked_ms: loop.blocked_ms };
}

function milliseconds({ answered, p50_us: p50, p99_us: p99 })
{
    if (answered === 0)
        return `no answer in ${PATIENCE_MS / 1000} s`;
    return `${(p50 / 1000).toFixed(2)} / ${(p99 / 1000).toFixed(2)} ms`;
}

function row(figure, { state, metrics })
{
    const ratio = metrics.answered === 0 ? null : state.p99_us / metrics.p99_us;

    return {
        figure,
        porthole: milliseconds(state),
        peer: `prom-client: ${milliseconds(metrics)}`,
        ratio: ratio === null ? 'never' : ratio.toFixed(3),
        goal: `p99 < ${GOAL_MS} ms`,
        met: state.answered === REQUESTS.state && state.p99_us < GOAL_MS * 1000,
    };
}

async function run()
{
    const stock = await startStock();
    const app = await startApp({ stock: stock.ready.url, porthole: true, prom: true });
    const busy = await whileBusy(app);
    const blocked = await whileBlocked(app);

    await stop(app);
    await stop(stock);
    return {
        data: { busy, blocked },
        rows: [
            row('GET of everything, busy loop, p50 / p99', busy),
            row('GET of everything, blocked loop, p50 / p99', blocked),
        ],
    };
}

module.exports = { run };
