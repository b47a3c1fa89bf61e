/* SPDX-License-Identifier: MIT */
/*
 * What HTTP does in this thread, as server and as client, without anybody being told: from
 * the channels of diagnostics_channel, which Node and undici publish on when somebody
 * subscribes.
 *
 * Owns the memory that is lent to the agent, and the subscriptions. No listener and no
 * property is added to anything of the application. A subscriber that throws would end the
 * process: none may.
 */
'use strict';

const diagnostics = require('diagnostics_channel');
const { isLoaded } = require('./builtin.js');
const { CELLS } = require('./durations.js');
const { harmless } = require('./harmless.js');

const CHANNELS = [
    'http.server.request.start',
    'http.server.response.finish',
    'http.client.request.start',
    'http.client.response.finish',
    'http.client.request.error',
    'undici:request:create',
    'undici:client:sendHeaders',
    'undici:request:headers',
    'undici:request:trailers',
    'undici:request:error',
    'undici:client:connected',
];

class HttpFeed
{
    #binding;
    #pace;
    #cells = new Float64Array(2 * CELLS + 1);   /* server, client, and the flag */
    #parts = null;          /* until the first message, or until Node's http is loaded */
    #failed = false;        /* to load them, in this tick: out of descriptors, say */
    #subscribed = [];       /* { channel, subscriber } */
    #lent = false;

    constructor(binding, wanted, pace)
    {
        this.#binding = binding;
        this.#pace = pace;
        if (wanted)
            this.#subscribe();
    }

    #subscribe()
    {
        for (const name of CHANNELS) {
            const channel = diagnostics.channel(name);
            let take = null;
            const subscriber = harmless((message) => {
                take ??= this.#load()?.taker(name);
                take?.(message);
            });

            channel.subscribe(subscriber);
            this.#subscribed.push({ channel, subscriber });
        }
    }

    /* At most once per tick: a file that cannot be read costs more than a request. */
    #load()
    {
        if (this.#parts === null && !this.#failed) {
            this.#failed = true;
            const { HttpParts } = require('./http_parts.js');

            this.#parts = new HttpParts(this.#binding, {
                server: this.#cells.subarray(0, CELLS),
                client: this.#cells.subarray(CELLS, 2 * CELLS),
                flag: this.#cells.subarray(2 * CELLS),
            }, this.#pace);
        }
        return this.#parts;
    }

    sample()
    {
        if (this.#subscribed.length === 0)
            return;
        if (!this.#lent)
            this.#lend();
        this.#failed = false;
        if (this.#parts === null && isLoaded('http'))
            this.#load();
        this.#parts?.sample();
    }

    #lend()
    {
        this.#lent = this.#binding.lendHttp(this.#cells.buffer,
            harmless(() => this.#parts?.settle()));
        if (this.#parts === null)
            this.#binding.httpAgents([], 0);
    }

    stop()
    {
        for (const { channel, subscriber } of this.#subscribed)
            channel.unsubscribe(subscriber);
        this.#subscribed = [];
        this.#parts?.clear();
    }
}

module.exports = { HttpFeed };
