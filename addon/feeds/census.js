/* SPDX-License-Identifier: MIT */
/*
 * A sample of all event emitters, remembered weakly from when they are made.
 *
 * Only those that have outlived a full collection are counted. Before it nobody knows which
 * of them are garbage, and a busy server makes thousands a second: counted at once, three
 * of four "listeners" of a shop under load belonged to requests long answered.
 *
 * A WeakRef keeps a young emitter, and all that hangs on it, alive until the next full
 * collection: at 1 in 64, a server that makes six emitters per request would carry a tenth
 * of its requests into the old generation. So the stride follows the rate, to some 16
 * entries a second: 1 (exact) in a quiet process, thousands in a busy one. Each entry
 * carries the stride it was taken with as its weight (Horvitz-Thompson), and the gaps are
 * random, or an application that makes eight emitters per request would always have the
 * same one of the eight sampled.
 *
 * Counting goes round by round, a slice per step, so that no step takes long.
 */
'use strict';

const FIRST_STRIDE = 64;
const WANTED = 16;          /* entries per step that are neither too few nor too many */
const BURST = 64;           /* so many in one step double the stride at once */
const CAPACITY = 16384;
const STEPS_PER_ROUND = 15;
const MIN_SLICE = 512;      /* about 0.1 ms */

class Census
{
    stride = FIRST_STRIDE;
    /* Figures of the last full round: estimates for the whole, not the sample. */
    emitters = 0;
    listeners = 0;
    variance = 0;
    known = false;          /* no full collection has passed yet: no figures */

    #collections;           /* () => full collections so far */
    #random;
    #countdown = FIRST_STRIDE;
    #weight = FIRST_STRIDE; /* the stride this countdown was drawn with */
    #taken = 0;             /* entries in this step */
    #entries = [];          /* { ref, weight, born }: new ones, and visited ones */
    #round = [];            /* still to be visited in this round */
    #slice = 0;
    #epoch = 0;             /* full collections when the round began */
    #sums = { emitters: 0, listeners: 0, variance: 0 };

    constructor(collections, random = Math.random)
    {
        this.#collections = collections;
        this.#random = random;
    }

    /* Hot: asked for every emitter that is made, whether to remember it. */
    due()
    {
        return --this.#countdown <= 0;
    }

    /* 1 .. 2 * stride - 1, the stride on average. */
    #draw()
    {
        this.#countdown = 1 + Math.floor(this.#random() * (2 * this.stride - 1));
        this.#weight = this.stride;
    }

    remember(emitter)
    {
        this.#entries.push({
            ref: new WeakRef(emitter),
            weight: this.#weight,
            born: this.#collections(),
        });
        if (++this.#taken % BURST === 0)
            this.stride *= 2;
        this.#draw();
        if (this.#entries.length + this.#round.length > CAPACITY)
            this.#thin();
    }

    /* Every second entry goes; the others stand for it too. */
    #thin()
    {
        const half = (entries) => entries.filter((_, i) => i % 2 === 0);

        this.#entries = half(this.#entries);
        this.#round = half(this.#round);
        for (const entry of [...this.#entries, ...this.#round])
            entry.weight *= 2;
    }

    /** Once a second. Visit the next slice; `count(emitter)` says how many listeners it has. */
    step(count)
    {
        this.#follow();
        if (this.#round.length === 0)
            this.#begin();
        for (let n = this.#slice; n > 0 && this.#round.length !== 0; n--)
            this.#visit(this.#round.pop(), count);
        if (this.#round.length === 0)
            this.#finish();
    }

    #follow()
    {
        if (this.#taken < WANTED / 2 && this.stride > 1) {
            this.stride /= 2;
            this.#draw();
        }
        this.#taken = 0;
    }

    #begin()
    {
        this.#epoch = this.#collections();
        this.#round = this.#entries;
        this.#entries = [];
        this.#slice = Math.max(MIN_SLICE, Math.ceil(this.#round.length / STEPS_PER_ROUND));
        this.#sums = { emitters: 0, listeners: 0, variance: 0 };
    }

    #visit(entry, count)
    {
        const emitter = entry.ref.deref();

        if (emitter === undefined)
            return;
        this.#entries.push(entry);
        if (entry.born >= this.#epoch)
            return;
        const n = count(emitter);

        this.#sums.emitters += entry.weight;
        this.#sums.listeners += entry.weight * n;
        /* p = 1 / weight: (1 - p) / p^2 times the square. */
        this.#sums.variance += entry.weight * (entry.weight - 1) * n * n;
    }

    #finish()
    {
        Object.assign(this, this.#sums);
        this.known = this.#epoch > 0;
    }
}

module.exports = { Census };
