/* SPDX-License-Identifier: MIT */
/*
 * Emitters that carry many listeners of one event: known exactly, one by one, weakly.
 *
 * No FinalizationRegistry: the table is small, and a dead entry is dropped when the next
 * count meets it.
 */
'use strict';

const CAPACITY = 256;
const DROP_BELOW = 8;   /* half of the threshold that brings an emitter in */
const ROWS = 20;

/* Getters and proxies may do anything here; a name is not worth an exception. */
function constructorName(emitter)
{
    try {
        const { name } = emitter.constructor;

        return typeof name === 'string' && name !== '' ? name : 'Object';
    } catch {
        return 'Object';
    }
}

/** Listeners of one event, read without running any method of the emitter's. */
function listenersOf(emitter, event)
{
    try {
        const entry = emitter._events?.[event];

        return typeof entry === 'function' ? 1 : Array.isArray(entry) ? entry.length : 0;
    } catch {
        return 0;
    }
}

class HeavyEmitters
{
    #entries = [];              /* { ref, event, name, listeners } */
    #events = new WeakMap();    /* emitter -> Set of its events in `#entries` */

    /** Called when `event` of `emitter` has reached a threshold; safe to call again. */
    note(emitter, event)
    {
        let events = this.#events.get(emitter);

        if (events?.has(event) || !this.#makeRoom())
            return;
        if (events === undefined)
            this.#events.set(emitter, events = new Set());
        events.add(event);
        this.#entries.push({
            ref: new WeakRef(emitter),
            event,
            name: constructorName(emitter),
            listeners: listenersOf(emitter, event),
        });
    }

    /* Full of emitters that are all alive and heavy: 256 are evidence enough. */
    #makeRoom()
    {
        if (this.#entries.length >= CAPACITY)
            this.count();
        return this.#entries.length < CAPACITY;
    }

    /** How many listeners of `emitter` are accounted for here. */
    listenersOn(emitter)
    {
        let n = 0;

        for (const event of this.#events.get(emitter) ?? [])
            n += listenersOf(emitter, event);
        return n;
    }

    /** Count again; forget the dead and the light. Returns the sum of listeners. */
    count()
    {
        this.#entries = this.#entries.filter((entry) => this.#recount(entry));
        return this.#entries.reduce((sum, entry) => sum + entry.listeners, 0);
    }

    #recount(entry)
    {
        const emitter = entry.ref.deref();

        if (emitter === undefined)
            return false;
        entry.listeners = listenersOf(emitter, entry.event);
        if (entry.listeners >= DROP_BELOW)
            return true;
        this.#events.get(emitter)?.delete(entry.event);
        return false;
    }

    /** The heaviest kinds, by class and event: { rows, total }; see binding.heavyEmitters. */
    top()
    {
        const kinds = new Map();

        for (const { name, event, listeners } of this.#entries) {
            const key = `${name} ${String(event)}`;
            const kind = kinds.get(key) ?? { name, event: String(event), sum: 0, most: 0 };

            kind.sum += listeners;
            kind.most = Math.max(kind.most, listeners);
            kinds.set(key, kind);
        }
        const rows = [...kinds.values()].sort((a, b) => b.sum - a.sum).slice(0, ROWS)
            .flatMap(({ name, event, sum, most }) => [name, event, sum, most]);

        return { rows, total: kinds.size };
    }
}

module.exports = { HeavyEmitters, constructorName, listenersOf };
