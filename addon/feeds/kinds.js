/* SPDX-License-Identifier: MIT */
/*
 * Listeners by class and event: a table with a ceiling. Applications make up millions of
 * event names; those beyond the ceiling share one row, "(other)".
 */
'use strict';

const { eventText } = require('./reading.js');
const { limits, standardError } = require('./interval.js');

const MAX_KINDS = 512;
const OTHER = '(other)';

class Kind
{
    sure = 0;       /* listeners that were counted */
    sum = 0;        /* listeners that were estimated, with this variance */
    variance = 0;
    emitters = 0;
    most = 0;       /* on one emitter */
    unseen = 0;     /* so many emitters one that was missed may stand for */

    constructor(name, event)
    {
        this.name = name;
        this.event = event;
    }

    get listeners()
    {
        return this.sure + this.sum;
    }

    get error()
    {
        const { sum, variance, unseen, most } = this;

        return standardError(sum, limits(sum, variance, unseen * most));
    }

    /** One emitter with `n` listeners, which stands for `weight`. */
    add(n, weight)
    {
        if (weight === 1)
            this.sure += n;
        else {
            this.sum += weight * n;
            this.variance += weight * (weight - 1) * n * n;
        }
        if (n > this.most)
            this.most = n;
    }

    merge(other)
    {
        this.sure += other.sure;
        this.sum += other.sum;
        this.variance += other.variance;
        this.emitters += other.emitters;
        this.most = Math.max(this.most, other.most);
        this.unseen = Math.max(this.unseen, other.unseen);
    }
}

class Kinds
{
    #classes = new Map();   /* name -> event -> Kind */
    #other = null;

    size = 0;

    /** The kind with these names, or the one that stands for all that found no room. */
    at(name, event)
    {
        const text = eventText(event);
        const events = this.#classes.get(name);
        const kind = events === undefined ? undefined : events.get(text);

        if (kind !== undefined)
            return kind;
        if (this.size >= MAX_KINDS)
            return this.#other ??= new Kind(OTHER, OTHER);
        return this.#insert(events, name, text);
    }

    #insert(events, name, text)
    {
        const kind = new Kind(name, text);

        this.size++;
        if (events === undefined)
            this.#classes.set(name, new Map([[text, kind]]));
        else
            events.set(text, kind);
        return kind;
    }

    *[Symbol.iterator]()
    {
        for (const events of this.#classes.values())
            yield* events.values();
        if (this.#other !== null)
            yield this.#other;
    }

    merge(kinds)
    {
        for (const kind of kinds) {
            const mine = kind.name === OTHER && kind.event === OTHER
                ? this.#other ??= new Kind(OTHER, OTHER)
                : this.at(kind.name, kind.event);

            mine.merge(kind);
        }
    }

    /** The `n` heaviest. */
    top(n)
    {
        return [...this].sort((a, b) => b.listeners - a.listeners).slice(0, n);
    }

    /** How many rows there are, the shared one included. */
    get total()
    {
        return this.size + (this.#other !== null ? 1 : 0);
    }
}

module.exports = { Kinds };
