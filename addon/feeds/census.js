/* SPDX-License-Identifier: MIT */
/*
 * A sample of what carries listeners, remembered weakly from when it is made.
 *
 * Only what has outlived a full collection is counted. Before it nobody knows what of it is
 * garbage, and a busy server makes thousands a second: counted at once, three of four
 * "listeners" of a shop under load belonged to requests long answered.
 *
 * A WeakRef keeps a young emitter, and all that hangs on it, alive until the next full
 * collection: at 1 in 64, a server that makes six emitters per request would carry a tenth
 * of its requests into the old generation. So the stride follows the rate, to some 16
 * entries a second: 1 (exact) in a quiet process and in the beginning, thousands in a busy
 * one. Each entry carries the stride it was taken with as its weight (Horvitz-Thompson).
 * Gaps are drawn from the geometric distribution, so that each emitter is taken or not
 * whatever became of the others, and what holds for binomial counts holds here.
 *
 * Counting goes round by round, a slice per step, so that no step takes long.
 */
'use strict';

const { Kinds } = require('./kinds.js');
const { UNSEEN } = require('./interval.js');
const { randomSource } = require('./random.js');

/* As they are before the application can replace them. */
const { WeakRef } = globalThis;
const { floor, log, log1p, log2 } = Math;

const WANTED = 16;          /* entries per step that are neither too few nor too many */
const BURST = 256;          /* so many in one step double the stride at once */
const CAPACITY = 8192;
const STEPS_PER_ROUND = 15;
const MIN_SLICE = 128;      /* entries; about 0.15 ms */
const EVENTS_PER_ENTRY = 4; /* the slice ends early where emitters have more */
const ENOUGH = 32;          /* emitters seen, to know how many listeners they have at most */
const LIGHT_MOST = 15;

/* What a round has found. */
class Round
{
    sure = 0;       /* listeners on what was taken with a stride of 1 */
    sum = 0;        /* listeners by estimate, with this variance */
    variance = 0;
    least = 0;      /* listeners of `sum` that were seen */
    emitters = 0;
    seen = 0;       /* entries that are alive */
    most = 0;       /* listeners on one of them */
    heaviest = 1;   /* the largest weight of those alive */
    cap = 0;        /* what one that was missed may contribute */
    kinds = new Kinds();
}

class Census
{
    stride = 1;
    found = new Round();    /* by the last full round */
    known = false;          /* no full collection has passed yet: no figures */

    #collections;           /* () => full collections so far */
    #count;
    #random;
    #countdown = 1;
    #gap = 1;               /* what the countdown began with */
    #before = null;         /* what was made just before the one that is due, if not #last */
    #last = null;           /* the WeakRef of what was taken last */
    #taken = 0;             /* entries in this step */
    #entries = [];          /* { ref, weight, born, more }: new ones, and visited ones */
    #round = [];            /* still to be visited in this round */
    #made = [];             /* how many were made, by the logarithm of the stride */
    #slice = 0;
    #epoch = 0;             /* full collections when the round began */
    #finding = new Round();
    #weight = 1;            /* these three: of the entry that is visited */
    #events = 0;
    #listeners = 0;

    /**
     * @param collections  () => number of full collections so far.
     * @param count        (object, more, add) => how many emitters the object is (a share of
     *     one, if several entries may stand for it); calls add(class, event, listeners) for
     *     each event. 0: it is none any more.
     */
    constructor(collections, count, random = randomSource())
    {
        this.#collections = collections;
        this.#count = count;
        this.#random = random;
    }

    /* Hot: asked for every emitter that is made, whether to look at it. */
    due()
    {
        return --this.#countdown < 2;
    }

