/* SPDX-License-Identifier: MIT */
/*
 * porthole.on(): what the agent has found out, told to the application on its own loop.
 * Asked for once per tick, which is one number as long as there is no news; keeps nothing
 * alive.
 */
'use strict';

const NAMES = ['suspect'];
const MOST = 64;
const FULL = `cannot add all listeners: ${MOST} are the limit`;
const RANK = { suspect: 1, confirmed: 2, urgent: 3 };

function wrong(what, should)
{
    const error = new TypeError(`${what} must be ${should}`);

    return Object.assign(error, { code: 'PORTHOLE_OPTION' });
}

function check(name, listener)
{
    if (!NAMES.includes(name))
        throw wrong("'name'", NAMES.map((one) => `'${one}'`).join(' or '));
    if (typeof listener !== 'function')
        throw wrong("'listener'", 'a function');
}

/* A listener may throw anything: a symbol, what has no prototype, what throws in turn. */
function textOf(thrown)
{
    try {
        return String(thrown);
    } catch {
        return 'what has no text';
    }
}

class Events
{
    #warn;
    #listeners = [];
    #serial = -1;
    #told = new Map();  /* series and thread -> rank of the grade */

    /** @param warn  (message, code) */
    constructor(warn)
    {
        this.#warn = warn;
    }

    /** What is suspect already is told to all, as far as nobody was told. */
    on(name, listener)
    {
        check(name, listener);
        if (this.#listeners.length >= MOST)
            this.#warn(FULL, 'PORTHOLE_LIMIT');
        else
            this.#listeners.push(listener);
    }

    off(name, listener)
    {
        check(name, listener);
        const at = this.#listeners.lastIndexOf(listener);

        if (at >= 0)
            this.#listeners.splice(at, 1);
    }

    /** Another agent: it has told nothing yet. */
    attach()
    {
        this.#serial = -1;
        this.#told.clear();
    }

    sample(binding)
    {
        if (this.#listeners.length === 0)
            return;
        const serial = binding.suspectsSerial();

        if (serial === this.#serial)
            return;
        const text = binding.suspects();

        if (text === null)
            return; /* again at the next tick */
        this.#serial = serial;
        this.#tell(JSON.parse(text).suspects);
    }

    /* What is not suspect any more is forgotten, and news if it comes back. */
    #tell(suspects)
    {
        const before = this.#told;

        this.#told = new Map();
        for (const verdict of suspects) {
            const key = `${verdict.thread} ${verdict.series}`;
            const rank = RANK[verdict.grade] ?? 0;

            this.#told.set(key, rank);
            if (rank > (before.get(key) ?? 0))
                this.#call(verdict);
        }
    }

    /* Nobody is there to catch what a listener throws, and it is no reason to end. */
    #call(verdict)
    {
        for (const listener of [...this.#listeners]) {
            try {
                listener(verdict);
            } catch (error) {
                this.#warn(`listener for 'suspect' has thrown: ${textOf(error)}`,
                    'PORTHOLE_LISTENER');
            }
        }
    }
}

module.exports = { Events };
