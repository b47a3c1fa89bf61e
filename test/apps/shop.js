/* SPDX-License-Identifier: MIT */
/*
 * The application that the demo looks into: a small shop that asks a second service,
 * stock.js, for quantities and prices.
 *
 *     node test/apps/shop.js --stock URL [--port N] [--leak-every N] [--ceiling N]
 *
 * Three mistakes are built in, each marked `LEAK`, each of a kind that passes review: it
 * sits on the path of an error or of a rare visitor. Of the chances to make a mistake every
 * Nth is taken (--leak-every; 1: all, 0: none), up to --ceiling of each kind, so that a
 * forgotten demo leaves the machine alone. Prints one line of JSON when it is ready.
 */
'use strict';

const { EventEmitter } = require('node:events');
const http = require('node:http');
const { parseArgs } = require('node:util');
const express = require('express');

const PRODUCTS = 200;
const RECOMMENDED = 40;
const CART_LIFE_MS = 30 * 1000;
const STATISTICS_MS = 1000;

class Mistakes
{
    #every;
    #ceiling;
    #chances = { sockets: 0, listeners: 0, objects: 0 };
    #made = { sockets: 0, listeners: 0, objects: 0 };

    constructor(every, ceiling)
    {
        this.#every = every;
        this.#ceiling = ceiling;
    }

