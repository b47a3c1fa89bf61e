/* SPDX-License-Identifier: MIT */
/*
 * What it costs to count handles: the walk once a tick, with many of them, beside the list
 * Node itself makes; and what a turn of the loop costs with nothing new in it, and with a new
 * handle in each.
 */
'use strict';

const { startApp, stop } = require('./kit.js');

const COUNTS = [10000, 100000];
const GOAL_NS = 20;

function walkRow(n, { walkNs, listNs })
{
    const each = walkNs / n;

    return {
        figure: `loop time for one walk over ${n.toLocaleString('en')} handles`,
        porthole: `${(walkNs / 1e6).toFixed(2)} ms, ${each.toFixed(1)} ns a handle`,
        peer: `process._getActiveHandles(): ${(listNs / 1e6).toFixed(2)} ms`,
        ratio: (walkNs / listNs).toFixed(3),
        goal: `${GOAL_NS} ns a handle`,
        met: each <= GOAL_NS,
    };
}

function turnRow(what, { bare, porthole })
{
    return {
        figure: `a turn of the loop ${what}`,
        porthole: `${porthole.toFixed(0)} ns`,
        peer: `bare Node: ${bare.toFixed(0)} ns`,
        ratio: (porthole / bare).toFixed(2),
    };
}

async function run()
{
    const app = await startApp({}, { script: 'holder.js', core: 0 });
    const turns = await app.ask('turns');
    const turnsWithHandles = await app.ask('turnsWithHandles');
    const rows = [
        turnRow('with nothing in it but an immediate', turns),
        turnRow('that opens and closes a handle as well', turnsWithHandles),
    ];
    const data = { turns, turnsWithHandles };

    for (const n of COUNTS) {
        await app.ask('hold', n);
        data[n] = await app.ask('walk');
        rows.push(walkRow(n, data[n]));
    }
    await stop(app);
    return { data, rows };
}

module.exports = { run };
