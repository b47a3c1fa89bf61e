/* SPDX-License-Identifier: MIT */
/*
 * Operations on emitters, for listeners.js: `bare` or under `porthole`, nanoseconds each, the
 * best of many rounds; or the `census` of 100,000, milliseconds. A process for each, so that
 * V8 has compiled both for what they do and nothing else.
 */
'use strict';

const EventEmitter = require('node:events');
const path = require('node:path');
const { ListenerFeed } = require(path.join(__dirname, '../../addon/feeds/listeners.js'));

const ROUNDS = 25;
const COUNT = 100000;
const EMITTERS = 100000;

class Feed extends EventEmitter {}

const f = () => {};
const g = () => {};
const emitter = new Feed().on('data', f);
const target = new EventTarget();
let sink = null;

target.addEventListener('data', f);

const operations = {
    'construct': (n) => {
        for (let i = 0; i < n; i++)
            sink = new Feed();
    },
    'construct + 3 on': (n) => {
        for (let i = 0; i < n; i++)
            sink = new Feed().on('a', f).on('b', f).on('b', g);
    },
    'on + off': (n) => {
        for (let i = 0; i < n; i++) {
            emitter.on('data', g);
            emitter.off('data', g);
        }
    },
    'emit': (n) => {
        for (let i = 0; i < n; i++)
            emitter.emit('data', i);
    },
    'addEventListener + remove': (n) => {
        for (let i = 0; i < n; i++) {
            target.addEventListener('data', g);
            target.removeEventListener('data', g);
        }
    },
};

function nanoseconds(operation)
{
    const began = process.hrtime.bigint();

    operation(COUNT);
    return Number(process.hrtime.bigint() - began) / COUNT;
}

function measure()
{
    const best = {};

    for (let round = 0; round < ROUNDS; round++) {
        for (const [name, operation] of Object.entries(operations)) {
            global.gc();
            best[name] = Math.min(best[name] ?? Infinity, nanoseconds(operation));
        }
    }
    return best;
}

/* One round over what was sampled of 100,000, in the slices of a second each. */
function census()
{
    let now = 1e6;
    const nothing = () => {};
    const binding = { fullCollections: () => collections, listenerTotals: nothing,
        listenerKinds: nothing, heavyEmitters: nothing, setTargetKey: nothing,
        behindProxy: (object) => object, whoCalls: () => '' };
    let collections = 1;
    const feed = new ListenerFeed(binding, true, { each: nothing }, { now: () => now });
    const kept = Array.from({ length: EMITTERS }, () => new Feed().on('a', f).on('b', f));
    const rounds = [];

    for (let round = 0; round < ROUNDS; round++) {
        const slices = [];

        collections++;
        for (let step = 0; step < 15; step++) {
            now += 1000;
            const began = process.hrtime.bigint();

            feed.sample();
            slices.push(Number(process.hrtime.bigint() - began) / 1e6);
        }
        rounds.push({ total: slices.reduce((a, b) => a + b), slice: Math.max(...slices) });
    }
    sink = kept;
    return rounds.sort((a, b) => a.total - b.total)[0];
}

async function main(mode)
{
    if (mode === 'porthole')
        require(path.join(__dirname, '../../addon')).start({ port: 0 });
    const result = mode === 'census' ? census() : measure();

    process.stdout.write(JSON.stringify(result), () => process.exit(sink === null ? 1 : 0));
}

main(process.argv[2]);
