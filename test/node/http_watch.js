/* SPDX-License-Identifier: MIT */
/*
 * What the tests of HTTP share: the feed with a binding made up for it, servers, and clients
 * that say byte by byte what they send.
 */
'use strict';

const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { HttpFeed } = require('../../addon/feeds/http.js');
const durations = require('../../addon/feeds/durations.js');
const { until } = require('./helper.js');

const { STARTED, FINISHED, ABORTED, ERRORS, BUCKETS, UNFOLLOWED, CELLS } = durations;

function sideOf(cells)
{
    const [started, finished, aborted, errors] =
        [STARTED, FINISHED, ABORTED, ERRORS].map((cell) => cells[cell]);

    return { active: started - finished - aborted - errors, started, finished, aborted,
        errors };
}

/* What the agent would see. Ends with the test. */
class Watch
{
    #cells;
    #feed;
    rows = [];
    total = 0;

    constructor(t)
    {
        this.#feed = new HttpFeed({
            lendHttp: (buffer, settle) => {
                this.#cells = new Float64Array(buffer);
                this.settle = settle;
                return true;
            },
            httpAgents: (flat, total) => {
                this.total = total;
                this.rows = Array.from({ length: flat.length / 6 }, (_, i) => {
                    const [name, origin, sockets, free, pending, oldest] =
                        flat.slice(6 * i, 6 * i + 6);

                    return { name, origin, sockets, free, pending, oldest };
                });
            },
        }, true, { run: (work) => work() });
        this.#feed.sample();
        t.after(() => this.stop());
    }

    cells(side)
    {
        return this.#cells.subarray(side === 'server' ? 0 : CELLS);
    }

    stop()
    {
        this.#feed.stop();
    }

    /* The figures of one side, as they are now. */
    now(side)
    {
        return sideOf(this.cells(side));
    }

    durations(side)
    {
        return this.cells(side).subarray(BUCKETS, UNFOLLOWED).reduce((a, b) => a + b);
    }

    unfollowed(side)
    {
        return this.cells(side)[UNFOLLOWED];
    }

    /* After a tick. */
    tick(side)
    {
        this.#feed.sample();
        return this.now(side);
    }

    /* Tick until `accept` holds for the figures of one side; resolves to these. */
    until(side, accept)
    {
        return until(() => this.tick(side), accept);
    }

    /* Tick until `accept` holds for the rows of agents. */
    async untilRows(accept)
    {
        return until(() => {
            this.#feed.sample();
            return this.rows;
        }, accept);
    }

    /* Nothing in flight and `n` requests so far; resolves to the three ends. */
    async ends(side, n)
    {
        const { finished, aborted, errors } = await this.until(side,
            ({ started, active }) => started === n && active === 0);

        return { finished, aborted, errors };
    }
}

/* A server on any port of the loopback, closed with the test: { server, port }. */
async function listen(t, handler, make = http.createServer)
{
    const server = make(handler).listen(0, '127.0.0.1');

    await once(server, 'listening');
    t.after(() => {
        server.close();
        server.closeAllConnections?.();
    });
    return { server, port: server.address().port };
}

/* A connection that has sent `text`; `text()` is what came back. */
async function dial(t, port, text)
{
    const socket = net.connect(port, '127.0.0.1');
    let received = '';

    t.after(() => socket.destroy());
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (part) => received += part);
    await once(socket, 'connect');
    socket.write(text);
    return { socket, text: () => received };
}

/* Send a request and read the whole answer: resolves to its text. */
function ask(options, body)
{
    return new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', ...options }, (response) => {
            let text = '';

            response.setEncoding('utf8').on('data', (part) => text += part);
            response.on('end', () => resolve(text)).on('error', reject);
        });

        request.on('error', reject).end(body);
    });
}

module.exports = { Watch, listen, dial, ask, until };
