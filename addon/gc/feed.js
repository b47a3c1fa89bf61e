/* SPDX-License-Identifier: MIT */
/*
 * Collections of this thread, as they reach JavaScript: on the next turn of the loop, in a
 * callback of its own (an immediate), where whatever a listener throws is the application's.
 *
 * Never keeps the loop alive. What comes while the loop is blocked is kept: the last 64 full
 * collections one by one, all of them as numbers.
 */
'use strict';

const { load } = require('../native.js');
const { readEnvironment } = require('../options.js');

/* As they are before the application can replace them. */
const schedule = setImmediate;
const { emitWarning } = process;

const REMEMBERED = 64;      /* as in addon/heap.h */

/** The native half, attached to this thread, or why there is none. */
function connect()
{
    if (readEnvironment(process.env, () => {}).disable)
        return { binding: null, error: 'porthole is disabled' };
    const { binding, error } = load(process.platform, process.version);

    if (binding === undefined)
        return { binding: null, error };
    return binding.attach() ? { binding, error: null }
        : { binding: null, error: 'cannot watch this thread' };
}

/** Say once that nothing will be counted. */
function warnOf(error)
{
    emitWarning.call(process, `cannot count collections: ${error}`,
        { type: 'PortholeWarning', code: 'PORTHOLE_UNAVAILABLE' });
}

class CollectionFeed
{
    #binding;
    #onFull;
    #onOthers;
    #number = 0;            /* of the subscription; 0: none */
    #pending = false;
    #begin = null;          /* counts of this thread when it was opened first */
    #full = 0;              /* the last of those told */
    #others = 0;

    /**
     * @param onFull    ({ unixMs, usedBytes, pauseMs, full, others }) for each full collection
     * @param onOthers  (count) of all others, before the full one that they precede
     */
    constructor(binding, onFull, onOthers)
    {
        this.#binding = binding;
        this.#onFull = onFull;
        this.#onOthers = onOthers;
    }

    /** Listen from now on; to collections of all kinds if `all`. */
    open(all)
    {
        this.close();
        [this.#full, this.#others] = this.#binding.gcFigures();
        this.#begin ??= { full: this.#full, others: this.#others };
        this.#number = this.#binding.gcWatch(() => {
            if (this.#pending)
                return;
            this.#pending = true;
            schedule(() => this.drain()).unref();
        }, all);
        return this.#number !== 0;
    }

    close()
    {
        this.#binding.gcUnwatch(this.#number);
        this.#number = 0;
    }

    get isOpen()
    {
        return this.#number !== 0;
    }

    /** Collections since the first open(): { full, others }. */
    counts()
    {
        const [full, others] = this.#binding.gcFigures();

        return { full: full - this.#begin.full, others: others - this.#begin.others };
    }

    /** Tell what has not been told yet. A listener may close us. */
    drain()
    {
        this.#pending = false;
        if (!this.isOpen)
            return;
        const [full, others] = this.#binding.gcFigures();

        this.#full = Math.max(this.#full, full - REMEMBERED);
        while (this.#full < full && this.isOpen)
            this.#tell(++this.#full);
        this.#tellOthers(others);
    }

    #tell(number)
    {
        const record = this.#binding.gcRecord(number);

        if (record === null)
            return; /* a listener collected so much that it is gone */
        const [unixMs, usedBytes, pauseMs, others] = record;

        this.#tellOthers(others);
        this.#onFull({ unixMs, usedBytes, pauseMs, full: number - this.#begin.full,
            others: others - this.#begin.others });
    }

    #tellOthers(others)
    {
        const count = others - this.#others;

        this.#others = others;
        if (count > 0 && this.isOpen)
            this.#onOthers(count);
    }
}

module.exports = { CollectionFeed, connect, warnOf };
