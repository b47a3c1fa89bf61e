/* SPDX-License-Identifier: MIT */
/*
 * gcstats' arithmetic (lloyd/node-memwatch before it was called so, fdd2bd4), shared by
 * gcstats and memwatch: two running means of the heap after full collections, of about the
 * last 10 and the last 120, both damped while there are fewer than ten. The agent computes
 * the same in agent/publish.c.
 */
'use strict';

const RECENT_PERIOD = 10;
const ANCIENT_PERIOD = 120;
const SETTLED = 3;          /* samples before the extremes count */

class Base
{
    #n = 0;
    #recent = 0;
    #ancient = 0;
    #current = 0;
    #min = null;
    #max = null;

    /** One more full collection left `bytes` in use. */
    add(bytes, when)
    {
        const young = this.#n / RECENT_PERIOD;
        const damped = this.#n < RECENT_PERIOD;
        const recent = damped ? young ** 2.5 * this.#n : RECENT_PERIOD - 1;
        const ancient = damped ? young ** 2.4 * this.#n
            : Math.min(ANCIENT_PERIOD, this.#n) - 1;

        this.#recent = (this.#recent * recent + bytes) / (recent + 1);
        this.#ancient = (this.#ancient * ancient + bytes) / (ancient + 1);
        this.#current = bytes;
        if (this.#n >= SETTLED && (this.#min === null || bytes < this.#min.bytes))
            this.#min = { bytes, when };
        if (this.#n >= SETTLED && (this.#max === null || bytes > this.#max.bytes))
            this.#max = { bytes, when };
        this.#n++;
    }

    /** Percent, one decimal, negative while the heap shrinks. */
    get trend()
    {
        return this.#ancient === 0 ? 0
            : Math.round((this.#recent - this.#ancient) / this.#ancient * 1000) / 10;
    }

    get estimated()
    {
        return Math.round(this.#recent);
    }

    get current()
    {
        return this.#current;
    }

    get min()
    {
        return this.#min;
    }

    get max()
    {
        return this.#max;
    }
}

module.exports = { Base };
