/* SPDX-License-Identifier: MIT */
/*
 * What counting listeners costs: each operation on emitters and event targets beside bare
 * Node, by turns in processes of their own, the best of all rounds; the sampled census by
 * slices; the exact one beside v8.queryObjects.
 */
'use strict';

const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');
const { startApp, stop, get } = require('./kit.js');

const TURNS = 5;
const COUNTS = [100000, 1000000];
const GOALS = { construct: 8, 'on + off': 7, emit: 0 };
const NOISE_NS = 1; /* two bare processes differ by as much */

async function operations(mode)
{
    const { stdout } = await promisify(execFile)(process.execPath,
        ['--expose-gc', path.join(__dirname, 'emitters.js'), mode]);

    return JSON.parse(stdout);
}

/* The least that any process of a kind took, by operation. */
async function best()
{
    const least = { bare: {}, porthole: {} };

    for (let turn = 0; turn < TURNS; turn++) {
        for (const mode of ['bare', 'porthole']) {
            for (const [name, ns] of Object.entries(await operations(mode)))
                least[mode][name] = Math.min(least[mode][name] ?? Infinity, ns);
        }
    }
    return least;
}

function operationRow(name, bare, ours)
{
    const goal = GOALS[name];
    const extra = ours - bare;

    return {
        figure: `EventEmitter: ${name}`,
        porthole: `${ours.toFixed(1)} ns (${extra >= 0 ? '+' : ''}${extra.toFixed(1)})`,
        peer: `bare Node: ${bare.toFixed(1)} ns`,
        ratio: (ours / bare).toFixed(2),
        ...goal === undefined
            ? {}
            : { goal: `<= ${goal} ns more`, met: extra <= goal + NOISE_NS },
    };
}

async function exact(count)
{
    const app = await startApp({ count }, { script: 'emitting.js',
        node: ['--expose-gc', '--max-old-space-size=4096'] });
    const peer = await app.ask('queryObjects');
    const { cost, emitters } = await get(`${app.ready.url}/listeners?force&wait_ms=60000`);
    const longest = await app.ask('longest');

    await stop(app);
    return { count, emitters, peer, cost, longest };
}

function exactRow({ count, emitters, peer, cost, longest })
{
    return {
        figure: `exact census of ${count} emitters (${emitters} counted)`,
        porthole: `${cost.loop_ms.toFixed(0)} ms, longest stall ${longest.toFixed(0)} ms`,
        peer: `v8.queryObjects: ${peer.toFixed(0)} ms`,
        ratio: (longest / peer).toFixed(2),
    };
}

async function run()
{
    const { bare, porthole } = await best();
    const { total, slice } = await operations('census');
    const censuses = [];

    for (const count of COUNTS)
        censuses.push(await exact(count));
    return {
        data: { bare, porthole, sampled: { total, slice }, censuses },
        rows: [
            ...Object.keys(bare).map((name) => operationRow(name, bare[name], porthole[name])),
            { figure: 'sampled census of 100,000 emitters',
                porthole: `${total.toFixed(2)} ms, slices of ${slice.toFixed(2)}`, peer: '',
                goal: '<= 2 ms in slices of 0.3', met: total <= 2 && slice <= 0.3 },
            ...censuses.map(exactRow),
        ],
    };
}

module.exports = { run };
