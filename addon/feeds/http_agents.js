/* SPDX-License-Identifier: MIT */
/*
 * The Agents of node:http and node:https: whoever sends a request makes its agent known. They
 * are held weakly, and what they hold is read once per tick as plain data, so that no code of
 * the application runs: an agent may be sealed, patched, or no agent at all.
 */
'use strict';

const { milliseconds } = require('../clock.js');
const { originOfKey } = require('./origin.js');
const { isObject, isProxy, ownData, ownObject, className } = require('./plain.js');

const { WeakMap, WeakRef } = globalThis; /* before the application can replace them */
const AGENTS = 64;
const ORIGINS = 256;
const ELDERS = 8;       /* sockets of one list whose age is known; new ones are at its end */
const CROWD = 1024;     /* keys that can be listed in a fraction of a millisecond */
const SAMPLE = 16;
const SPACING = 10000;

const { getOwnPropertyDescriptor, hasOwn } = Object;

/* The list that is table[key]; the table itself is known to be no proxy. */
function listOf(table, key)
{
    const list = table === null ? null : getOwnPropertyDescriptor(table, key)?.value;

    return Array.isArray(list) && !isProxy(list) ? list : [];
}

function keysOf(tables)
{
    return new Set(tables.flatMap((table) => table === null ? [] : Object.keys(table)));
}

function tablesOf(agent)
{
    return ['sockets', 'freeSockets', 'requests'].map((name) => ownObject(agent, name));
}

class HttpAgents
{
    #globals;               /* () => [{ agent, name }] that are loaded */
    #now;
    #listed = [];           /* WeakRefs of agents that had something when last looked at */
    #known = new WeakMap(); /* agent -> see #newlyKnown() */
    #made = 0;
    #last = null;           /* until the next tick: most requests use the same agent */
    #missed = false;
    #seen = new WeakMap();  /* socket -> when we saw it first */

    constructor(globals, now = milliseconds)
    {
        this.#globals = globals;
        this.#now = now;
    }

    /** Hot: once for each request. */
    note = (agent) => {
        if (agent === this.#last)
            return;
        if (isObject(agent) && !isProxy(agent))
            this.#list(agent);
    };

    #list(agent)
    {
        const known = this.#known.get(agent);

        if (known?.listed === true) {
            this.#last = agent;
            return;
        }
        if (this.#listed.length >= AGENTS) {
            this.#missed = true;
            return;
        }
        this.#listed.push(new WeakRef(agent));
        if (known === undefined)
            this.#known.set(agent, this.#newlyKnown(agent));
        else
            known.listed = true;
        this.#last = agent;
    }

    #newlyKnown(agent)
    {
        const global = this.#globals().find((entry) => entry.agent === agent);

        return {
            name: global?.name ?? `${className(agent)}#${++this.#made}`,
            listed: true,
            origins: new Map(),     /* key -> origin: reading a key takes microseconds */
            keys: 0,
            sample: [],             /* of the keys, when there are too many to list */
            next: 0,                /* when to list these again */
        };
    }

    /** Add a row for each agent and origin to `rows`. Returns how many more there are. */
    collect(rows)
    {
        const room = ORIGINS + rows.length;
        const listed = [];
        let more = this.#missed ? 1 : 0;

        for (const { agent } of this.#globals())
            this.note(agent);
        for (const ref of this.#listed) {
            const agent = ref.deref();

            if (agent === undefined)
                continue;
            const { found, cut } = this.#read(agent, room - rows.length);

            rows.push(...found);
            more += cut;
            if (found.length + cut > 0)
                listed.push(ref);
            else
                this.#known.get(agent).listed = false;
        }
        this.#listed = listed;
        this.#missed = false;
        this.#last = null;
        return more;
    }

    /* The rows of one agent, at most `room`; `cut`: of how many keys there are none. */
    #read(agent, room)
    {
        const tables = tablesOf(agent);
        const known = this.#known.get(agent);

        if (this.#isCrowded(known, tables))
            return { found: [], cut: known.keys };
        const protocol = ownData(agent, 'protocol');
        const origins = new Map();
        const rows = new Map();
        let cut = 0;

        for (const key of this.#listKeys(known, tables)) {
            if (rows.size >= room) {
                cut++;
                continue;
            }
            const origin = known.origins.get(key) ?? originOfKey(key, protocol);
            const row = rows.get(origin) ??
                { name: known.name, origin, sockets: 0, free: 0, pending: 0, oldest: 0 };

            origins.set(key, origin);
            if (this.#add(row, ...tables.map((table) => listOf(table, key))))
                rows.set(origin, row);
        }
        known.origins = origins;
        return { found: [...rows.values()], cut };
    }

    /* Listing a million keys takes a second. While most of a sample of them is still there,
     * so is the crowd. */
    #isCrowded(known, tables)
    {
        const { sample, next } = known;
        const there = sample.filter((key) =>
            tables.some((table) => table !== null && hasOwn(table, key)));

        return sample.length > 0 && (2 * there.length > SAMPLE || this.#now() < next);
    }

    #listKeys(known, tables)
    {
        const began = this.#now();
        const keys = keysOf(tables);
        const step = Math.floor(keys.size / SAMPLE);

        known.keys = keys.size;
        known.sample = keys.size <= CROWD
            ? [] : [...keys].filter((_, i) => i % step === 0).slice(0, SAMPLE);
        known.next = this.#now() + (this.#now() - began) * SPACING;
        return keys;
    }

    #add(row, sockets, free, requests)
    {
        row.sockets += sockets.length;
        row.free += free.length;
        row.pending += requests.length;
        row.oldest = Math.max(row.oldest, this.#oldest(sockets), this.#oldest(free));
        return sockets.length + free.length + requests.length > 0;
    }

    /* The lists are in order of opening, or of becoming free. */
    #oldest(list)
    {
        const now = this.#now();
        let oldest = 0;

        for (let i = 0; i < list.length && i < ELDERS; i++) {
            const socket = getOwnPropertyDescriptor(list, i)?.value;

            if (isObject(socket))
                oldest = Math.max(oldest, now - this.#since(socket, now));
        }
        return oldest;
    }

    #since(socket, now)
    {
        const since = this.#seen.get(socket);

        if (since === undefined)
            this.#seen.set(socket, now);
        return since ?? now;
    }

    clear()
    {
        this.#listed = [];
        this.#last = null;
        this.#known = new WeakMap();
        this.#seen = new WeakMap();
    }
}

module.exports = { HttpAgents };
