/* SPDX-License-Identifier: MIT */
/*
 * What the flight recorder costs per tick: record.c, beside pwrite.c, which writes the same
 * number of bytes and does nothing else. In turns; of each figure the median of all rounds.
 */
'use strict';

const { runDir, output } = require('./kit.js');
const { median } = require('./statistics.js');

const ROUNDS = 7;
const TICKS = 2000;

async function program(name, ...args)
{
    return JSON.parse(await output([`build/bench/${name}`, runDir, String(TICKS), ...args]));
}

function say(runs, key)
{
    const over = (what) => median(runs.map((of) => of[key][what]));
    const [p50, p99] = [over('p50_us'), over('p99_us')];

    return { p50, text: `${p50.toFixed(1)} / ${p99.toFixed(1)} µs` };
}

function row(bytes, records, writes)
{
    const ours = say(records, bytes);
    const theirs = say(writes, bytes);

    return {
        figure: `flight recorder, a tick of ${Math.round(bytes / 1024)} KiB, p50 / p99, ` +
            `n = ${TICKS}`,
        porthole: ours.text,
        peer: `a plain pwrite: ${theirs.text}`,
        ratio: (ours.p50 / theirs.p50).toFixed(2),
    };
}

async function run()
{
    const records = [];
    const writes = [];

    for (let i = 0; i < ROUNDS; i++) {
        records.push(await program('record'));
        const sizes = Object.keys(records[0]).filter((key) => key !== 'row');

        writes.push(await program('pwrite', ...sizes));
    }
    return {
        data: { records, writes },
        rows: Object.keys(writes[0]).map((bytes) => row(bytes, records, writes)),
    };
}

module.exports = { run };
