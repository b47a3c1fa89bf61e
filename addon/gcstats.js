/* SPDX-License-Identifier: MIT */
/*
 * require('porthole/gcstats'): as Lloyd Hilaiel's gcstats. The contract is in gcstats.d.ts.
 *
 * Counts from the moment it is loaded. Its own listener knows of full collections only, so
 * that scavenges cost no wakeup of the loop unless somebody listens to 'gc_incremental'.
 */
'use strict';

const { Base } = require('./gc/base.js');
const { CollectionFeed, connect, warnOf } = require('./gc/feed.js');
const { WatchedEmitter } = require('./gc/watched.js');

const MOST_AT_ONCE = 1000;
const INCREMENTAL = 'gc_incremental';

class GcStats extends WatchedEmitter
{
    #base = new Base();
    #feed = null;
    #binding;
    #all = false;           /* told of collections of all kinds */

    constructor()
    {
        super(() => this.#listen(this.listenerCount(INCREMENTAL) !== 0));
        const { binding, error } = connect();

        this.#binding = binding;
        if (binding === null) {
            warnOf(error);
            return;
        }
        this.#feed = new CollectionFeed(binding,
            (collection) => this.#noteFull(collection), (count) => this.#noteOthers(count));
        if (!this.#feed.open(false))
            warnOf('too many copies of this module listen in this thread');
    }

    #listen(all)
    {
        if (this.#feed === null || all === this.#all)
            return;
        this.#all = all;
        this.#feed.drain();
        this.#feed.open(all);
    }

    #noteFull({ usedBytes, unixMs })
    {
        this.#base.add(usedBytes, new Date(unixMs));
        this.emit('gc', { compacted: true });
    }

    #noteOthers(count)
    {
        if (this.listenerCount(INCREMENTAL) === 0)
            return;
        const told = Math.min(count, MOST_AT_ONCE);

        for (let i = 1; i < told; i++)
            this.emit(INCREMENTAL, { compacted: false, skipped: 0 });
        this.emit(INCREMENTAL, { compacted: false, skipped: count - told });
    }

    stats()
    {
        this.#feed?.drain();
        const counts = this.#feed?.counts() ?? { full: null, others: null };
        const { estimated, trend, current, min, max } = this.#base;

        return {
            num_full_gc: counts.full,
            num_inc_gc: counts.others,
            heap_compactions: counts.full,
            usage_trend: trend,
            estimated_base: estimated,
            current_base: current,
            min: { ...min ?? { bytes: null, when: null } },
            max: { ...max ?? { bytes: null, when: null } },
            floor: this.#binding === null ? null : floorOf(this.#binding),
        };
    }
}

/* The agent's own estimate for this thread, if one runs here and knows it yet. */
function floorOf(binding)
{
    const text = binding.state();
    const id = binding.isMainThread() ? 0 : require('worker_threads').threadId;
    const threads = text === null ? [] : JSON.parse(text).threads;

    return threads.find((thread) => thread.id === id)?.gc.floor ?? null;
}

module.exports = new GcStats();
