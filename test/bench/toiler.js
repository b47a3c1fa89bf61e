/* SPDX-License-Identifier: MIT */
/*
 * What profile.js looks into: a processor at work all the time, in turns of a few
 * milliseconds, or an express application that waits for customers. Counts what it gets done.
 *
 *     node test/bench/toiler.js '{"express": false}'
 */
'use strict';

const http = require('node:http');
const { Session } = require('node:inspector/promises');
const path = require('node:path');
const { obey, threadTimes } = require('./orders.js');

const TURN_MS = 5;
const INTERVAL_US = 1000;
const PRODUCTS = 40;

const session = new Session();
let done = 0;

/* ---- Work ---- */

function fibonacci(n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

function makeProducts(seed)
{
    return Array.from({ length: PRODUCTS }, (_, i) =>
        ({ id: i, name: `product ${i}`, price: (i * 7919 + seed) % 1000 }));
}

function sortProducts(products)
{
    return products.sort((a, b) => a.price - b.price || a.id - b.id);
}

function copyThroughText(products)
{
    return JSON.parse(JSON.stringify(products));
}

/* Calls, objects, a comparator, strings and native code: 0.4 ms. */
function work(seed)
{
    const products = sortProducts(copyThroughText(makeProducts(seed)));

    return products[0].id + fibonacci(14);
}

function toil()
{
    for (const end = performance.now() + TURN_MS; performance.now() < end; done++)
        work(done);
    setImmediate(toil);
}

function listen(whenReady)
{
    const app = require('express')();

    app.get('/products/:seed', (request, response) => {
        done++;
        response.json(sortProducts(makeProducts(Number(request.params.seed))));
    });
    const server = http.createServer(app).listen(0, '127.0.0.1', () =>
        whenReady(`http://127.0.0.1:${server.address().port}`));
}

/* ---- The peer ---- */

async function startProfile()
{
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await session.post('Profiler.start');
}

/* Samples per second. */
async function stopProfile()
{
    const { profile } = await session.post('Profiler.stop');

    session.disconnect();
    return profile.samples.length / (profile.endTime - profile.startTime) * 1e6;
}

/* How long this thread has been running, and all threads. */
function processorTimes()
{
    const { user, system } = process.cpuUsage();

    return { loop_ms: threadTimes().ran_ms, all_ms: (user + system) / 1000 };
}

function begin(url)
{
    const { socket } = require(path.join(__dirname, '..', '..', 'addon'))
        .start({ service: 'bench' });

    obey({
        done: () => ({ done, ...processorTimes() }),
        inspector: (on) => on ? startProfile() : stopProfile(),
    }, { socket, url });
}

if (JSON.parse(process.argv[2]).express) {
    listen(begin);
} else {
    begin(null);
    toil();
}
