/* SPDX-License-Identifier: MIT */
/*
 * What capture rules of a file cost a tick: rules.c has 16 of one kind look at the same numbers
 * for an hour. Of each figure the median of all rounds.
 */
'use strict';

const { runDir, output } = require('./kit.js');
const { median } = require('./statistics.js');

const ROUNDS = 3;
const TICKS = 3600;

const figures = {
    none: 'capture rules, the engine with one that looks at the loop only',
    threshold: 'capture rules, 16 thresholds',
    growth30: 'capture rules, 16 of growth over 30 minutes',
    growth1: 'capture rules, 16 of growth over a minute',
};

async function run()
{
    const rounds = [];

    for (let i = 0; i < ROUNDS; i++)
        rounds.push(JSON.parse(await output(['build/bench/rules', runDir, String(TICKS)])));
    return {
        data: rounds,
        rows: Object.entries(figures).map(([key, figure]) => ({
            figure: `${figure}, processor a tick, n = ${TICKS}`,
            porthole: `${median(rounds.map((round) => round[key])).toFixed(1)} µs`,
            peer: 'none',
            ratio: '',
        })),
    };
}

module.exports = { run };
