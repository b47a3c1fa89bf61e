/* SPDX-License-Identifier: MIT */
/*
 * The application that is measured: the demo's shop without its leaks (or, without `stock`,
 * a server that does nothing), and beside it what the benchmark asks for over IPC.
 *
 *     node test/bench/app.js '{"stock": URL, "porthole": true, "prom": true}'
 *
 * `porthole` and `prom` say what is on at first. prom-client's /metrics is a route of the
 * same server, as its documentation shows it.
 */
'use strict';

const net = require('node:net');
const http = require('node:http');
const path = require('node:path');
const perfHooks = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const v8 = require('node:v8');

const ADDON = path.join(__dirname, '..', '..', 'addon');
const options = JSON.parse(process.argv[2]);

let served = 0;
let agent = null;
let prom = null;
const held = [];    /* what must not be collected */

/* prom-client has no way to switch its observers off. Remember them when they are made, so
 * that one process can be measured with and without. Must come before prom-client. */
const observers = [];

function rememberObservers()
{
    const { PerformanceObserver, monitorEventLoopDelay } = perfHooks;

    perfHooks.PerformanceObserver = class extends PerformanceObserver {
        constructor(callback)
        {
            super(callback);
            observers.push(() => this.disconnect());
        }
    };
    perfHooks.monitorEventLoopDelay = (given) => {
        const histogram = monitorEventLoopDelay(given);

        observers.push(() => histogram.disable());
        return histogram;
    };
}

function switchPorthole(on)
{
    if (on)
        agent = require(ADDON).start({ service: 'bench' });
    else
        agent.close();
    return on ? agent.url : null;
}

function switchProm(on)
{
    prom ??= require('prom-client');
    if (on) {
        prom.collectDefaultMetrics();
        return;
    }
    prom.register.clear();
    for (const end of observers.splice(0))
        end();
}

/* Both ends of `n` / 2 connections on the loopback, or of as many as the limit of
 * descriptors allows. Returns how many handles there are then. */
async function openSockets(n)
{
    const server = net.createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');

    await new Promise((resolve) => server.once('listening', resolve));
    for (let i = 0; i < n / 2; i++) {
        const socket = net.connect(server.address().port, '127.0.0.1');

        try {
            await new Promise((resolve, reject) => {
                socket.once('connect', resolve).once('error', reject);
            });
        } catch {
            break;
        }
        held.push(socket);
    }
    return held.length;
}

function spin(ms)
{
    const end = Date.now() + ms;

    while (Date.now() < end);
}

async function timeScrape()
{
    const start = process.hrtime.bigint();

    await prom.register.metrics();
    return Number(process.hrtime.bigint() - start) / 1e6;
}

/*
 * Allocate for `ms` in long turns, with V8's log of collections on. It goes on right after
 * both that count have been started, and an explicit collection right before it goes off
 * leaves nothing that could bring on another: all three see the same stretch.
 *
 * Returns where porthole can be asked, and what prom-client has counted.
 */
async function makeGarbage(ms)
{
    const end = Date.now() + ms;

    switchProm(true);
    switchPorthole(true);
    v8.setFlagsFromString('--trace-gc');
    while (Date.now() < end) {
        const kept = [];

        for (let i = 0; i < 3e5; i++)
            kept.push({ i, text: `number ${i}` });
        await sleep(1);
    }
    global.gc();
    v8.setFlagsFromString('--no-trace-gc');
    await sleep(200); /* prom-client is told of collections later */
    return { url: agent.url, byProm: await countedByProm() };
}

async function countedByProm()
{
    const metric = await prom.register.getSingleMetric('nodejs_gc_duration_seconds').get();
    const count = (kind) => metric.values.find(({ metricName, labels }) =>
        metricName.endsWith('_count') && labels.kind === kind)?.value ?? 0;

    return { major: count('major'), minor: count('minor') };
}

/* What can be asked for. */
const orders = {
    served: () => ({ served, cpu_us: processorTime() }),
    porthole: switchPorthole,
    prom: switchProm,
    sockets: openSockets,
    scrape: timeScrape,
    block(ms) {
        setImmediate(spin, ms);
    },
    garbage: makeGarbage,
};

/* Of all threads. */
function processorTime()
{
    const { user, system } = process.cpuUsage();

    return user + system;
}

function handler()
{
    if (options.stock === undefined)
        return (request, response) => response.end('ok');
    const { createShop } = require('../apps/shop.js');

    return createShop({ stock: options.stock });
}

async function answerMetrics(response)
{
    const text = await prom.register.metrics();

    response.setHeader('Content-Type', prom.register.contentType);
    response.end(text);
}

function main()
{
    const app = handler();
    const server = http.createServer((request, response) => {
        if (request.url === '/metrics' && prom !== null) {
            answerMetrics(response);
            return;
        }
        served++;
        app(request, response);
    });

    rememberObservers();
    if (options.porthole)
        switchPorthole(true);
    if (options.prom)
        switchProm(true);
    server.keepAliveTimeout = 60000;
    server.listen(0, '127.0.0.1', () => {
        const url = `http://127.0.0.1:${server.address().port}`;

        console.log(JSON.stringify({ pid: process.pid, url, porthole: agent?.url ?? null }));
    });
    process.on('disconnect', () => process.exit());
    process.on('message', async ({ id, what, value }) => {
        process.send({ id, value: await orders[what](value) ?? null });
    });
}

main();
