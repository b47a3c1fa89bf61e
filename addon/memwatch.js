/* SPDX-License-Identifier: MIT */
/*
 * require('porthole/memwatch'): in place of require('memwatch'). The contract is in
 * memwatch.d.ts.
 *
 * Collections are watched only while somebody listens to 'stats' or 'leak'.
 */
'use strict';

const { Base } = require('./gc/base.js');
const { CollectionFeed, connect, warnOf } = require('./gc/feed.js');
const { HeapDiff } = require('./gc/heap_diff.js');
const { LeakRule } = require('./gc/leak.js');
const { WatchedEmitter } = require('./gc/watched.js');

let connected = null;

/* Not before it is needed: to load the module must cost nothing. */
function native()
{
    connected ??= connect();
    return connected;
}

function need(what)
{
    const { binding, error } = native();

    if (binding === null) {
        throw Object.assign(new Error(`cannot ${what}: ${error}`),
            { code: 'PORTHOLE_UNAVAILABLE' });
    }
    return binding;
}

class Memwatch extends WatchedEmitter
{
    #base = new Base();
    #leak = new LeakRule();
    #feed = null;
    #refused = false;

    constructor()
    {
        super(() => this.#listen());
        this.HeapDiff = class extends HeapDiff
        {
            constructor()
            {
                super(need('compare heaps'));
            }
        };
    }

    #wanted()
    {
        return this.listenerCount('stats') + this.listenerCount('leak') !== 0;
    }

    #listen()
    {
        if (this.#wanted() === (this.#feed?.isOpen ?? false) || this.#refused)
            return;
        if (this.#wanted())
            this.#open();
        else
            this.#feed.close();
    }

    #open()
    {
        const { binding, error } = native();

        if (binding !== null)
            this.#feed ??= new CollectionFeed(binding, (one) => this.#note(one), () => {});
        this.#refused = binding === null || !this.#feed.open(false);
        if (this.#refused)
            warnOf(error ?? 'too many copies of this module listen in this thread');
    }

    #note({ usedBytes, unixMs, full, others })
    {
        this.#base.add(usedBytes, unixMs);
        const leak = this.#leak.add(usedBytes, unixMs);
        const { trend, estimated, current, min, max } = this.#base;

        this.emit('stats', {
            num_full_gc: full,
            num_inc_gc: others,
            heap_compactions: full,
            usage_trend: trend,
            estimated_base: estimated,
            current_base: current,
            min: min?.bytes ?? 0,
            max: max?.bytes ?? 0,
        });
        if (leak !== null)
            this.emit('leak', leak);
    }

    gc()
    {
        if (typeof globalThis.gc === 'function')
            globalThis.gc();
        else
            need('collect garbage').collectGarbage();
    }
}

module.exports = new Memwatch();
