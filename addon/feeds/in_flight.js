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
const { Place } = require('./place.js');

const CEILING = 65536;
const SLICE_NS = 1e6;
const BATCH = 32;       /* looked at between two looks at the clock */

class InFlight
{
    #cells;
    #now;
    #requests = [];     /* in any order */
    #given = [];        /* what start() was given for each */
    #next = 0;          /* where the sweep goes on, downwards; 0: from the end */

    constructor(cells, now = nanoseconds)
    {
        this.#cells = cells;
        this.#now = now;
    }

    /* -1: it is not here; its place is a former one, or one in another list. */
    #find(request)
    {
        const at = Place.of(request);
        const requests = this.#requests;

        return at >= 0 && at < requests.length && requests[at] === request ? at : -1;
    }

    /** A request starts. False: it was in flight already, or there is no room for it. */
    start(request, what)
    {
        if (this.#requests.length >= CEILING) {
            if (this.#find(request) < 0)
                this.#cells[UNFOLLOWED]++;
            return false;
        }
        if (!this.#place(request))
            return false;
        this.#requests.push(request);
        this.#given.push(what);
        this.#cells[STARTED]++;
        return true;
    }

    /* False: it has one here already. */
    #place(request)
    {
        const at = this.#requests.length;

        try {
            Place.give(request, at);
        } catch {
            if (this.#find(request) >= 0)
                return false;
            Place.move(request, at);
        }
        return true;
    }

    /** What start() was given; undefined if it is not in flight. */
    get(request)
    {
        const at = this.#find(request);

        return at < 0 ? undefined : this.#given[at];
    }

    /** A request in flight has ended. `began`: when it did, if its duration counts. */
    end(request, cell, began)
    {
        const at = this.#find(request);

        if (at < 0)
            return;
        this.#remove(at);
        this.#cells[cell]++;
        if (cell === FINISHED && began > 0)
            addDuration(this.#cells, this.#now() - began);
    }

    /* The last one takes the place of one that leaves. */
    #remove(at)
    {
        const last = this.#requests.pop();
        const given = this.#given.pop();

        if (at === this.#requests.length)
            return;
        this.#requests[at] = last;
        this.#given[at] = given;
        Place.move(last, at);
    }

    /**
     * Go on through all that are in flight, for at most a millisecond, and call
     * judge(request, what) for each, which ends those that have ended.
     */
    sweep(judge)
    {
        const end = this.#now() + SLICE_NS;
        const requests = this.#requests;
        let at = this.#next === 0 ? requests.length : Math.min(this.#next, requests.length);

        for (let n = 1; at > 0; n++) {
            const request = requests[--at];

            Place.move(request, at);     /* another list may have taken it */
            judge(request, this.#given[at]);
            at = Math.min(at, requests.length);
            if (n % BATCH === 0 && this.#now() >= end)
                break;
        }
        this.#next = at;
    }

    clear()
    {
        this.#requests = [];
        this.#given = [];
        this.#next = 0;
    }
}

module.exports = { InFlight, CEILING };