    /**
     * When due. Some constructors run their base's twice for one emitter (Duplex of the npm
     * package readable-stream), which must not have two chances to be taken: the second run
     * in a row is none.
     */
    meet(object, more)
    {
        if (this.#countdown > 0) {
            this.#before = object;
            return;
        }
        const again = object === (this.#before ?? this.#last?.deref());

        this.#before = null;
        if (again)
            this.#draw();
        else
            this.#remember(object, more?.());
    }

    #draw()
    {
        const made = this.#gap - Math.max(this.#countdown, 0);
        const rank = log2(this.stride);

        this.#made[rank] = (this.#made[rank] ?? 0) + made;
        this.#gap = this.stride === 1
            ? 1
            : 1 + floor(log(1 - this.#random()) / log1p(-1 / this.stride)) | 0;
        this.#countdown = this.#gap;
    }

    #setStride(stride)
    {
        this.#draw(); /* settles what was made with the old one */
        this.stride = stride;
        this.#draw();
    }

    #remember(object, more)
    {
        this.#last = new WeakRef(object);
        this.#entries.push({
            ref: this.#last,
            weight: this.stride,
            born: this.#collections(),
            more,
        });
        if (++this.#taken % BURST === 0)
            this.#setStride(this.stride * 2);
        else
            this.#draw();
        if (this.#entries.length + this.#round.length > CAPACITY)
            this.#thin();
    }

    /* Every second entry goes, by chance; the others stand for it too. */
    #thin()
    {
        const half = (entries) => entries.filter(() => this.#random() < 0.5);

        this.#entries = half(this.#entries);
        this.#round = half(this.#round);
        for (const entry of [...this.#entries, ...this.#round])
            entry.weight *= 2;
        this.#made.unshift(0);
    }

    /** Once a second: visit the next slice. */
    step()
    {
        this.#follow();
        if (this.#round.length === 0)
            this.#begin();
        let left = this.#slice * EVENTS_PER_ENTRY;

        for (let n = this.#slice; n > 0 && left > 0 && this.#round.length !== 0; n--)
            left -= this.#visit(this.#round.pop());
        if (this.#round.length === 0)
            this.#finish();
    }

    #follow()
    {
        this.#before = null;
        if (this.#taken > WANTED * 2)
            this.#setStride(this.stride * 2);
        else if (this.#taken < WANTED / 2 && this.stride > 1)
            this.#setStride(this.stride / 2);
        this.#taken = 0;
    }

    #begin()
    {
        this.#epoch = this.#collections();
        this.#round = this.#entries;
        this.#entries = [];
        this.#slice = Math.max(MIN_SLICE, Math.ceil(this.#round.length / STEPS_PER_ROUND));
        this.#finding = new Round();
    }

    /* Returns how many events it had. */
    #visit(entry)
    {
        const object = entry.ref.deref();

        if (object === undefined)
            return 0;
        this.#entries.push(entry);
        if (entry.born >= this.#epoch)
            return 0;
        this.#weight = entry.weight;
        this.#events = this.#listeners = 0;
        const share = this.#count(object, entry.more, this.#add);

        if (share === 0)
            this.#entries.pop();
        else
            this.#tally(entry.weight, share, this.#listeners);
        return this.#events;
    }

    #add = (name, event, n) => {
        const kind = this.#finding.kinds.at(name, event);

        kind.add(n, this.#weight);
        kind.emitters += this.#weight;
        this.#events++;
        this.#listeners += n;
    };

    #tally(weight, share, n)
    {
        const to = this.#finding;

        to.seen++;
        to.emitters += weight * share;
        to.most = Math.max(to.most, n);
        to.heaviest = Math.max(to.heaviest, weight);
        if (weight === 1) {
            to.sure += n;
            return;
        }
        to.sum += weight * n;
        /* p = 1 / weight: (1 - p) / p^2 times the square. */
        to.variance += weight * (weight - 1) * n * n;
        to.least += n;
    }

    /* As many as one that was missed may stand for: the largest stride there was, if more
     * were made with it than the limit for an empty sample allows for. */
    #unseen()
    {
        return this.#made.reduce((most, n, rank) =>
            rank === 0 ? most : Math.max(most, Math.min(2 ** rank, n / UNSEEN)), 0);
    }

    #finish()
    {
        const found = this.#finding;
        const unseen = this.#unseen();

        found.cap = unseen * (found.seen < ENOUGH
            ? Math.max(LIGHT_MOST, found.most)
            : found.most);
        for (const kind of found.kinds)
            kind.unseen = Math.min(unseen, found.heaviest);
        this.found = found;
        this.#finding = new Round();
        this.known = this.#epoch > 0;
    }

    /** Forget everything. */
    clear()
    {
        this.#before = this.#last = null;
        this.#entries = [];
        this.#round = [];
        this.found = this.#finding = new Round();
    }
}

module.exports = { Census };
