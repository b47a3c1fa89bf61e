/* SPDX-License-Identifier: MIT */
/*
 * What a frame of the live screen takes with 10,000 rows: screen.c composes it, sorted and
 * grouped in every way. Of each way the median of all rounds.
 */
'use strict';

const { output } = require('./kit.js');
const { median } = require('./statistics.js');

const ROUNDS = 5;
const ROWS = 10000;
const FRAMES = 50;
const GOAL_MS = 50;

const figures = {
    worst: 'worst first',
    service: 'by name',
    pid: 'by a number',
    filter: 'filtered',
    by_service: 'grouped, 20 groups',
    by_host: 'grouped, 1,000 groups',
};

async function run()
{
    const rounds = [];

    for (let i = 0; i < ROUNDS; i++)
        rounds.push(JSON.parse(await output(['build/bench/screen', String(ROWS),
            String(FRAMES)])));

    const over = (key, what) => median(rounds.map((round) => round[key][what]));

    return {
        data: rounds,
        rows: Object.entries(figures).map(([key, figure]) => ({
            figure: `screen, a frame of 10,000 rows, ${figure}, p50 / longest / processor, ` +
                `n = ${FRAMES}`,
            porthole: ['p50_ms', 'max_ms', 'cpu_ms'].map((what) => over(key, what).toFixed(1))
                .join(' / ') + ' ms',
            peer: 'none',
            ratio: '',
            goal: `${GOAL_MS} ms`,
            met: over(key, 'p50_ms') <= GOAL_MS,
        })),
    };
}

module.exports = { run };
