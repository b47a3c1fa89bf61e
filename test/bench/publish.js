/* SPDX-License-Identifier: MIT */
/*
 * node test/bench/publish.js: what a request costs that Node tells of on the channels of
 * diagnostics_channel, with nobody there and with porthole, as JSON: nanoseconds, and how
 * many requests porthole has counted of those that were told of.
 *
 * The messages are what Node and undici publish, about objects of the same classes, which no
 * subscriber has seen before: a thousand requests start, then they all end. In between are
 * the calls that node:http makes, guarded by `hasSubscribers` as there.
 */
'use strict';

const diagnostics = require('node:diagnostics_channel');
const http = require('node:http');
const porthole = require('../../addon');
const { median } = require('./statistics.js');

const BATCH = 1000;
const ROUNDS = 100;
const WARM = 20;        /* first rounds that do not count */
const TICK_MS = 50;

const channel = (name) => diagnostics.channel(name);
const server = {
    start: channel('http.server.request.start'), finish: channel('http.server.response.finish'),
};
const client = {
    start: channel('http.client.request.start'),
    finish: channel('http.client.response.finish'),
};
const undici = {
    create: channel('undici:request:create'), send: channel('undici:client:sendHeaders'),
    headers: channel('undici:request:headers'), trailers: channel('undici:request:trailers'),
};

/* Takes requests, and never does anything for them. */
const idle = Object.assign(new http.Agent(), { addRequest() {} });
const socket = { readableHighWaterMark: 16384 };

const makers = {
    server()
    {
        const request = new http.IncomingMessage(socket);

        return { request, response: new http.ServerResponse(request), socket, server: {} };
    },
    client()
    {
        const request = new http.ClientRequest({ agent: idle, host: '127.0.0.1', port: 80 });
        const response = new http.IncomingMessage(socket);

        response.complete = true;
        return { request, response };
    },
    undici()
    {
        return { request: { method: 'GET', completed: false, aborted: false, upgrade: null,
            path: '/', origin: 'http://127.0.0.1:80', headers: [] }, response: {} };
    },
};

/* Functions of their own, so that each is optimised for what it sees. */
const tellers = {
    server(all)
    {
        for (const { request, response, socket: by, server: of } of all) {
            if (server.start.hasSubscribers)
                server.start.publish({ request, response, socket: by, server: of });
        }
        for (const { request, response, socket: by, server: of } of all) {
            if (server.finish.hasSubscribers)
                server.finish.publish({ request, response, socket: by, server: of });
        }
    },
    client(all)
    {
        for (const { request } of all) {
            if (client.start.hasSubscribers)
                client.start.publish({ request });
        }
        for (const { request, response } of all) {
            if (client.finish.hasSubscribers)
                client.finish.publish({ request, response });
        }
    },
    undici(all)
    {
        for (const { request } of all) {
            if (undici.create.hasSubscribers)
                undici.create.publish({ request });
            if (undici.send.hasSubscribers)
                undici.send.publish({ request, headers: '', socket });
        }
        for (const { request, response } of all) {
            if (undici.headers.hasSubscribers)
                undici.headers.publish({ request, response });
            if (undici.trailers.hasSubscribers)
                undici.trailers.publish({ request, trailers: [] });
        }
    },
};

function nsPerRequest(what)
{
    const all = Array.from({ length: BATCH }, makers[what]);
    const began = process.hrtime.bigint();

    tellers[what](all);
    return Number(process.hrtime.bigint() - began) / BATCH;
}

/* A turn of the loop between two rounds, as there is between requests. */
async function rounds(what)
{
    const taken = [];

    for (let i = 0; i < WARM + ROUNDS; i++) {
        taken.push(nsPerRequest(what));
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return median(taken.slice(WARM));
}

async function main()
{
    const result = {};

    for (const what of Object.keys(makers))
        result[what] = { bare: await rounds(what) };
    porthole.start({ port: 0, runDir: '', tickMs: TICK_MS });
    for (const what of Object.keys(makers))
        result[what].porthole = await rounds(what);
    await new Promise((resolve) => setTimeout(resolve, 3 * TICK_MS));
    result.told = (WARM + ROUNDS) * BATCH;
    result.counted = porthole.state().threads[0].http ?? null;
    porthole.close();
    console.log(JSON.stringify(result));
}

main();
