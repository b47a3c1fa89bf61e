/* SPDX-License-Identifier: MIT */
/*
 * Requests in flight, of one kind: each is counted once when it starts and once when it ends,
 * whatever the order and the number of the messages about it.
 *
 * They are held strongly. Whoever is in flight is held by its connection anyway, and those
 * whose end no message tells are found by sweep() and let go. No more than CEILING are held;
 * the others are counted apart.
 */
'use strict';

const { nanoseconds } = require('../clock.js');
const { STARTED, FINISHED, UNFOLLOWED, addDuration } = require('./durations.js');

const CEILING = 65536;
const SLICE_NS = 1e6;
const BATCH = 32;       /* looked at between two looks at the clock */

class InFlight
{
    #cells;
    #now;
    #requests = new Map();  /* request -> what start() was given */
    #walk = null;           /* where the sweep is */

    constructor(cells, now = nanoseconds)
    {
        this.#cells = cells;
        this.#now = now;
    }

    get size()
    {
        return this.#requests.size;
    }

    /** A request starts. False: it was in flight already, or there is no room for it. */
    start(request, what)
    {
        const requests = this.#requests;
        const before = requests.size;

        if (before >= CEILING) {
            if (!requests.has(request))
                this.#cells[UNFOLLOWED]++;
            return false;
        }
        requests.set(request, what);
        if (requests.size === before)
            return false;
        this.#cells[STARTED]++;
        return true;
    }

    /** What start() was given; undefined if it is not in flight. */
    get(request)
    {
        return this.#requests.get(request);
    }

    /** A request in flight has ended. `began`: when it did, if its duration counts. */
    end(request, cell, began)
    {
        this.#requests.delete(request);
        this.#cells[cell]++;
        if (cell === FINISHED && began > 0)
            addDuration(this.#cells, this.#now() - began);
    }

    /**
     * Go on through all that are in flight, for at most a millisecond, and call
     * judge(request, what) for each, which ends those that have ended.
     */
    sweep(judge)
    {
        const end = this.#now() + SLICE_NS;

        this.#walk ??= this.#requests.entries();
        for (let n = 1; ; n++) {
            const { done, value } = this.#walk.next();

            if (done) {
                this.#walk = null;
                return;
            }
            judge(value[0], value[1]);
            if (n % BATCH === 0 && this.#now() >= end)
                return;
        }
    }

    clear()
    {
        this.#requests.clear();
        this.#walk = null;
    }
}

module.exports = { InFlight, CEILING };
