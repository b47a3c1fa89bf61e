/* SPDX-License-Identifier: MIT */
/*
 * What an object costs to track, and a property to serialise, in one process each with its
 * peer: a registry of WeakRefs with a FinalizationRegistry, and JSON.stringify. Prints rows
 * for objects.js.
 */
'use strict';

const path = require('node:path');
const http = require('node:http');
const { median } = require('./statistics.js');

const porthole = require(path.join(__dirname, '..', '..', 'addon'));

const COUNT = 100000;
const ROUNDS = 7;
const GOAL_NS = 1000;

function make(count)
{
    return Array.from({ length: count }, (_, i) => ({
        remote: `10.0.${i >> 8 & 255}.${i & 255}:${40000 + i % 20000}`,
        state: i % 7 === 0 ? 'closing' : 'open',
        bytes_in: i * 17,
        user: `user-${i % 1000}`,
    }));
}

/* Nanoseconds per object: `each` for all, then `end` outside the clock. */
function time(objects, each, end)
{
    global.gc();
    const start = process.hrtime.bigint();

    objects.forEach(each);
    const took = Number(process.hrtime.bigint() - start);

    end();
    return took / objects.length;
}

function tracking()
{
    const objects = make(COUNT);
    const ids = objects.map((_, i) => `c${i}`);
    const ours = [];
    const released = [];
    const peer = [];

    for (let round = 0; round < ROUNDS; round++) {
        const handles = [];

        ours.push(time(objects, (object, i) => {
            handles.push(porthole.track('conn', ids[i], object));
        }, () => {}));
        released.push(time(handles, (handle) => handle.release(), () => {}));

        const map = new Map();
        const registry = new FinalizationRegistry((id) => map.delete(id));

        peer.push(time(objects, (object, i) => {
            map.set(ids[i], new WeakRef(object));
            registry.register(object, ids[i], object);
        }, () => objects.forEach((object) => registry.unregister(object))));
    }
    return { ours: median(ours), released: median(released), peer: median(peer) };
}

function fetchCost(url)
{
    return new Promise((resolve, reject) => {
        http.get(url, (response) => {
            response.resume().on('end', () => resolve(response.headers['x-porthole-cost']));
        }).on('error', reject);
    });
}

async function serialising()
{
    const agent = porthole.start({ service: 'bench', port: 0 });
    const objects = make(COUNT);
    const properties = COUNT * Object.keys(objects[0]).length;
    const ours = [];
    const peer = [];

    objects.forEach((object, i) => porthole.track('crowd', `c${i}`, object));
    for (let round = 0; round < ROUNDS; round++) {
        const cost = await fetchCost(`${agent.url}/objects/crowd`);
        const start = process.hrtime.bigint();

        for (const object of objects)
            JSON.stringify(object);
        peer.push(Number(process.hrtime.bigint() - start) / properties);
        ours.push(Number(/loop_ms=([\d.]+)/.exec(cost)[1]) * 1e6 / properties);
    }
    return { ours: median(ours), peer: median(peer) };
}

function row(figure, ours, peer, name, more = {})
{
    return { figure, porthole: `${ours.toFixed(0)} ns`, peer: `${name}: ${peer.toFixed(0)} ns`,
        ratio: (ours / peer).toFixed(2), ...more };
}

async function main()
{
    const tracked = tracking();
    const serialised = await serialising();

    console.log(JSON.stringify({ tracked, serialised, rows: [
        row('track an object', tracked.ours, tracked.peer, 'WeakRef and FinalizationRegistry',
            { goal: `< ${GOAL_NS} ns`, met: tracked.ours < GOAL_NS }),
        row('serialise a property', serialised.ours, serialised.peer, 'JSON.stringify'),
    ] }));
    process.exit(0);
}

main();
