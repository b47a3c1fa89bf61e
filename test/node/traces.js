/* SPDX-License-Identifier: MIT */
/*
 * What the tests of traces share: programs that know when a trace is on, and rows.
 */
'use strict';

const assert = require('node:assert');
const { line, until } = require('./helper.js');
const { ask, look } = require('./tasks.js');

/* Runs its argument once a trace is on. */
const TRACED = `function whenTraced(run) {
    const { prototype } = require('events'); const { on } = prototype;
    const { init } = require('events');
    const timer = setInterval(() => {
        if (prototype.on === on && require('events').init === init) return;
        clearInterval(timer); run();
    }, 1);
}`;
const ALIVE = 'setInterval(() => {}, 1e6);';

/* A program with a token, and whenTraced() in it. */
async function start(t, code, options)
{
    const served = await look(`${TRACED} ${code}`, options);

    t.after(() => served.child.kill('SIGKILL'));
    return served;
}

/* The first row about `what`, and where it is from: the first frame that is not Node's. */
function row({ rows }, what)
{
    const found = rows.find((one) => (what instanceof RegExp ? what.test(one.what)
        : one.what === what));

    assert.ok(found, JSON.stringify(rows.map((one) => one.what)));
    return { ...found,
        by: found.frames.find(({ file }) => !file.startsWith('node:'))?.function };
}

/* What the program says when it is nudged. */
async function tell(child)
{
    child.stdin.write('now\n');
    return line(child);
}

/* Wait until a trace is on: another one is refused then. */
async function traceOn(url)
{
    await until(() => ask(url, '/profile?seconds=0.1'), ({ status }) => status === 429);
    await ask(url, '/stack'); /* the loop has been told by now, or is about to be */
}

module.exports = { ALIVE, start, row, tell, traceOn };
