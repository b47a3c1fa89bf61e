/* SPDX-License-Identifier: MIT */
/*
 * Where things are in the memory in which HTTP is counted, as include/porthole_counts.h has
 * it, and how a duration goes into it. The agent's threads read it at any time: plain stores
 * of doubles, nothing else.
 */
'use strict';

const STARTED = 0;
const FINISHED = 1;
const ABORTED = 2;
const ERRORS = 3;
const SUM_NS = 4;
const MAX_NS = 5;
const BUCKETS = 6;
const BUCKET_COUNT = 512;
const UNFOLLOWED = BUCKETS + BUCKET_COUNT;
const CELLS = UNFOLLOWED + 1;

const LAST = BUCKET_COUNT - 1;
const SHORTEST = 2 ** 10;
const LONGEST = 2 ** 42;
const WORD = 2 ** 32;

/* Of a number of 32 bits, which is all that the engine's own operations can take. */
function stepOf(n)
{
    const top = 31 - Math.clz32(n);

    return top * 16 + ((n >>> (top - 4)) & 15);
}

/** The bucket of a duration. */
function bucketOf(ns)
{
    if (ns < SHORTEST)
        return 0;
    if (ns >= LONGEST)
        return LAST;
    return ns < WORD ? stepOf(ns) - 160 : stepOf(ns / 65536) + 96;
}

/** Count a duration into the cells of one side. */
function addDuration(cells, ns)
{
    cells[SUM_NS] += ns;
    if (ns > cells[MAX_NS])
        cells[MAX_NS] = ns;
    cells[BUCKETS + bucketOf(ns)]++;
}

module.exports = {
    STARTED, FINISHED, ABORTED, ERRORS, SUM_NS, MAX_NS, BUCKETS, UNFOLLOWED, CELLS,
    bucketOf, addDuration,
};
