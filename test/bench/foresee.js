/* SPDX-License-Identifier: MIT */
/*
 * What /heap/snapshot?estimate foretells, against what the snapshot then costs: for heaps of
 * several shapes, because a byte of small objects costs ten times what one of an array of
 * numbers does. An estimate below the truth of memory could end the process. Per byte of
 * heap, these are the constants of agent/headroom.c.
 */
'use strict';

const { snapshot } = require('./heap.js');

const MEGABYTES = 64;
const SHAPES = ['objects', 'pairs', 'closures', 'arrays', 'maps', 'texts', 'doubles'];

/* Per byte that is alive: what the agent is told of counts garbage as well. */
function judge(shape, { heap_bytes, told_bytes, estimate, grown_bytes, result, loop_ms })
{
    const real = { memory_bytes: grown_bytes, file_bytes: result, loop_s: loop_ms / 1000 };
    const perByte = (what) => real[what] / heap_bytes;

    return { shape, heap_bytes, told_bytes, estimate, real,
        per_byte: { memory: perByte('memory_bytes'), file: perByte('file_bytes'),
            ns: perByte('loop_s') * 1e9 } };
}

function range(values, digits)
{
    return `${Math.min(...values).toFixed(digits)} .. ${Math.max(...values).toFixed(digits)}`;
}

function row(figure, { shapes, what, unit, digits, goal })
{
    const ratios = shapes.map(({ estimate, real }) => estimate[what] / real[what]);

    return {
        figure: `heap snapshot, ${SHAPES.length} shapes of ${MEGABYTES} MB: ${figure}, ` +
            'foretold to real',
        porthole: range(ratios, 2),
        peer: `real, per live byte: ${range(shapes.map(({ per_byte: real }) => real[unit]),
            digits)}${unit === 'ns' ? ' ns' : ''}`,
        ...goal ? { goal: '>= 1', met: Math.min(...ratios) >= 1 } : {},
    };
}

async function run()
{
    const shapes = [];

    for (const shape of SHAPES)
        shapes.push(judge(shape, await snapshot({ shape, megabytes: MEGABYTES })));
    return {
        data: { shapes },
        rows: [
            row('growth', { shapes, what: 'memory_bytes', unit: 'memory', digits: 1,
                goal: true }),
            row('file', { shapes, what: 'file_bytes', unit: 'file', digits: 1 }),
            row('loop stop', { shapes, what: 'loop_s', unit: 'ns', digits: 0 }),
        ],
    };
}

module.exports = { run };
