/* SPDX-License-Identifier: MIT */
/*
 * What an update of the application's own numbers costs, beside prom-client's same operation
 * in the same process.
 */
'use strict';

const path = require('node:path');
const { ROOT, output } = require('./kit.js');

const GOAL_NS = 10;
const FIGURES = {
    counter: 'counter.inc(n), without labels',
    bound: 'counter.inc(n), labels bound before',
    labelled: 'counter.inc({ method, code }, n)',
    gauge: 'gauge.set(n)',
    histogram: 'histogram.observe(n)',
};
const GOALS = new Set(['counter', 'bound']);

function rowOf(what, { porthole, prom })
{
    return {
        figure: FIGURES[what],
        porthole: `${porthole.toFixed(1)} ns`,
        peer: `prom-client: ${prom.toFixed(1)} ns`,
        ratio: (porthole / prom).toFixed(2),
        ...GOALS.has(what) && { goal: `< ${GOAL_NS} ns`, met: porthole < GOAL_NS },
    };
}

async function run()
{
    const data = JSON.parse(await output([process.execPath,
        path.join(ROOT, 'test', 'bench', 'update.js')]));

    if (!data.exact)
        throw new Error('the agent does not show what was counted');
    return { data, rows: Object.keys(FIGURES).map((what) => rowOf(what, data[what])) };
}

module.exports = { run };
