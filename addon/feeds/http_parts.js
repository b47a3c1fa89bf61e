/* SPDX-License-Identifier: MIT */
/*
 * All that http.js needs where there is HTTP: a process that never speaks it is spared ten
 * files at its start.
 */
'use strict';

const { builtin, isLoaded } = require('./builtin.js');
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

class HttpParts
{
    #binding;
    #pace;
    #agents = new HttpAgents(globalAgents);
    #server;
    #client;
    #undici;

    /** `server`, `client`, `flag`: the cells of each. */
    constructor(binding, { server, client, flag }, pace = new Pace())
    {
        this.#binding = binding;
        this.#pace = pace;
        this.#server = new ServerRequests(server);
        this.#client = new ClientRequests(client, flag, this.#agents.note);
        this.#undici = new UndiciRequests(client);
    }

    /** Who takes the messages of a channel. */
    taker(channel)
    {
        switch (channel) {
        case 'http.server.request.start': return this.#server.started;
        case 'http.server.response.finish': return this.#server.finished;
        case 'http.client.request.start': return this.#client.started;
        case 'http.client.response.finish': return this.#client.answered;
        case 'http.client.request.error': return this.#client.failed;
        case 'undici:request:create': return this.#undici.created;
        case 'undici:client:sendHeaders':
        case 'undici:request:headers': return this.#undici.sent;
        case 'undici:request:trailers': return this.#undici.finished;
        case 'undici:request:error': return this.#undici.failed;
        default: return this.#undici.connected;
        }
    }

    settle()
    {
        this.#client.settle();
    }

    sample()
    {
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

    clear()
    {
        this.#server.clear();
        this.#client.clear();
        this.#undici.clear();
        this.#agents.clear();
    }
}

module.exports = { HttpParts };
