/* SPDX-License-Identifier: MIT */
/*
 * What it costs to show an application's own objects: the loop's lateness, time to the last
 * byte, and memory, beside the original kang 1.3.0 with the same objects; what happens at ten
 * requests a second, and while the loop is blocked; what a property costs to serialise and an
 * object to track, beside JSON.stringify and a registry in JavaScript.
 *
 * A process each: memory that one leaves to the allocator, the next would get for nothing.
 */
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const { startApp, stop, get, output, sleep } = require('./kit.js');
const { median } = require('./statistics.js');

const COUNTS = [100, 1000, 1e4, 1e5, 5e5];
const KINDS = ['tracked', 'provided', 'kang'];
const SCRAPES = 5;
const MANY = 1e5;
const HZ = 10;
const SECONDS = 10;
const BLOCK_MS = 12000;
const PAUSE_MS = 300;
const SETTLE_MS = 2000;
const GOAL = { stallMs: 5, wallMs: 300, bytes: 200, oneMs: 50, allMs: 1000 };

/* To the last byte, which is thrown away. */
function drain(base, path, agent)
{
    const start = performance.now();

    return new Promise((resolve, reject) => {
        http.get(base + path, { agent }, (response) => {
            let bytes = 0;

            if (response.statusCode !== 200)
                reject(new Error(`'${path}': ${response.statusCode}`));
            response.on('data', (part) => bytes += part.length);
            response.on('end', () => resolve({ bytes, wall_ms: performance.now() - start,
                cost: response.headers['x-porthole-cost'] }));
            response.on('error', reject);
        }).on('error', reject);
    });
}

function resident(pid)
{
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm')
        .exec(status)[1]) * 1024;

    return { rss: bytes('VmRSS'), highest: bytes('VmHWM') };
}

async function inCrowd(options, measure, node = [])
{
    const app = await startApp(options, { script: 'crowd.js',
        node: ['--expose-gc', '--no-deprecation', ...node] });

    try {
        await sleep(1500);
        return await measure(app, app.ready);
    } finally {
        await stop(app);
    }
}

/* What a number of scrapes one after the other cost. */
function scrapes(by, count)
{
    return inCrowd({ by, count }, async (app, { url, path }) => {
        const before = await app.ask('settle');
        const walls = [];
        const stalls = [];
        let bytes = 0;

        await sleep(PAUSE_MS);
        const quiet = await app.ask('late');

        for (let i = 0; i < SCRAPES; i++) {
            const answer = await drain(url, path);
            const late = await app.ask('late');

            walls.push(answer.wall_ms);
            stalls.push(late);
            ({ bytes } = answer);
            await sleep(PAUSE_MS);
            await app.ask('late');
        }
        return { by, count, bytes, before, quiet, ...resident(app.pid),
            wall_ms: median(walls),
            stall_ms: median(stalls.map(({ max }) => max)),
            worst_ms: Math.max(...stalls.map(({ max }) => max)),
            p99_ms: median(stalls.map(({ p99 }) => p99)) };
    });
}

/* Ten a second, whether the last one is there or not. */
function steadily(by, count)
{
    return inCrowd({ by, count }, async (app, { url, path }) => {
        const agent = new http.Agent({ keepAlive: true });
        const asked = [];

        await app.ask('settle');
        for (let i = 0; i < HZ * SECONDS; i++) {
            asked.push(drain(url, path, agent));
            await sleep(1000 / HZ);
        }
        const walls = (await Promise.all(asked)).map(({ wall_ms: ms }) => ms);
        const late = await app.ask('late');

        agent.destroy();
        return { by, count, late, wall_ms: median(walls), slowest_ms: Math.max(...walls) };
    });
}

function whileBlocked(count)
{
    return inCrowd({ by: 'tracked', count }, async (app, { url }) => {
        const one = [];
        const all = [];

        await app.ask('block', BLOCK_MS);
        await sleep(1000);
        for (let i = 0; i < 50; i++)
            one.push((await drain(url, `/objects/conn/c${i}`)).wall_ms);
        for (let i = 0; i < 3; i++)
            all.push((await drain(url, '/objects/conn')).wall_ms);
        const { threads: [{ loop }] } = await get(`${url}/state`);

        if (loop.state !== 'blocked')
            throw new Error(`the loop should be blocked and is '${loop.state}'`);
        return { one_ms: median(one), one_worst_ms: Math.max(...one), all_ms: median(all) };
    });
}

