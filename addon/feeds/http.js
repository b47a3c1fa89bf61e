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
const { builtin, isLoaded } = require('./builtin.js');
const { CELLS } = require('./durations.js');
const { harmless } = require('./harmless.js');
const { HttpAgents } = require('./http_agents.js');
const { ClientRequests } = require('./http_client.js');
const { ServerRequests } = require('./http_server.js');
const { Pace } = require('./pace.js');
const { UndiciRequests } = require('./undici.js');

const ROWS = 64;

function globalAgents()
{
    return ['http', 'https'].filter(isLoaded)
        .map((id) => ({ agent: builtin(id).globalAgent, name: `${id}.globalAgent` }));
}

function flat({ name, origin, sockets, free, pending, oldest })
{
    return [name, origin, sockets, free, pending, oldest];
}

class HttpFeed
{
    #binding;
    #cells = new Float64Array(2 * CELLS + 1);   /* server, client, and the flag */
    #pace;
    #agents = new HttpAgents(globalAgents);
    #server;
    #client;
    #undici;
    #subscribed = [];       /* { channel, subscriber } */
    #lent = false;

    constructor(binding, wanted, pace = new Pace())
    {
        const client = this.#cells.subarray(CELLS, 2 * CELLS);

        this.#binding = binding;
        this.#pace = pace;
        this.#server = new ServerRequests(this.#cells.subarray(0, CELLS));
        this.#client = new ClientRequests(client, this.#cells.subarray(2 * CELLS),
            this.#agents.note);
        this.#undici = new UndiciRequests(client);
        if (wanted)
            this.#subscribe();
    }

    #subscribe()
    {
        const subscribers = {
            'http.server.request.start': this.#server.started,
            'http.server.response.finish': this.#server.finished,
            'http.client.request.start': this.#client.started,
            'http.client.response.finish': this.#client.answered,
            'http.client.request.error': this.#client.failed,
            'undici:request:create': this.#undici.created,
            'undici:client:sendHeaders': this.#undici.sent,
            'undici:request:headers': this.#undici.sent,
            'undici:request:trailers': this.#undici.finished,
            'undici:request:error': this.#undici.failed,
            'undici:client:connected': this.#undici.connected,
        };

        for (const [name, work] of Object.entries(subscribers)) {
            const channel = diagnostics.channel(name);
            const subscriber = harmless(work);

            channel.subscribe(subscriber);
            this.#subscribed.push({ channel, subscriber });
        }
    }

    sample()
    {
        if (this.#subscribed.length === 0)
            return;
        this.#lent ||= this.#binding.lendHttp(this.#cells.buffer,
            harmless(() => this.#client.settle()));
        this.#server.sweep();
        this.#client.sweep();
        this.#undici.sweep();
        this.#pace.run(() => this.#publish());
    }

    #publish()
    {
        const rows = [];
        const weight = ({ sockets, free, pending }) => sockets + free + pending;
        const more = this.#undici.collect(rows) + this.#agents.collect(rows);

        rows.sort((a, b) => weight(b) - weight(a));
        this.#binding.httpAgents(rows.slice(0, ROWS).flatMap(flat), rows.length + more);
    }

    stop()
    {
        for (const { channel, subscriber } of this.#subscribed)
            channel.unsubscribe(subscriber);
        this.#subscribed = [];
        this.#server.clear();
        this.#client.clear();
        this.#undici.clear();
        this.#agents.clear();
    }
}

module.exports = { HttpFeed };
