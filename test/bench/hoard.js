/* SPDX-License-Identifier: MIT */
/*
 * What heap.js looks into: a heap full of objects of one shape, and a loop that turns without
 * a pause and notes the longest turn.
 *
 *     node --expose-gc test/bench/hoard.js '{"shape": "objects", "megabytes": 100}'
 *     node --expose-gc test/bench/hoard.js '{"shape": "objects", "count": 100000}'
 */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const { obey, threadTimes } = require('./orders.js');

class Job
{
    constructor(i)
    {
        this.id = i;
        this.name = `job ${i}`;
        this.done = false;
    }
}

/* One of each. The dearer a heap's bytes are in a snapshot, the smaller its objects. */
const shapes = {
    objects: (i) => new Job(i),
    pairs: (i) => ({ first: { i }, second: {} }),
    closures: (i) => () => i,
    arrays: (i) => [i, `${i}`, [i]],
    maps: (i) => new Map([[i, { i }]]),
    texts: (i) => `${i} `.padEnd(200, 'text '),
    doubles: (i) => new Array(100).fill(i + 0.5),
};

function heapBytes()
{
    global.gc();
    return v8.getHeapStatistics().used_heap_size;
}

/* So many as take `megabytes`, judged by the first few. */
function countFor({ shape, count, megabytes })
{
    if (count !== undefined)
        return count;
    const before = heapBytes();
    const few = Array.from({ length: 10000 }, (_, i) => shapes[shape](i));
    const each = (heapBytes() - before) / few.length;

    return Math.round(megabytes * 1e6 / each);
}

const options = JSON.parse(process.argv[2]);
const held = [];    /* what must not be collected */
let last = clock();
let longest = 0;

/* Stands still while other programs have the processor. */
function clock()
{
    return performance.now() - threadTimes().queued_ms;
}

function turn()
{
    const now = clock();

    longest = Math.max(longest, now - last);
    last = now;
    setImmediate(turn);
}

/* The peer. Returns how large the file was, which is not kept. */
function writeSnapshot()
{
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-bench-'));

    try {
        const file = v8.writeHeapSnapshot(path.join(folder, 'peer.heapsnapshot'));

        return fs.statSync(file).size;
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

for (let i = 0, count = countFor(options); i < count; i++)
    held.push(shapes[options.shape](i));
const porthole = require(path.join(__dirname, '..', '..', 'addon'));
const { socket } = porthole.start({ service: 'bench' });

obey({
    /* Collected, so that each begins alike; then `longest` counts anew. */
    settle() {
        const bytes = heapBytes();

        last = clock();
        longest = 0;
        return { heap_bytes: bytes, objects: held.length };
    },
    longest: () => longest,
    write: writeSnapshot,
}, { socket });
turn();