    /* Is it to be made this time? */
    make(kind)
    {
        if (this.#every === 0 || this.#made[kind] >= this.#ceiling)
            return false;
        if (++this.#chances[kind] % this.#every !== 0)
            return false;
        this.#made[kind]++;
        return true;
    }
}

/* What the stock service knows of a product; rejects for one it does not have. */
function createStockClient(base, mistakes)
{
    const agent = new http.Agent({ keepAlive: true });

    agent.name = 'stock';
    return (id) => new Promise((resolve, reject) => {
        const request = http.get(`${base}/stock/${id}`, { agent }, (response) => {
            let text = '';

            if (response.statusCode !== 200) {
                /* LEAK (sockets): only the good answer's body is read. A body that nobody
                 * reads never ends, its connection never goes back to the agent, and the
                 * next request opens a new one. `response.resume()` was forgotten. */
                if (!mistakes.make('sockets'))
                    response.resume();
                reject(Object.assign(new Error(`product ${id} is gone`), { status: 410 }));
                return;
            }
            response.setEncoding('utf8');
            response.on('data', (part) => text += part);
            response.on('end', () => resolve(JSON.parse(text)));
        });

        request.on('error', (cause) => {
            const error = new Error('stock does not answer', { cause });

            reject(Object.assign(error, { status: 502 }));
        });
    });
}

/* The order bus: 'order' goes to the packers, who say 'packed'. */
function createBus()
{
    const bus = new EventEmitter();

    /* "To get rid of that warning about a possible leak." Node had noticed. */
    bus.setMaxListeners(0);
    bus.on('order', (order) => setImmediate(() => bus.emit('packed', order.id)));
    return bus;
}

function recommend(visitor)
{
    const seed = Number.parseInt(visitor, 36) || 1;

    return Array.from({ length: RECOMMENDED }, (_, i) => {
        const id = 1 + (seed + i * 37) % PRODUCTS;

        return { id, name: `product ${id}`, reason: `visitor ${visitor} may like it` };
    });
}

function listProducts(shop, request, response)
{
    const visitor = String(request.query.visitor ?? 'guest');
    const products = shop.recommended.get(visitor) ?? recommend(visitor);

    /* LEAK (objects): a cache without a bound is not a cache. Every visitor who ever came
     * stays in it; nobody thought about who takes them out. */
    if (shop.mistakes.make('objects'))
        shop.recommended.set(visitor, products);
    response.json({ visitor, products });
}

async function showProduct(shop, request, response)
{
    const { id } = request.params;
    const stock = await shop.askStock(id);

    shop.statistics.views++;
    response.json({ id, name: `product ${id}`, ...stock });
}

function newCart(shop, id)
{
    const cart = { id, products: [], timer: null };

    shop.porthole?.track('cart', id, cart, { fields: ['products'] });
    return cart;
}

/* How it is done well: what comes in with a timer goes out with it. */
function addToCart(shop, request, response)
{
    const { cart: id, product } = request.body;
    const cart = shop.carts.get(id) ?? newCart(shop, id);

    clearTimeout(cart.timer);
    cart.timer = setTimeout(() => shop.carts.delete(id), CART_LIFE_MS).unref();
    cart.products.push(product);
    shop.carts.set(id, cart);
    response.status(201).json({ id, products: cart.products.length });
}

async function checkOut(shop, request, response)
{
    const order = { id: ++shop.statistics.orders, product: String(request.query.product),
        state: 'asking for the price' };
    const tracked = shop.porthole?.track('order', order.id, order);
    let onPacked;
    const packed = new Promise((resolve) => {
        onPacked = (id) => id === order.id && resolve();
    });

    shop.bus.on('packed', onPacked);
    try {
        const { price } = await shop.askStock(order.product);

        order.state = 'being packed';
        shop.bus.emit('order', order);
        await packed;
        shop.bus.off('packed', onPacked);
        shop.checkouts?.inc({ outcome: 'done' });
        response.json({ id: order.id, product: order.product, price });
    } catch (error) {
        /* LEAK (listeners): when the product is gone nobody takes the listener back, and
         * every later order calls it. off() belongs into a `finally`. */
        if (!shop.mistakes.make('listeners'))
            shop.bus.off('packed', onPacked);
        shop.checkouts?.inc({ outcome: 'failed' });
        throw error;
    } finally {
        tracked?.release();
    }
}

/* What the shop says of itself: carts and orders as they are, and how checkouts end. */
function present(shop, porthole)
{
    shop.porthole = porthole;
    shop.checkouts = porthole.counter('checkouts', 'Checkouts that ended',
        { labels: ['outcome'] });
    porthole.provide('bus', () => ({ waiting: shop.bus.listenerCount('packed'),
        carts: shop.carts.size }));
}

/**
 * The shop as an Express application; `porthole`, where there is one, shows its objects.
 *
 * @param {{stock: string, leakEvery?: number, ceiling?: number, porthole?: object}} options
 */
function createShop({ stock, leakEvery = 0, ceiling = 0, porthole })
{
    const mistakes = new Mistakes(leakEvery, ceiling);
    const shop = {
        mistakes,
        askStock: createStockClient(stock, mistakes),
        bus: createBus(),
        carts: new Map(),
        recommended: new Map(),
        statistics: { views: 0, orders: 0, viewsPerSecond: 0 },
    };
    const app = express();

    if (porthole !== undefined)
        present(shop, porthole);
    app.disable('x-powered-by');
    app.get('/products', (request, response) => listProducts(shop, request, response));
    app.get('/products/:id', (request, response) => showProduct(shop, request, response));
    app.post('/cart', express.json(),
        (request, response) => addToCart(shop, request, response));
    app.get('/checkout', (request, response) => checkOut(shop, request, response));
    /* Express knows an error handler by its four parameters. */
    app.use((error, request, response, next) => {
        response.status(error.status ?? 500).json({ error: error.message });
    });
    setInterval(() => {
        shop.statistics.viewsPerSecond = shop.statistics.views / STATISTICS_MS * 1000;
        shop.statistics.views = 0;
    }, STATISTICS_MS).unref();
    return app;
}

function readOptions()
{
    const { values } = parseArgs({ options: {
        stock: { type: 'string', default: 'http://127.0.0.1:9100' },
        port: { type: 'string', default: '0' },
        'leak-every': { type: 'string', default: '1' },
        ceiling: { type: 'string', default: '2000' },
    } });

    return {
        stock: values.stock,
        port: Number(values.port),
        leakEvery: Number(values['leak-every']),
        ceiling: Number(values.ceiling),
    };
}

function main()
{
    const porthole = require('../../addon'); /* in your application: require('porthole') */
    const options = readOptions();
    const agent = porthole.start({ service: 'shop', version: '1.4.2' });
    const shop = createShop({ ...options, porthole });
    const server = shop.listen(options.port, '127.0.0.1', () => {
        const url = `http://127.0.0.1:${server.address().port}`;

        console.log(JSON.stringify({ service: 'shop', pid: process.pid, url,
            porthole: agent.url }));
    });

    process.on('SIGTERM', () => process.exit());
    process.on('SIGINT', () => process.exit());
}

if (require.main === module)
    main();

module.exports = { createShop };
