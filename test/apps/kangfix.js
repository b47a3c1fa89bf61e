/* SPDX-License-Identifier: MIT */
/*
 * A kang server and a row of broken ones, to try clients on.
 *
 *     node test/apps/kangfix.js [--port N] [--objects N] [--module NAME]
 *
 * Without --port all listen on any free one. --module is who serves the good one: `kang`
 * (the original, Node 23 at most), `porthole/kang`, or `handler`, which is the latter's
 * knRestifyHandler() under node's own http. Prints one line of JSON when all
 * listen: { "good": "127.0.0.1:N", "hang": …, one for each of `broken` below }. With --port
 * N the good one has N and the others follow in that order. SIGUSR2 blocks the loop for ten
 * seconds.
 */
'use strict';

const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const zlib = require('node:zlib');
const { parseArgs } = require('node:util');

const HOST = '127.0.0.1';
const BLOCK_MS = 10000;
const DRIP_MS = 200;
const SOON_MS = 20;
const SERVICE = { name: 'x', ident: 'i', version: '1' };
const FINE = JSON.stringify({ service: SERVICE, types: [] });

function answer(body, headers = {})
{
    return (request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
        response.end(body);
    };
}

function status(code, headers)
{
    return (request, response) => {
        response.writeHead(code, headers);
        response.end('no');
    };
}

function snapshotWith(type, text)
{
    return answer(`{"service":${JSON.stringify(SERVICE)},"types":["${type}"]${text}}`);
}

/* By name: what each does with a request. null: a bare server that says nothing at all. */
const broken = {
    hang: null,
    drip(request, response) {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write('{"service":');
        const timer = setInterval(() => response.write(' '), DRIP_MS);

        response.on('close', () => clearInterval(timer));
    },
    unavailable: status(503),
    redirect: status(302, { Location: '/elsewhere' }),
    badJson: answer('{not json'),
    truncated(request, response) {
        response.writeHead(200, { 'Content-Length': 999 });
        response.write(FINE);
        setTimeout(() => request.socket.destroy(), SOON_MS);
    },
    noService: answer('{"types":[]}'),
    nullObject: snapshotWith('t', ',"t":{"a":null}'),
    prototypeId: snapshotWith('t', ',"t":{"constructor":{},"__proto__":{"b":1}}'),
    gzip: answer(zlib.gzipSync(FINE), { 'Content-Encoding': 'gzip' }),
    chunked(request, response) {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write(FINE.slice(0, 9));
        setTimeout(() => response.end(FINE.slice(9)), SOON_MS);
    },
    absentType: snapshotWith('t', ''),
};

/* Three types: objects, objects that link to them, and texts. */
function makeObjects(count)
{
    const types = { conn: {}, request: {}, lease: {} };

    for (let i = 0; i < count; i++) {
        types.conn[`c${i}`] = { remote: `10.0.0.${i % 250}:${40000 + i % 20000}`,
            state: i % 7 === 0 ? 'closing' : 'open', bytes_in: i * 17 };
        if (i % 3 === 0)
            types.request[`r${i}`] = { method: 'GET', url: `/obj/${i}`, conn: `conn:c${i}` };
        if (i % 10 === 0)
            types.lease[`l${i}`] = `lease body ${i}`;
    }
    return types;
}

function kangOptions(objects)
{
    return {
        uri_base: '/kang', service_name: 'fixture', component: 'web', version: '1.0.0',
        ident: `host/${process.pid}`,
        list_types: () => Object.keys(objects),
        list_objects: (type) => Object.keys(objects[type]),
        get: (type, id) => objects[type][id],
        stats: () => ({ requests: 42 }),
        schema: (type) => ({ summaryFields: Object.keys(Object.values(objects[type])[0]) }),
    };
}

function listen(handler, port)
{
    const server = handler === null ? net.createServer((socket) => socket.on('error', () => {}))
        : http.createServer(handler);

    return new Promise((resolve, reject) => {
        server.on('error', reject);
        server.listen(port, HOST, () => resolve(`${HOST}:${server.address().port}`));
    });
}

function listenGood(module, options, port)
{
    const kang = require(module === 'kang' ? module
        : path.join(__dirname, '..', '..', 'addon', 'kang.js'));

    if (module === 'handler')
        return listen(kang.knRestifyHandler(options), port);
    return new Promise((resolve, reject) => {
        kang.knStartServer({ ...options, port, host: HOST }, (error, server) => {
            if (error)
                reject(error);
            else
                resolve(`${HOST}:${server.address().port}`);
        });
    });
}

async function main()
{
    const { values } = parseArgs({ options: {
        port: { type: 'string', default: '0' },
        objects: { type: 'string', default: '300' },
        module: { type: 'string', default: 'kang' },
    } });
    const port = Number(values.port);
    const options = kangOptions(makeObjects(Number(values.objects)));
    const where = { good: await listenGood(values.module, options, port) };

    for (const [i, [name, handler]] of Object.entries(broken).entries())
        where[name] = await listen(handler, port === 0 ? 0 : port + 1 + i);
    process.on('SIGUSR2', () => {
        for (const end = Date.now() + BLOCK_MS; Date.now() < end;)
            ;
    });
    console.log(JSON.stringify(where));
}

if (require.main === module)
    main();

module.exports = { makeObjects, kangOptions };
