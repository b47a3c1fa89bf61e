/* SPDX-License-Identifier: MIT */
/*
 * What porthole costs when nobody looks: time to load, memory, time on the loop per tick
 * (as the agent itself reports it) and what 10,000 handles change about that, and processor
 * time of all its threads. Beside it prom-client: the same for loading and memory, and for
 * the loop what one scrape takes there, for it collects on each scrape.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { SERVER, startApp, stop, get, output, sleep, cpuMs } = require('./kit.js');
const { median } = require('./statistics.js');

const LOADS = 25;
const APPS = 5;             /* of each kind */
const GROWN_MS = 4000;      /* until an application has settled */
const WATCH_MS = 5000;
const SCRAPES = 20;
const HANDLES = 10000;
const CPU_MS = 5000;
const GOAL = { loadMs: 5, megabytes: 5 };

async function loadTimes()
{
    const times = { porthole: [], prom: [] };

    for (let i = 0; i <= LOADS; i++) {
        for (const what of Object.keys(times)) {
            const text = await output([process.execPath, path.join(__dirname, 'loadtime.js'),
                what]);

            if (i > 0) /* the first one warms the page cache */
                times[what].push(JSON.parse(text).ms);
        }
    }
    return times;
}

function residentMegabytes(pid)
{
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');

    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
}

const KINDS = { none: {}, porthole: { porthole: true }, prom: { prom: true } };

async function residentSizes()
{
    const result = { none: [], porthole: [], prom: [] };

    for (let i = 0; i < APPS; i++) {
        const apps = await Promise.all(Object.entries(KINDS).map(async ([kind, options]) =>
            ({ kind, app: await startApp(options) })));

        await sleep(GROWN_MS);
        for (const { kind, app } of apps)
            result[kind].push(residentMegabytes(app.pid));
        await Promise.all(apps.map(({ app }) => stop(app)));
    }
    return result;
}

/* Milliseconds per second that idle applications use: all threads, and nobody asks. */
async function idleProcessorTime()
{
    const apps = await Promise.all(Object.entries(KINDS).map(async ([kind, options]) =>
        ({ kind, app: await startApp(options) })));

    await sleep(GROWN_MS);
    const before = apps.map(({ app }) => cpuMs(app.pid));

    await sleep(CPU_MS);
    const spent = apps.map(({ kind, app }, i) =>
        [kind, (cpuMs(app.pid) - before[i]) / CPU_MS * 1000]);

    await Promise.all(apps.map(({ app }) => stop(app)));
    return Object.fromEntries(spent);
}

/* On the loop: milliseconds per tick, and per scrape of prom-client. */
async function onLoop(app)
{
    const url = `${app.ready.porthole}/state`;
    const before = await get(url);

    await sleep(WATCH_MS);
    const after = await get(url);
    const ticks = after.captured.tick - before.captured.tick;
    const scrapes = [];

    for (let i = 0; i < SCRAPES; i++)
        scrapes.push(await app.ask('scrape'));
    return {
        handles: after.threads[0].handles.total,
        loop_ms: (after.porthole.cost.loop_ms - before.porthole.cost.loop_ms) / ticks,
        cpu_ms: (after.porthole.cost.cpu_ms - before.porthole.cost.cpu_ms) / ticks,
        scrape_ms: median(scrapes),
    };
}

async function ticks()
{
    const app = await startApp({ porthole: true, prom: true }, { core: SERVER });

    await sleep(GROWN_MS);
    const few = await onLoop(app);

    await app.ask('sockets', HANDLES);
    await sleep(2000); /* ticks that have all of them */
    const many = await onLoop(app);

    await stop(app);
    return { few, many };
}

function rowOfLoad({ porthole, prom })
{
    return {
        figure: 'load and start, cold process',
        porthole: `${median(porthole).toFixed(2)} ms`,
        peer: `prom-client: ${median(prom).toFixed(2)} ms`,
        ratio: (median(porthole) / median(prom)).toFixed(2),
        goal: `< ${GOAL.loadMs} ms`,
        met: median(porthole) < GOAL.loadMs,
    };
}

function rowOfMemory(resident)
{
    const added = (kind) => median(resident[kind]) - median(resident.none);

    return {
        figure: 'resident memory added',
        porthole: `${added('porthole').toFixed(1)} MB`,
        peer: `prom-client: ${added('prom').toFixed(1)} MB`,
        ratio: (added('porthole') / added('prom')).toFixed(2),
        goal: `< ${GOAL.megabytes} MB`,
        met: added('porthole') < GOAL.megabytes,
    };
}

function rowOfTick(result)
{
    return {
        figure: `time on the loop per tick, ${result.handles} handles`,
        porthole: `${result.loop_ms.toFixed(2)} ms`,
        peer: `prom-client, per scrape: ${result.scrape_ms.toFixed(2)} ms`,
        ratio: (result.loop_ms / result.scrape_ms).toFixed(2),
    };
}

function rowOfProcessor(spent)
{
    const added = (kind) => (spent[kind] - spent.none).toFixed(1);

    return {
        figure: 'processor time added to an idle application',
        porthole: `${added('porthole')} ms/s`,
        peer: `prom-client, not scraped: ${added('prom')} ms/s`,
    };
}

async function run()
{
    const loads = await loadTimes();
    const resident = await residentSizes();
    const processor = await idleProcessorTime();
    const { few, many } = await ticks();

    return {
        data: { loads, resident, processor, few, many },
        rows: [
            rowOfLoad(loads), rowOfMemory(resident), rowOfTick(few), rowOfTick(many),
            rowOfProcessor(processor),
        ],
    };
}

module.exports = { run };