/* What it takes to track, and then to keep what was read, less the JSON itself. V8's young
 * generation is kept small, or how far that grows is what would be measured. */
function memory(count)
{
    return inCrowd({ by: 'later', count }, async (app, { url, path }) => {
        const sizes = [];
        const measure = async () => {
            await sleep(SETTLE_MS);
            await app.ask('settle');
            sizes.push(resident(app.pid).rss);
        };
        const json = await app.ask('json');

        await measure();
        await app.ask('track');
        await measure();
        await drain(url, path);
        await measure();
        return { bare: sizes[0], tracked: sizes[1], read: sizes[2], json };
    }, ['--max-semi-space-size=1']);
}

async function track()
{
    return JSON.parse(await output([process.execPath, '--expose-gc',
        require.resolve('./track.js')]));
}

function ms(value)
{
    return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function megabytes(bytes)
{
    return `${(bytes / 1e6).toFixed(0)} MB`;
}

function say({ stall_ms: stall, worst_ms: worst, p99_ms: p99, wall_ms: wall, before, rss })
{
    return `${ms(stall)} (worst ${ms(worst)}, p99 ${ms(p99)}); ${ms(wall)}; ` +
        `${megabytes(before)} → ${megabytes(rss)}`;
}

function rowOf(count, how, ours, kang)
{
    const goal = count === MANY ? { goal: `no stall > ${GOAL.stallMs} ms, ` +
        `answer < ${GOAL.wallMs} ms`, met: ours.worst_ms <= GOAL.stallMs &&
        ours.wall_ms <= GOAL.wallMs } : {};

    return {
        figure: `${count} objects, ${how}: loop late; last byte after; RSS`,
        porthole: say(ours), peer: `kang: ${say(kang)}`,
        ratio: `${(ours.stall_ms / kang.stall_ms).toFixed(3)}; ` +
            (ours.wall_ms / kang.wall_ms).toFixed(2),
        ...goal,
    };
}

function rowOfSteady(ours, kang)
{
    const tell = ({ late, wall_ms: wall }) =>
        `${ms(late.max)}, p99 ${ms(late.p99)}; ${ms(wall)}`;

    return {
        figure: `${MANY} tracked objects at ${HZ} requests/s: loop late; last byte after`,
        porthole: tell(ours), peer: `kang: ${tell(kang)}`,
        ratio: (ours.late.max / kang.late.max).toFixed(3),
        goal: `no stall > ${GOAL.stallMs} ms`, met: ours.late.max <= GOAL.stallMs,
    };
}

function rowOfBlocked({ one_ms: one, one_worst_ms: worst, all_ms: all })
{
    return {
        figure: `blocked loop: one object (worst of 50); all ${MANY}`,
        porthole: `${ms(one)} (${ms(worst)}); ${ms(all)}`, peer: 'kang: no answer',
        ratio: 'never', goal: `${GOAL.oneMs} ms; ${GOAL.allMs} ms`,
        met: worst <= GOAL.oneMs && all <= GOAL.allMs,
    };
}

function rowOfMemory({ bare, tracked, read, json })
{
    const tracking = (tracked - bare) / MANY;
    const beyond = (read - bare - json) / MANY;

    return {
        figure: 'memory per object: tracked; and once read, beyond the JSON that is kept',
        porthole: `${tracking.toFixed(0)} bytes; ${beyond.toFixed(0)} bytes`,
        peer: `the JSON: ${(json / MANY).toFixed(0)} bytes`,
        goal: `<= ${GOAL.bytes} bytes`, met: beyond <= GOAL.bytes,
    };
}

async function run()
{
    const data = { scrapes: [] };
    const rows = [];

    for (const count of COUNTS) {
        const by = {};

        for (const kind of KINDS)
            data.scrapes.push(by[kind] = await scrapes(kind, count));
        rows.push(rowOf(count, 'tracked', by.tracked, by.kang),
            rowOf(count, 'by kang options', by.provided, by.kang));
    }
    data.steady = { ours: await steadily('tracked', MANY), kang: await steadily('kang', MANY) };
    data.blocked = await whileBlocked(MANY);
    data.memory = await memory(MANY);
    data.track = await track();
    rows.push(rowOfSteady(data.steady.ours, data.steady.kang), rowOfBlocked(data.blocked),
        rowOfMemory(data.memory), ...data.track.rows);
    return { data, rows };
}

module.exports = { run };
