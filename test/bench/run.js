/* SPDX-License-Identifier: MIT */
/*
 * Runs the benchmarks, one after the other, and prints the table of the README. All that was
 * measured goes to build/bench.json. A goal that is missed is shown, and is no failure: that
 * word is kept for what could not be measured.
 */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { ROOT, machineBusy } = require('./kit.js');

const ALL = ['latency', 'rate', 'throughput', 'cost', 'gc', 'stack', 'profile', 'heap',
    'foresee', 'recorder', 'history', 'rules', 'watch', 'objects', 'series', 'handles', 'http',
    'listeners', 'trace', 'screen', 'fleet'];
/* Above this share of the machine, other programs make the figures worth little. */
const TOO_BUSY = 0.1;
const RESULT = path.join(ROOT, 'build', 'bench.json');

function machine()
{
    const [cpu] = os.cpus();

    return `${cpu.model.trim()}, ${os.availableParallelism()} cores, ` +
        `Linux ${os.release()}, Node ${process.version}`;
}

function verdict({ goal, met })
{
    return goal === undefined ? '' : `${goal}: ${met ? 'met' : 'missed'}`;
}

function table(rows)
{
    const lines = rows.map((row) =>
        `| ${row.figure} | ${row.porthole} | ${row.peer} | ${row.ratio ?? ''} | ` +
            `${verdict(row)} |`);

    return [
        '| figure | porthole | beside it | ratio | goal |',
        '|---|---|---|---|---|',
        ...lines,
    ].join('\n');
}

function save(report)
{
    fs.mkdirSync(path.dirname(RESULT), { recursive: true });
    fs.writeFileSync(RESULT, `${JSON.stringify(report, null, 2)}\n`);
}

async function main(names)
{
    const unknown = names.find((name) => !ALL.includes(name));

    if (unknown !== undefined)
        throw new Error(`there is no benchmark '${unknown}': ${ALL.join(', ')}`);
    const begun = Date.now();
    const busy = await machineBusy();
    const results = {};
    const rows = [];

    for (const name of names.length === 0 ? ALL : names) {
        console.error(`bench: ${name}`);
        results[name] = await require(`./${name}.js`).run();
        rows.push(...results[name].rows);
    }
    save({ machine: machine(), at: new Date(begun).toISOString(), busy, results });
    const took_s = Math.round((Date.now() - begun) / 1000);

    console.error(`bench: ${took_s} s, details in '${RESULT}'`);
    console.log(`${table(rows)}\n\n${machine()}.`);
    if (busy > TOO_BUSY) {
        console.error('bench: other programs were using ' +
            `${Math.round(busy * 100)} % of this machine: take the figures with care`);
    }
}

main(process.argv.slice(2)).then(() => process.exit(0), (error) => {
    console.error(`bench: ${error.stack}`);
    process.exit(1);
});
