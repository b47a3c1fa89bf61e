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
const ELDERS = 32;      /* sockets of one list whose age is known; new ones are at its end */

/* The length of the list object[key]. */
function listOf(object, key)
{
    const list = object === null ? null : ownObject(object, key);

    return Array.isArray(list) ? list : [];
}

function keysOf(...tables)
{
    return new Set(tables.flatMap((table) => table === null ? [] : Object.keys(table)));
}

class HttpAgents
{
    #globals;               /* () => [{ agent, name }] that are loaded */
    #now;
    #listed = [];           /* WeakRefs of agents that had something when last looked at */
    #names = new WeakMap(); /* agent -> { name, listed } */
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
        const known = this.#names.get(agent);

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
            this.#names.set(agent, { name: this.#nameOf(agent), listed: true });
        else
            known.listed = true;
        this.#last = agent;
    }

    #nameOf(agent)
    {
        const global = this.#globals().find((entry) => entry.agent === agent);

        return global?.name ?? `${className(agent)}#${++this.#made}`;
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
                this.#names.get(agent).listed = false;
        }
        this.#listed = listed;
        this.#missed = false;
        this.#last = null;
        return more;
    }

    /* The rows of one agent, at most `room`; `cut`: of how many keys there are none. */
    #read(agent, room)
    {
        const sockets = ownObject(agent, 'sockets');
        const free = ownObject(agent, 'freeSockets');
        const requests = ownObject(agent, 'requests');
        const protocol = ownData(agent, 'protocol');
        const { name } = this.#names.get(agent);
        const rows = new Map();
        let cut = 0;

        for (const key of keysOf(sockets, free, requests)) {
            const origin = rows.size < room ? originOfKey(key, protocol) : null;
            const row = rows.get(origin) ??
                { name, origin, sockets: 0, free: 0, pending: 0, oldest: 0 };

            if (origin === null)
                cut++;
            else if (this.#add(row, listOf(sockets, key), listOf(free, key),
                listOf(requests, key)))
                rows.set(origin, row);
        }
        return { found: [...rows.values()], cut };
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
            const socket = ownObject(list, i);

            if (socket !== null)
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
        this.#names = new WeakMap();
        this.#seen = new WeakMap();
    }
}

module.exports = { HttpAgents };
