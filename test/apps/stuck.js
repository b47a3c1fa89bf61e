/* SPDX-License-Identifier: MIT */
/*
 * A process that gets stuck: `node test/apps/stuck.js WAY`, with one of the ways below.
 * Prints its agent's url, stays idle for a moment, prints "stuck", and hangs. The line that
 * hangs is marked with the name of its way, for the tests.
 */
'use strict';

const { execSync } = require('child_process');
const porthole = require('../../addon');

let count = 0;

function spinForever()
{
    for (;;) // line: loop
        count++;
}

function work(n)
{
    for (let i = 0; i < 50; i++) // line: calls
        count = (count * 31 + n + i) | 0;
}

function callForever()
{
    for (let i = 0; ; i++) // line: caller
        work(i);
}

function matchForever()
{
    return /^(a+)+$/.test(`${'a'.repeat(64)}b`); // line: regex
}

function dive(depth)
{
    for (; depth === 0;) // line: recursion
        count++;
    return 1 + dive(depth - 1);
}

function summarise(rows)
{
    return rows.length;
}

function parseHuge(text)
{
    const rows = JSON.parse(text);

    return summarise(rows); // line: json
}

/* Never returns: of one that does V8 sometimes says the line where it begins. */
function compareForever(a, b)
{
    for (;;) // line: sort
        count += a ^ b;
}

function sortForever()
{
    return [5, 3, 4, 1, 2].concat(Array(1e4).fill(0)).sort(compareForever);
}

/* (module (func $spinInWasm (export "spin") (loop br 0))), with its name section */
const wasm = Buffer.from('0061736d0100000001040160000003020100' +
    '07080104' + '7370696e' + '0000' + '0a0901070003400c000b0b' +
    '0014046e616d65' + '010d01000a' + '7370696e496e5761736d', 'hex');

function callWasm()
{
    new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports.spin(); // line: wasm
}

function runCommand()
{
    execSync('sleep 600'); // line: exec
}

function waitForever()
{
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // line: atomics
}

const ways = {
    loop: spinForever,
    calls: callForever,
    regex: matchForever,
    recursion: () => dive(2000),
    json: parseHuge,
    sort: sortForever,
    wasm: callWasm,
    exec: runCommand,
    atomics: waitForever,
};

const way = process.argv[2];
const text = way === 'json' ? `[${'{"a":[1]},'.repeat(4e6)}0]` : '';

if (!Object.hasOwn(ways, way)) {
    console.error(`usage: stuck.js ${Object.keys(ways).join('|')}`);
    process.exit(2);
}
console.log(porthole.start({ port: 0 }).url);
setTimeout(() => {
    console.log('stuck');
    ways[way](text);
}, 300);
setInterval(() => {}, 1000);
