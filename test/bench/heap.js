/* SPDX-License-Identifier: MIT */
/*
 * What it costs to look into a heap: GET /heap/histogram and /heap/snapshot over the unix
 * socket, beside v8.writeHeapSnapshot; for heaps of 0.1 and 1 million objects, with
 * BENCH_BIG=1 also of 3. For how long the loop stood still is what the loop saw, less what
 * other programs took of its core; by how much the process grew is the kernel's high-water
 * mark.
 *
 * A process each: memory that one leaves to the allocator, the next would get for nothing.
 */
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const { startApp, stop, sleep } = require('./kit.js');
const { Client } = require('./client.js');
const { median } = require('./statistics.js');

const COUNTS = [1e5, 1e6, ...process.env.BENCH_BIG === '1' ? [3e6] : []];
const HISTOGRAMS = 5;
const MEGABYTE = 1e6;
const TICK_MS = 1200;   /* until the agent has told of the heap as it is now */

function memory(pid)
{
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm')
        .exec(status)[1]) * 1024;

    return { now: bytes('VmRSS'), highest: bytes('VmHWM') };
}

/* Do it once, in a settled process: what it returns, for how long the loop stood still, by
 * how much the process grew meanwhile and how long it took in all. */
async function cost(app, work)
{
    const { heap_bytes, objects } = await app.ask('settle');

    fs.writeFileSync(`/proc/${app.pid}/clear_refs`, '5'); /* the high-water mark falls */
    const { now } = memory(app.pid);
    const start = performance.now();
    const result = await work();
    const wall_ms = performance.now() - start;

    return { heap_bytes, objects, wall_ms, result, loop_ms: await app.ask('longest'),
        grown_bytes: memory(app.pid).highest - now };
}

/* Read to its end and thrown away; how many bytes there were. */
function drain(socketPath, path)
{
    return new Promise((resolve, reject) => {
        http.get({ socketPath, path, agent: false }, (response) => {
            let bytes = 0;

            if (response.statusCode !== 200)
                reject(new Error(`'${path}': ${response.statusCode}`));
            response.on('data', (part) => bytes += part.length);
            response.on('end', () => resolve(bytes));
            response.on('error', reject);
        }).on('error', reject);
    });
}

async function inHoard(options, measure)
{
    const app = await startApp(options, { script: 'hoard.js', node: ['--expose-gc'] });

    try {
        await app.ask('settle');
        await sleep(TICK_MS);
        return await measure(app, app.ready.socket);
    } finally {
        await stop(app);
    }
}

/** One snapshot of a hoard by porthole, and what it said before it would cost. */
function snapshot(options)
{
    return inHoard(options, async (app, socket) => {
        const client = new Client(socket);
        const { body } = await client.get('/heap/snapshot?estimate');
        const { estimate, heap_used_bytes: told_bytes } = JSON.parse(body);

        client.end();
        return { told_bytes, estimate,
            ...await cost(app, () => drain(socket, '/heap/snapshot?force')) };
    });
}

function peerSnapshot(options)
{
    return inHoard(options, (app) => cost(app, () => app.ask('write')));
}

/* The longest of several is not the rule: each costs the same. */
function histograms(options)
{
    return inHoard(options, async (app, socket) => {
        const client = new Client(socket);
        const costs = [];

        for (let i = 0; i < HISTOGRAMS; i++) {
            const once = await cost(app, () => client.get('/heap/histogram'));
            const { objects, cost: told } = JSON.parse(once.result.body);

            costs.push({ ...once, result: { objects, told } });
        }
        client.end();
        return costs;
    });
}

function megabytes(bytes)
{
    return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}

function seconds(ms)
{
    return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function say({ loop_ms, wall_ms, grown_bytes, result })
{
    return `${seconds(loop_ms)}, ${seconds(wall_ms)}; ${megabytes(grown_bytes)}; ` +
        megabytes(result);
}

function rowOfHistogram(costs, peer)
{
    const [{ result: { objects }, heap_bytes }] = costs;
    const loop_ms = median(costs.map((once) => once.loop_ms));
    const millions = objects / 1e6;

    return {
        figure: `loop stop for a histogram of ${millions.toFixed(2)} million objects, ` +
            `${megabytes(heap_bytes)} (per million)`,
        porthole: `${seconds(loop_ms)} (${seconds(loop_ms / millions)}), n = ${costs.length}`,
        peer: `v8.writeHeapSnapshot: ${seconds(peer.loop_ms)} ` +
            `(${seconds(peer.loop_ms / millions)})`,
        ratio: (loop_ms / peer.loop_ms).toFixed(3),
    };
}

function rowOfSnapshot(count, ours, peer)
{
    return {
        figure: `snapshot of ${count / 1e6} million: loop stop, in all; growth; file`,
        porthole: say(ours),
        peer: `v8.writeHeapSnapshot: ${say(peer)}`,
        ratio: `stop ${(ours.loop_ms / peer.loop_ms).toFixed(2)}; ` +
            `growth ${(ours.grown_bytes / peer.grown_bytes).toFixed(2)}`,
    };
}

async function run()
{
    const data = [];
    const rows = [];

    for (const count of COUNTS) {
        const options = { shape: 'objects', count };
        const counted = await histograms(options);
        const ours = await snapshot(options);
        const peer = await peerSnapshot(options);

        data.push({ count, counted, ours, peer });
        rows.push(rowOfHistogram(counted, peer), rowOfSnapshot(count, ours, peer));
    }
    return { data, rows };
}

module.exports = { run, snapshot };
