/* SPDX-License-Identifier: MIT */
/*
 * Requests and connections of undici: Node's own behind fetch(), and every copy from npm, all
 * of which publish on the same channels. An undici dispatcher shows nothing of its pools, so
 * the connections are counted as they come, by origin.
 *
 * A request that asks for an upgrade, or to CONNECT, has finished when it is sent: undici does
 * not tell of the answer.
 */
'use strict';

const { nanoseconds, milliseconds } = require('../clock.js');
const { isDestroyed } = require('./builtin.js');
const { FINISHED, ABORTED, ERRORS } = require('./durations.js');
const { InFlight } = require('./in_flight.js');
const { originOfURL } = require('./origin.js');
const { isObject, ownData } = require('./plain.js');

const ORIGINS = 256;
const SOCKETS = 4096;       /* for each origin */

const originOf = Object.getOwnPropertyDescriptor(URL.prototype, 'origin').get;

/* What fetch() and AbortController end a request with has no code of its own, and may be
 * anything. */
function isAbort(error)
{
    const code = isObject(error) ? ownData(error, 'code') : undefined;

    return typeof code !== 'string' || code === 'UND_ERR_ABORTED' || code === 'UND_ERR_ABORT';
}

function newOrigin(text)
{
    return { origin: originOfURL(text), pending: 0, busy: 0, sockets: new Map() };
}

class UndiciRequests
{
    #inFlight;
    #origins = new Map();   /* 'https://host' -> see newOrigin() */
    #missed = false;

    constructor(cells)
    {
        this.#inFlight = new InFlight(cells);
    }

    #origin(text)
    {
        let origin = this.#origins.get(text);

        if (origin !== undefined)
            return origin;
        if (this.#origins.size >= ORIGINS) {
            this.#missed = true;
            return null;
        }
        origin = newOrigin(text);
        this.#origins.set(text, origin);
        return origin;
    }

    /* A string or a URL; of anything else nothing is asked. */
    #originOfRequest(origin)
    {
        if (typeof origin === 'string')
            return this.#origin(origin);
        try {
            return this.#origin(originOf.call(origin));
        } catch {
            return null;
        }
    }

    created = (message) => {
        const request = message?.request;

        if (!isObject(request))
            return;
        const origin = this.#originOfRequest(request.origin);

        if (this.#inFlight.start(request, { began: nanoseconds(), origin, sent: false }) &&
            origin !== null)
            origin.pending++;
    };

    sent = (message) => {
        const request = message?.request;
        const state = this.#inFlight.get(request);

        if (state === undefined || state.sent)
            return;
        state.sent = true;
        if (state.origin !== null) {
            state.origin.pending--;
            state.origin.busy++;
        }
        if (typeof request.upgrade === 'string' || request.method === 'CONNECT')
            this.#end(request, state, FINISHED, 0);
    };

    finished = (message) => {
        const request = message?.request;
        const state = this.#inFlight.get(request);

        if (state !== undefined)
            this.#end(request, state, FINISHED, state.began);
    };

    failed = (message) => {
        const request = message?.request;
        const state = this.#inFlight.get(request);

        if (state !== undefined)
            this.#end(request, state, isAbort(message.error) ? ABORTED : ERRORS, 0);
    };

    #end(request, { origin, sent }, cell, began)
    {
        if (origin !== null && sent)
            origin.busy--;
        else if (origin !== null)
            origin.pending--;
        this.#inFlight.end(request, cell, began);
    }

    connected = (message) => {
        const socket = message?.socket;
        const { protocol, host } = message?.connectParams ?? {};

        if (!isObject(socket) || typeof protocol !== 'string' || typeof host !== 'string')
            return;
        const origin = this.#origin(`${protocol}//${host}`);

        if (origin !== null && origin.sockets.size < SOCKETS)
            origin.sockets.set(socket, milliseconds());
        else
            this.#missed = true;
    };

    #judge = (request, state) => {
        const completed = ownData(request, 'completed');
        const aborted = ownData(request, 'aborted');

        if (completed === true)
            this.#end(request, state, FINISHED, state.began);
        else if (completed !== false || aborted !== false)
            this.#end(request, state, ABORTED, 0);
    };

    sweep()
    {
        this.#inFlight.sweep(this.#judge);
    }

    /** Add a row for each origin to `rows`. Returns how many more there are, at least. */
    collect(rows)
    {
        const more = this.#missed ? 1 : 0;
        const now = milliseconds();

        this.#missed = false;
        for (const [text, origin] of this.#origins) {
            for (const socket of origin.sockets.keys()) {
                if (isDestroyed(socket))
                    origin.sockets.delete(socket);
            }
            if (origin.sockets.size + origin.pending + origin.busy === 0)
                this.#origins.delete(text);
            else
                rows.push(this.#row(origin, now));
        }
        return more;
    }

    #row({ origin, sockets, busy, pending }, now)
    {
        const used = Math.min(busy, sockets.size);
        const [since = now] = sockets.values();

        return { name: 'undici', origin, sockets: used, free: sockets.size - used, pending,
            oldest: now - since };
    }

    clear()
    {
        this.#inFlight.clear();
        this.#origins.clear();
    }
}

module.exports = { UndiciRequests };
