/* SPDX-License-Identifier: MIT */
/*
 * What Auth0 met: sockets, and listeners on them, pile up in one keep-alive HTTP agent.
 *
 *     node test/apps/forever.js [--port N] [--rate N] [--ceiling N]
 *
 * A log shipper sends a record `rate` times a second to a collector, which runs in a process
 * of its own. Two mistakes are built in, each marked `LEAK`, up to --ceiling of each. Prints
 * one line of JSON when it is ready: { url, collector, pid }.
 */
'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const { parseArgs } = require('node:util');
const porthole = require('../../addon');

/* Every hundredth record is refused, with a body that says why. */
function collect(port)
{
    let n = 0;
    const server = http.createServer({ keepAliveTimeout: 600000 }, (request, response) => {
        request.resume();
        request.on('end', () => {
            response.statusCode = ++n % 100 === 0 ? 413 : 200;
            response.end('x'.repeat(response.statusCode === 413 ? 262144 : 2));
        });
    });

    server.listen(port, '127.0.0.1', () => process.send(server.address().port));
    process.on('disconnect', () => process.exit());
}

/* Agents that never let a connection go were modules of their own once. */
class ForeverAgent extends http.Agent
{
    constructor()
    {
        super({ keepAlive: true });
    }
}

class Shipper
{
    #agent = new ForeverAgent();
    #ceiling;
    #made = { listeners: 0, sockets: 0 };
    failures = 0;

    constructor(ceiling)
    {
        this.#ceiling = ceiling;
    }

    #may(mistake)
    {
        return this.#made[mistake] < this.#ceiling && ++this.#made[mistake] > 0;
    }

    ship(port, record)
    {
        const request = http.request({ port, host: '127.0.0.1', method: 'POST',
            agent: this.#agent });

        request.on('socket', (socket) => this.#follow(socket));
        request.on('response', (response) => this.#settle(response));
        request.on('error', () => this.failures++);
        request.end(record);
    }

    #follow(socket)
    {
        /* LEAK (listeners): the socket comes back for the next request, and gets one more.
         * `once`, and its removal after the answer, were forgotten. */
        if (this.#may('listeners'))
            socket.on('error', () => this.failures++); // line: listeners
    }

    #settle(response)
    {
        /* LEAK (sockets): a refusal's body is not read, so its socket never comes back. */
        if (response.statusCode !== 200 && this.#may('sockets'))
            return;
        response.resume();
    }
}

async function main()
{
    const { values } = parseArgs({ options: {
        port: { type: 'string', default: '0' },
        rate: { type: 'string', default: '200' },
        ceiling: { type: 'string', default: '2000' },
    } });
    const collector = fork(__filename, ['--collector'], { execArgv: [] });
    const [port] = await once(collector, 'message');
    const agent = porthole.start({ port: Number(values.port), service: 'shipper' });
    const shipper = new Shipper(Number(values.ceiling));

    process.emitWarning = () => {}; /* "MaxListenersExceededWarning" was in nobody's log */
    setInterval(() => shipper.ship(port, '{"level":"info"}'), 1000 / Number(values.rate));
    console.log(JSON.stringify({ url: agent.url, collector: port, pid: process.pid }));
}

if (process.argv[2] === '--collector')
    collect(0);
else
    main();
