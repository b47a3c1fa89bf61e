/* SPDX-License-Identifier: MIT */
/*
 * Holds many handles, and collects garbage often; the one that handles.js and gc.js measure.
 * Prints one line of JSON when it is ready, and answers over IPC.
 */
'use strict';

const path = require('node:path');
const { PerformanceObserver } = require('node:perf_hooks');
const { setImmediate: turn, setTimeout: sleep } = require('node:timers/promises');

process.noDeprecation = true;
const ADDON = path.join(__dirname, '..', '..', 'addon');
const { load } = require(path.join(ADDON, 'native.js'));

const porthole = require(ADDON);
const { binding } = load(process.platform, process.version);

const ROUNDS = 15;
const CHUNKS = 40;
const CHUNK = 25;           /* collections in one turn of the loop */
const TURNS = 200000;
const WALKS = 9;

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const held = [];            /* what must not be collected */

/* Handles without a descriptor of their own, of which there can be any number, in between
 * other objects of the heap as in an application. */
function hold(n)
{
    const { TCP, constants } = process.binding('tcp_wrap');

    while (held.length < n)
        held.push({ handle: new TCP(constants.SOCKET), text: `held ${held.length}` });
    return held.length;
}

/* What one walk takes, the median of some; and Node's own list of what is active. */
async function walk()
{
    const walks = [];
    const lists = [];

    for (let i = 0; i < WALKS; i++) {
        porthole.start({ tickMs: 60000 });
        walks.push(binding.handleWalkNs());
        porthole.close();
        const began = process.hrtime.bigint();

        process._getActiveHandles();
        lists.push(Number(process.hrtime.bigint() - began));
        await sleep(50);
    }
    return { walkNs: median(walks), listNs: median(lists) };
}

/* ---- With and without, in turn -------------------------------------------------------- */

const observer = new PerformanceObserver((list) => void list.getEntries());

const modes = {
    bare: { on() {}, off() {} },
    porthole: { on: () => porthole.start(), off: () => porthole.close() },
    observer: { on: () => observer.observe({ entryTypes: ['gc'] }),
        off: () => observer.disconnect() },
};

/* The median over the rounds of each mode, in ns for one of `per`. */
async function compare(names, once, per)
{
    const took = Object.fromEntries(names.map((name) => [name, []]));

    for (let round = 0; round <= ROUNDS; round++) {
        for (const name of names) {
            modes[name].on();
            await sleep(20);
            const began = process.hrtime.bigint();

            await once();
            if (round !== 0)
                took[name].push(Number(process.hrtime.bigint() - began) / per);
            modes[name].off();
        }
    }
    return Object.fromEntries(names.map((name) => [name, median(took[name])]));
}

/* Minor collections by request: they cost the same each time, and little. */
async function collect()
{
    for (let i = 0; i < CHUNKS; i++) {
        for (let k = 0; k < CHUNK; k++)
            global.gc({ type: 'minor' });
        await turn();
    }
}

/* Under porthole, for so long: how many. */
async function collectFor(ms)
{
    const end = Date.now() + ms;
    let n = 0;

    porthole.start();
    for (; Date.now() < end; n += CHUNKS * CHUNK)
        await collect();
    porthole.close();
    return n;
}

function turns()
{
    return new Promise((resolve) => {
        let left = TURNS;

        (function next() {
            if (--left === 0)
                resolve();
            else
                setImmediate(next);
        })();
    });
}

/* Each turn makes one handle more and closes it. */
function turnsWithHandles()
{
    const { TCP, constants } = process.binding('tcp_wrap');

    return new Promise((resolve) => {
        let left = TURNS / 4;

        (function next() {
            new TCP(constants.SOCKET).close();
            if (--left === 0)
                resolve();
            else
                setImmediate(next);
        })();
    });
}

const orders = {
    hold,
    walk,
    collections: () => compare(['bare', 'observer'], collect, CHUNKS * CHUNK),
    collectFor,
    turns: () => compare(['bare', 'porthole'], turns, TURNS),
    turnsWithHandles: () => compare(['bare', 'porthole'], turnsWithHandles, TURNS / 4),
};

process.on('message', async ({ id, what, value }) => {
    process.send({ id, value: await orders[what](value) });
});
console.log('{}');
