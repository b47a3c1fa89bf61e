/* SPDX-License-Identifier: MIT */
/* A process that is stopped among others: what the command shows of it, and of them. */
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');
const { test } = require('node:test');
const { ROOT, launch, line } = require('./helper.js');

const COMMAND = path.join(ROOT, 'build', 'porthole');
const APP = `console.log(require('./addon').start().url); setInterval(() => {}, 1000);`;

async function app(t)
{
    const child = launch(['-e', APP]);

    t.after(() => child.kill('SIGKILL'));
    return { child, target: (await line(child)).replace('http://', '') };
}

/* The next row of a target that fits; rows of the others go to `seen`. */
async function row(rows, target, fits, seen)
{
    for await (const text of rows) {
        const one = JSON.parse(text);

        if (one.target === target && fits(one))
            return one;
        if (one.target !== undefined && one.target !== target)
            seen.push(one);
    }
    return assert.fail('the command ended');
}

test('a_stopped_process_is_missed_then_down_then_back_and_disturbs_nobody', async (t) => {
    const [stopped, other] = await Promise.all([app(t), app(t)]);
    const top = spawn(COMMAND, ['top', '-f', 'ndjson', '--interval', '300ms', '--timeout',
        '1s', stopped.target, other.target], { stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(() => top.kill('SIGKILL'));
    const rows = readline.createInterface({ input: top.stdout })[Symbol.asyncIterator]();
    const lines = { [Symbol.asyncIterator]: () => ({ next: () => rows.next() }) };
    const seen = [];
    const next = (fits) => row(lines, stopped.target, fits, seen);

    const before = await next(({ up }) => up);
    stopped.child.kill('SIGSTOP');
    const missing = await next(({ up }) => !up);
    const down = await next(({ state }) => state === 'down');
    stopped.child.kill('SIGCONT');
    const back = await next(({ up }) => up);

    assert.strictEqual(missing.state, 'missing');
    assert.match(missing.last_error, /^timeout-(connect|body)$/);
    assert.match(down.last_error, /^timeout-(connect|body)$/);
    assert.strictEqual(down.pid, before.pid);
    assert.ok(down.age_s > 0);
    assert.strictEqual(back.pid, before.pid);
    assert.strictEqual(back.restarts, 0);
    assert.ok(seen.length > 4 && seen.every(({ state }) => state !== 'down'),
        JSON.stringify(seen.at(-1)));
});
