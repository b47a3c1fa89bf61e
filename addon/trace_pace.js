/* SPDX-License-Identifier: MIT */
/*
 * Decides which of many events a trace looks at: all of them up to 2,000 a second, beyond that
 * one in k, with random gaps (a loop that adds eight listeners in turn would have the same one
 * sampled for ever), and k doubling until it fits. Each that is taken stands for k
 * (Horvitz-Thompson).
 *
 * A look costs some microseconds: 2,000 a second are a few percent of the loop. What there is
 * room for is also spread over the time the trace lasts.
 */
'use strict';

const { milliseconds } = require('./clock.js');

const MOST_A_SECOND = 2000;
const LEAST_A_SECOND = 100;
const MOST = 90000;         /* of 100,000 that fit: a burst may go beyond a second's share */
const WINDOW_MS = 1000;
const LOOK_EVERY = 16;      /* events between two looks at the clock, a power of two */
const MAX_STRIDE = 2 ** 20;

class Pace
{
    stride = 1;
    coarsest = 1;

    #now;
    #countdown = 1;
    #gap = 1;       /* what the countdown began with */
    #weight = 1;    /* the stride it was drawn with */
    #passed = 0;    /* events before this gap */
    #end;           /* of the trace */
    #window;        /* its end */
    #budget = MOST_A_SECOND;
    #taken = 0;     /* in this window */
    #left = MOST;
    #seed;

    constructor(seconds, now = milliseconds, seed = 1)
    {
        this.#now = now;
        this.#seed = seed;
        this.#window = now() + WINDOW_MS;
        this.#end = now() + seconds * 1000;
        this.#budget = this.#share(now());
    }

    /* Hot: asked of every event, whether to take it. */
    due()
    {
        const n = --this.#countdown;

        return n <= 0 || ((n & (LOOK_EVERY - 1)) === 0 && this.#look());
    }

    /** How many events the one stands for that is due. */
    take()
    {
        const weight = this.#weight;

        this.#passed += this.#gap - this.#countdown;
        this.#left--;
        this.#taken++;
        this.#turn();
        /* Beyond the budget each eighth of it doubles the stride. */
        if (this.#taken >= this.#budget && this.stride < MAX_STRIDE &&
            (this.#taken - this.#budget) % (this.#budget >> 3) === 0)
            this.stride *= 2;
        this.coarsest = Math.max(this.coarsest, this.stride);
        this.#draw();
        return weight;
    }

    /** Events so far. */
    get total()
    {
        return this.#passed + this.#gap - this.#countdown;
    }

    /* A long gap must not outlive a burst. */
    #look()
    {
        const before = this.stride;

        this.#turn();
        if (this.stride === before)
            return false;
        this.#passed += this.#gap - this.#countdown;
        this.#draw();
        return false;
    }

    /* A new second: half as coarse for each that was quiet. */
    #turn()
    {
        const now = this.#now();

        if (now < this.#window)
            return;
        while (now >= this.#window && this.stride > 1 && this.#taken < this.#budget / 4) {
            this.stride /= 2;
            this.#window += WINDOW_MS;
            this.#taken = 0;
        }
        this.#window = now + WINDOW_MS;
        this.#taken = 0;
        this.#budget = this.#share(now);
    }

    #share(now)
    {
        const seconds = Math.max(1, (this.#end - now) / 1000);

        return Math.min(MOST_A_SECOND,
            Math.max(LEAST_A_SECOND, Math.floor(this.#left / seconds)));
    }

    /* 1 .. 2 * stride - 1, the stride on average. The application's Math.random() is left
     * alone: xorshift. */
    #draw()
    {
        let x = this.#seed;

        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        this.#seed = x;
        this.#weight = this.stride;
        this.#gap = 1 + (x >>> 0) % (2 * this.stride - 1);
        this.#countdown = this.#gap;
    }
}

module.exports = { Pace };
