/* SPDX-License-Identifier: MIT */
/*
 * What it costs to add and remove a listener, and to construct an emitter, while somebody
 * traces who does: beside bare Node and beside an agent that nobody asks, in one process.
 *
 * Processor time, so that other programs count for less.
 */
'use strict';

const { EventEmitter } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const { SERVER, start, stop } = require('./kit.js');
const { median } = require('./statistics.js');

const ROUNDS = 9;
const PER_ROUND = 3e5;
const SPARSE = 250;     /* additions that are all looked at: a second's share of five minutes */
const nothing = () => {};

function cpuNs()
{
    const { user, system } = process.cpuUsage();

    return (user + system) * 1e3;
}

function timed(count, each)
{
    const before = cpuNs();

    for (let i = 0; i < count; i++)
        each();
    return (cpuNs() - before) / count;
}

function addAndRemove(emitter)
{
    return () => {
        emitter.on('a', nothing);
        emitter.off('a', nothing);
    };
}

async function measure()
{
    const emitter = new EventEmitter();
    const figures = { onOff: [], construct: [] };

    for (let i = 0; i < ROUNDS; i++) {
        await turn();
        figures.onOff.push(timed(PER_ROUND, addAndRemove(emitter)));
        figures.construct.push(timed(PER_ROUND, () => new EventEmitter()));
    }
    return { onOff: median(figures.onOff), construct: median(figures.construct) };
}

/* Do `work` while a trace of `what` is on: it ends when who has asked for it leaves. */
async function during(url, what, work)
{
    const { prototype: { on }, init } = EventEmitter;
    const isHooked = () => EventEmitter.prototype.on !== on || EventEmitter.init !== init;
    const request = http.get(`${url}/trace?seconds=300&wait_ms=60000&what=${what}`,
        { agent: false }).on('error', nothing);

    while (!isHooked())
        await turn();
    const result = await work();

    request.destroy();
    while (isHooked())
        await turn();
    return result;
}

/* Microseconds for each addition that is looked at. */
function sparse()
{
    return timed(SPARSE, addAndRemove(new EventEmitter())) / 1e3;
}

async function child()
{
    const bare = await measure();
    const porthole = require(path.join(__dirname, '..', '..', 'addon'));
    const { url } = porthole.start({ service: 'bench', port: 0 });
    const idle = await measure();

    await during(url, 'listeners', sparse); /* loads what it needs */
    const looked = await during(url, 'listeners', sparse);
    const listeners = await during(url, 'listeners', measure);
    const sockets = await during(url, 'sockets', measure);
    const after = await measure();

    console.log(JSON.stringify({ bare, idle, looked, listeners, sockets, after }));
    process.exit(0);
}

function row(figure, ours, bare, more = {})
{
    return { figure, porthole: `${ours.toFixed(1)} ns`,
        peer: `bare Node: ${bare.toFixed(1)} ns`,
        ratio: (ours / bare).toFixed(2), ...more };
}

async function run()
{
    const app = await start([process.execPath, __filename], { core: SERVER });
    const { bare, idle, looked, listeners, sockets, after } = app.ready;

    await stop(app);
    return { figures: app.ready, rows: [
        row('add and remove a listener, nobody traces', idle.onOff, bare.onOff),
        row('the same while listeners are traced', listeners.onOff, bare.onOff),
        row('the same after the traces', after.onOff, bare.onOff),
        row('construct an emitter, nobody traces', idle.construct, bare.construct),
        row('the same while sockets are traced', sockets.construct, bare.construct),
        row('the same after the traces', after.construct, bare.construct),
        { figure: 'a listener whose stack is taken', porthole: `${looked.toFixed(1)} µs`,
            peer: 'at most some 2,000 a second' },
    ] };
}

if (require.main === module)
    child();

module.exports = { run };
