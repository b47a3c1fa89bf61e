/* SPDX-License-Identifier: MIT */
/*
 * Emitters that are known exactly, event by event: those with many listeners of one event,
 * and those the application watches. Held weakly.
 *
 * No FinalizationRegistry: the table is small, and a dead entry is dropped when the next
 * count meets it.
 */
'use strict';

const { className, eventText } = require('./reading.js');
const { History } = require('./history.js');

const { WeakMap, WeakRef } = globalThis; /* before the application can replace them */

const CAPACITY = 1024;      /* of heavy ones; the watched have a ceiling of their own */
const PER_COUNT = 1024;     /* entries counted at once; about 0.2 ms */
const DROP_BELOW = 8;       /* half of the threshold that brings an emitter in */
const EVENTS_PER_WATCH = 32;
const ROWS = 20;

/* An event of a watched emitter stays although it has no listener left, for its history,
 * unless others need the room. */
function isKept({ watch, listeners })
{
    return watch === null
        ? listeners >= DROP_BELOW
        : listeners > 0 || watch.followed < EVENTS_PER_WATCH;
}

class HeavyEmitters
{
    #now;
    #entries = [];              /* see #insert() */
    #next = 0;                  /* where counting goes on */
    #events = new WeakMap();    /* emitter -> event -> its entry */
    #heavy = 0;                 /* entries that are not watched */

    refused = 0;                /* that found no room */
    unfollowed = 0;             /* events of watched emitters that are too many */

    /** @param now  () => milliseconds */
    constructor(now)
    {
        this.#now = now;
    }

    /**
     * Follow this event of an emitter; safe to call again.
     *
     * @param source  reads it: `emitters` or `targets`.
     * @param by      who adds its listeners, as text, or null.
     * @param watch   the watch it belongs to, { name, active, followed }, or null.
     */
    note(emitter, event, source, by = null, watch = null)
    {
        const entry = this.#events.get(emitter)?.get(event);

        if (entry === undefined) {
            if (watch === null ? this.#heavy < CAPACITY : watch.followed < EVENTS_PER_WATCH)
                this.#insert(emitter, event, source, by, watch);
            else if (watch === null)
                this.refused++;
            return;
        }
        entry.by = by ?? entry.by;
        this.#setWatch(entry, watch ?? entry.watch);
    }

    #insert(emitter, event, source, by, watch)
    {
        const listeners = source.listenersOf(emitter, event);
        const entry = { ref: new WeakRef(emitter), event, source, by, watch: null, listeners,
            name: className(emitter), text: eventText(event),
            history: new History(this.#now(), listeners) };
        const events = this.#events.get(emitter);

        if (events === undefined)
            this.#events.set(emitter, new Map([[event, entry]]));
        else
            events.set(event, entry);
        this.#heavy++;
        this.#setWatch(entry, watch);
        this.#entries.push(entry);
    }

    /** Is this event of it accounted for here? */
    has(emitter, event)
    {
        return this.#events.get(emitter)?.has(event) === true;
    }

    /** Its events that are accounted for here, as a Map; undefined: none. */
    eventsOf(emitter)
    {
        return this.#events.get(emitter);
    }

    /** Count again, forget the dead and the light. */
    count()
    {
        const kept = [];
        const { length } = this.#entries;
        const n = Math.min(length, PER_COUNT);
        const until = this.#next + n;

        if (this.#heavy < CAPACITY)
            this.refused = 0;
        for (let i = 0; i < length; i++) {
            const entry = this.#entries[i];
            const turn = i >= this.#next ? i < until : i + length < until;

            if (!turn || this.#recount(entry))
                kept.push(entry);
        }
        this.#next = kept.length <= PER_COUNT ? 0 : until % length;
        this.#entries = kept;
    }

    #recount(entry)
    {
        const emitter = entry.ref.deref();

        if (emitter !== undefined) {
            entry.listeners = entry.source.listenersOf(emitter, entry.event);
            entry.history.note(this.#now(), entry.listeners);
            if (entry.watch?.active === false)
                this.#setWatch(entry, null);
            if (isKept(entry))
                return true;
            this.#events.get(emitter)?.delete(entry.event);
        }
        this.#setWatch(entry, null);
        this.#heavy--;
        return false;
    }

    #setWatch(entry, watch)
    {
        if (entry.watch === watch)
            return;
        for (const [old, change] of [[entry.watch, -1], [watch, 1]]) {
            if (old === null)
                this.#heavy += change;
            else
                old.followed += change;
        }
        entry.watch = watch;
    }

    /** Put what is known into `kinds`, and return the sum of listeners. */
    tally(kinds)
    {
        let sum = 0;

        for (const { name, text, listeners } of this.#entries) {
            if (listeners === 0)
                continue;
            const kind = kinds.at(name, text);

            kind.add(listeners, 1);
            kind.emitters++;
            sum += listeners;
        }
        return sum;
    }

    /** The heaviest, one by one: { rows, total }; see binding.heavyEmitters. */
    top()
    {
        const now = this.#now();
        const rows = [...this.#entries].sort((a, b) => b.listeners - a.listeners)
            .slice(0, ROWS)
            .flatMap(({ watch, name, text, listeners, history, by }) => [
                watch?.name ?? name, text, listeners,
                history.ago(now, 1), history.ago(now, 10), history.ago(now, 60), by]);

        return { rows, total: this.#entries.length + this.refused + this.unfollowed };
    }

    clear()
    {
        this.#entries = [];
        this.#events = new WeakMap();
        this.#heavy = 0;
    }
}

module.exports = { HeavyEmitters, EVENTS_PER_WATCH };
