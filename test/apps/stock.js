/* SPDX-License-Identifier: MIT */
/*
 * The second service of the demo: it knows what is in the warehouse.
 *
 *     node -r ./addon/register.js test/apps/stock.js [--port N]
 *
 * GET /stock/ID answers with quantity and price; 404 for a product that is discontinued.
 * It does not know porthole: -r brings it in from outside. Prints one line of JSON, its
 * address, when it is ready.
 */
'use strict';

const http = require('node:http');
const { parseArgs } = require('node:util');

const PRODUCTS = 200;
const DISCONTINUED_EVERY = 10;

/* id -> the answer, ready to be sent. */
const shelves = new Map();

for (let id = 1; id <= PRODUCTS; id++) {
    if (id % DISCONTINUED_EVERY !== 0) {
        const item = { id, quantity: 3 + id * 7 % 40, price: 5 + id * 13 % 90 };

        shelves.set(`/stock/${id}`, JSON.stringify(item));
    }
}

function answer(request, response)
{
    const item = shelves.get(request.url);

    response.setHeader('Content-Type', 'application/json');
    if (item !== undefined) {
        response.end(item);
        return;
    }
    response.statusCode = 404;
    response.end(JSON.stringify({ error: `no product at '${request.url}'` }));
}

function main()
{
    const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
    const server = http.createServer(answer);

    /* Longer than a client keeps an idle connection, so that no request is ever written to
     * one that is just being closed here. */
    server.keepAliveTimeout = 10 * 60 * 1000;
    server.listen(Number(values.port), '127.0.0.1', () => {
        const url = `http://127.0.0.1:${server.address().port}`;

        console.log(JSON.stringify({ service: 'stock', pid: process.pid, url }));
    });
    process.on('SIGTERM', () => process.exit());
    process.on('SIGINT', () => process.exit());
}

main();
