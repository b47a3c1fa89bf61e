/* SPDX-License-Identifier: MIT */
/*
 * What the history adds to a tick: history.c feeds 300 numbers, with a warm and with a cold
 * cache, and writes the tick's share of its file. Of each figure the median of all rounds.
 */
'use strict';

const { runDir, output } = require('./kit.js');
const { median } = require('./statistics.js');

const ROUNDS = 7;
const TICKS = 2000;

const figures = {
    warm: 'history, a tick of 300 numbers',
    cold: 'history, the same with a cold cache',
    file: "history, the tick's share of its file",
};

async function run()
{
    const rounds = [];

    for (let i = 0; i < ROUNDS; i++)
        rounds.push(JSON.parse(await output(['build/bench/history', runDir, String(TICKS)])));

    const over = (key, what) => median(rounds.map((round) => round[key][what])).toFixed(1);

    return {
        data: rounds,
        rows: Object.entries(figures).map(([key, figure]) => ({
            figure: `${figure}, p50 / p99, n = ${TICKS}`,
            porthole: `${over(key, 'p50_us')} / ${over(key, 'p99_us')} µs`,
            peer: 'none',
            ratio: '',
        })),
    };
}

module.exports = { run };
