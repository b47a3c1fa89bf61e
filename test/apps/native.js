/* SPDX-License-Identifier: MIT */
/*
 * What Walmart met: an add-on leaks a little native memory with each request of the HTTP
 * client, and the heap stays flat.
 *
 *     node test/apps/native.js [--port N] [--rate N] [--bytes N] [--ceiling BYTES]
 *
 * Asks a server in a process of its own `rate` times a second; each answer costs `bytes`
 * that nobody frees (leaky.c), up to `ceiling`. Prints one line of JSON when it is ready:
 * { url, pid }.
 */
'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const { parseArgs } = require('node:util');
const porthole = require('../../addon');
const { leak } = require(path.join(__dirname, '..', '..', 'build', 'leaky.node'));

const RATE = 200;

function answer()
{
    const server = http.createServer((request, response) => response.end('ok'));

    server.listen(0, '127.0.0.1', () => process.send(server.address().port));
    process.on('disconnect', () => process.exit());
}

function ask(port, agent, done)
{
    http.get({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume();
        response.on('end', done);
    }).on('error', () => {});
}

async function main()
{
    const { values } = parseArgs({ options: {
        port: { type: 'string', default: '0' },
        rate: { type: 'string', default: `${RATE}` },
        bytes: { type: 'string', default: '16384' },
        ceiling: { type: 'string', default: `${512 << 20}` },
    } });
    const server = fork(__filename, ['--server'], { execArgv: [] });
    const [port] = await once(server, 'message');
    const { url } = porthole.start({ port: Number(values.port), service: 'native' });
    const keepAlive = new http.Agent({ keepAlive: true });
    const bytes = Number(values.bytes);
    let left = Number(values.ceiling);

    setInterval(() => ask(port, keepAlive, () => {
        if ((left -= bytes) >= 0)
            leak(bytes); /* LEAK */
    }), 1000 / Number(values.rate));
    console.log(JSON.stringify({ url, pid: process.pid }));
}

if (process.argv[2] === '--server')
    answer();
else
    main();
