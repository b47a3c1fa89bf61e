/* SPDX-License-Identifier: MIT */
/*
 * Answers per second of GET /state beside bare_mhd.c, which hands out constant bytes in the
 * same embedding: 4 KiB of them, and as many as the state has. The load is wrk, keep-alive.
 * Server on one core, load on the other, rounds in turns. As second witness the processor
 * time per answer, in which work of other programs on the machine does not count.
 */
'use strict';

const { SERVER, start, startApp, stop, get, wrk, sleep, cpuMs } = require('./kit.js');
const { median } = require('./statistics.js');

const GROWN_MS = 3500;      /* the first ticks know less than later ones */
const ROUNDS = 5;
const TRIES = 8;            /* for so many rounds */
const UNDISTURBED = 0.9;    /* of its core is what a server under this load must have had */
const ROUND_S = 2;
const CONNECTIONS = 32;
const CONSTANT_BYTES = 4096;
const GOAL = 0.9;

async function startBare(bytes)
{
    const child = await start(['build/bench/bare_mhd', String(bytes)], { core: SERVER });

    return { pid: child.pid, child, url: `http://127.0.0.1:${child.ready.port}/` };
}

async function round({ pid, url })
{
    const before = cpuMs(pid);
    const rate = await wrk(url, ROUND_S, CONNECTIONS);

    return { rate, cpu_us: (cpuMs(pid) - before) * 1000 / (rate * ROUND_S) };
}

/* Of the rounds in which every server had its core to itself, else of all. */
async function measure(servers)
{
    const all = [];
    const good = [];

    for (const { url } of servers)
        await wrk(url, 1, CONNECTIONS);     /* warm */
    for (let i = 0; i < TRIES && good.length < ROUNDS; i++) {
        const results = [];

        for (const server of servers)
            results.push(await round(server));
        all.push(results);
        if (results.every(({ rate, cpu_us: cpu }) => rate * cpu / 1e6 >= UNDISTURBED))
            good.push(results);
    }
    return good.length > 0 ? good : all;
}

/* Column 0 of the rounds against another one. */
function row(figure, rounds, peer)
{
    const rate = (column) => Math.round(median(rounds.map((results) => results[column].rate)));
    const ratio = median(rounds.map((results) => results[0].rate / results[peer].rate));
    const byCpu = median(rounds.map((results) => results[peer].cpu_us / results[0].cpu_us));

    return {
        figure,
        porthole: `${rate(0)}/s`,
        peer: `libmicrohttpd: ${rate(peer)}/s`,
        ratio: `${ratio.toFixed(3)}; by processor time ${byCpu.toFixed(3)}`,
        goal: `>= ${GOAL}`,
        met: ratio >= GOAL,
    };
}

async function run()
{
    const app = await startApp({ porthole: true }, { core: SERVER });
    const url = `${app.ready.porthole}/state`;

    await sleep(GROWN_MS);
    const bytes = Buffer.byteLength(await get(url, { raw: true }));
    const constant = await startBare(CONSTANT_BYTES);
    const same = await startBare(bytes);
    const rounds = await measure([{ pid: app.pid, url }, constant, same]);

    await Promise.all([app, constant.child, same.child].map(stop));
    return {
        data: { bytes, rounds },
        rows: [
            row(`/state (${bytes} bytes) against a constant ${CONSTANT_BYTES}`, rounds, 1),
            row(`/state (${bytes} bytes) against a constant ${bytes}`, rounds, 2),
        ],
    };
}

module.exports = { run };
