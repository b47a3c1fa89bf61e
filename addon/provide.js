/* SPDX-License-Identifier: MIT */
/*
 * The providers of this thread: registered with or without an agent, asked only through the
 * one that runs. Their contract is in index.d.ts.
 *
 * Nothing is handed to the native part while nobody is registered: no cost at all then.
 */
'use strict';

const { FunctionSource, KangSource } = require('./provided/sources.js');
const { Walk } = require('./provided/walk.js');

const MAX_WALKS = 64; /* the agent has a handful; more were lost on the way */
const MAX_RUN = 2 ** 31 - 1;

class Providers
{
    #sources = [];
    #binding = null;
    #walks = new Map(); /* by the number the agent comes back with */
    #lastRun = 0;
    #stepping = false;

    /** A name provided again is the newer function's. */
    provide(name, fn, options)
    {
        const source = new FunctionSource(name, fn, options);
        const before = this.#sources.find(({ key }) => key === source.key);

        if (before !== undefined)
            this.#drop(before);
        return this.#add(source);
    }

    kang(options, how)
    {
        return this.#add(new KangSource(options, how));
    }

    /** An agent observes this thread now. */
    attach(binding)
    {
        this.#binding = binding;
        if (this.#sources.length !== 0)
            this.#announce(true);
    }

    detach()
    {
        if (this.#binding !== null && this.#sources.length !== 0)
            this.#announce(false);
        this.#binding = null;
        this.#dropWalks();
    }

    /**
     * One slice of a request, called by the native part on the loop.
     *
     * @param ask  what is wanted; see porthole_objects_ask. `wanted`: false once nobody
     *             waits any more.
     * @param run  0 in the first slice, then what this has returned.
     * @returns 0 when done, else the number to come back with.
     */
    step(ask, run)
    {
        const at = run === 0 ? this.#begin(ask) : run;
        const walk = this.#walks.get(at);

        if (this.#stepping)
            return at; /* a provider made it turn the loop: its turn comes later */
        if (walk === undefined)
            return 0;
        let done = true;

        this.#stepping = true;
        try {
            if (ask.wanted === false)
                walk.drop();
            else
                done = walk.advance();
        } finally {
            this.#stepping = false;
            if (done)
                this.#walks.delete(at);
        }
        return done || !this.#walks.has(at) ? 0 : at;
    }

    #begin(ask)
    {
        const binding = this.#binding;

        if (binding === null)
            return 0;
        if (this.#walks.size >= MAX_WALKS)
            this.#walks.delete(this.#walks.keys().next().value);
        this.#lastRun = this.#lastRun % MAX_RUN + 1;
        this.#walks.set(this.#lastRun, new Walk({ binding, ask, sources: [...this.#sources],
            isCurrent: () => this.#binding === binding }));
        return this.#lastRun;
    }

    #add(source)
    {
        this.#sources.push(source);
        if (this.#sources.length === 1)
            this.#announce(true);
        return Object.freeze({ remove: () => this.#drop(source) });
    }

    #drop(source)
    {
        const at = this.#sources.indexOf(source);

        if (at === -1)
            return;
        source.removed = true;
        this.#sources.splice(at, 1);
        if (this.#sources.length === 0) {
            this.#announce(false);
            this.#dropWalks();
        }
    }

    #announce(some)
    {
        if (this.#binding !== null)
            this.#binding.setProvider(some ? (ask, run) => this.step(ask, run) : null);
    }

    #dropWalks()
    {
        if (!this.#stepping) {
            for (const walk of this.#walks.values())
                walk.drop();
        }
        this.#walks.clear();
    }
}

module.exports = { Providers };
