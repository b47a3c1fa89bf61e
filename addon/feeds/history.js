/* SPDX-License-Identifier: MIT */
/* One figure per minute, for the last hour. */
'use strict';

const MINUTE_MS = 60000;
const SLOTS = 61;

class History
{
    #slots = null;      /* made with the second minute: most things do not live to see it */
    #began;
    #first;             /* the minute it began in */
    #last;
    #begin;             /* the figure of the first minute */

    constructor(now, value)
    {
        this.#began = now;
        this.#first = this.#last = Math.floor(now / MINUTE_MS);
        this.#begin = value;
    }

    /** The first figure of each minute is kept; after a gap, for the minutes of it as well. */
    note(now, value)
    {
        const minute = Math.floor(now / MINUTE_MS);

        if (minute <= this.#last)
            return;
        if (this.#slots === null) {
            this.#slots = new Float64Array(SLOTS);
            this.#slots[this.#first % SLOTS] = this.#begin;
        }
        const from = Math.max(this.#last + 1, minute - SLOTS + 1);

        for (let at = from; at <= minute; at++)
            this.#slots[at % SLOTS] = value;
        this.#last = minute;
    }

    /** The figure of the minute nearest to so long ago; null: it began later. */
    ago(now, minutes)
    {
        const at = Math.max(Math.round(now / MINUTE_MS) - minutes, this.#first);

        if (now - this.#began < (minutes - 0.5) * MINUTE_MS || at <= this.#last - SLOTS)
            return null;
        if (this.#slots === null)
            return this.#begin;
        return this.#slots[Math.min(at, this.#last) % SLOTS];
    }
}

module.exports = { History };
