/* SPDX-License-Identifier: MIT */
/*
 * The customers of the demo: autocannon, which asks the shop for a mix of pages, at a
 * moderate and steady rate, until it is stopped.
 *
 *     node test/apps/load.js URL [REQUESTS-PER-SECOND]
 */
'use strict';

const autocannon = require('autocannon');

const PRODUCTS = 200;
const FOREVER_S = 24 * 3600;

const [url, rate = '100'] = process.argv.slice(2);

function anyProduct()
{
    return 1 + Math.floor(Math.random() * PRODUCTS);
}

function anyVisitor()
{
    return Math.floor(Math.random() * 1e9).toString(36);
}

function get(path)
{
    return { method: 'GET', setupRequest: (request) => ({ ...request, path: path() }) };
}

const cart = {
    method: 'POST',
    path: '/cart',
    headers: { 'content-type': 'application/json' },
    setupRequest: (request) => ({
        ...request,
        body: JSON.stringify({ cart: anyVisitor(), product: anyProduct() }),
    }),
};

autocannon({
    url,
    connections: 10,
    overallRate: Number(rate),
    duration: FOREVER_S,
    requests: [
        get(() => `/products?visitor=${anyVisitor()}`),
        get(() => `/products/${anyProduct()}`),
        cart,
        get(() => `/checkout?product=${anyProduct()}`),
    ],
});
