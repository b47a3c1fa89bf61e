/* SPDX-License-Identifier: MIT */
/* Ways to get stuck: the command names the function and the line, or says what holds the
 * thread. */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, get, launch, line, stuck, until } = require('./helper.js');

const APP = path.join(ROOT, 'test', 'apps', 'stuck.js');
const COMMAND = path.join(ROOT, 'build', 'porthole');
const source = fs.readFileSync(APP, 'utf8').split('\n');

const lineOf = (way) => 1 + source.findIndex((text) => text.endsWith(`// line: ${way}`));

function porthole(...args)
{
    return new Promise((resolve) => {
        execFile(COMMAND, args, { timeout: 60000 }, (error, stdout, stderr) => {
            resolve({ code: error ? error.code : 0, stdout, stderr });
        });
    });
}

async function stuckIn(t, way)
{
    const child = launch([APP, way]);
    t.after(() => child.kill('SIGKILL'));
    const url = await line(child);

    await stuck(child, url);
    return url;
}

async function mainStack(url, timeout = '5s')
{
    const { code, stdout, stderr } =
        await porthole('stack', '--json', '--timeout', timeout, url);

    assert.strictEqual(code, 0, stderr);
    return JSON.parse(stdout).threads[0];
}

const named = {
    loop: 'spinForever',
    regex: 'matchForever',
    recursion: 'dive',
    sort: 'compareForever',
    wasm: 'callWasm',
    atomics: 'waitForever',
};

for (const [way, name] of Object.entries(named)) {
    test(`names_the_line_that_hangs_in_${way}`, async (t) => {
        const url = await stuckIn(t, way);

        const { status, loop, frames } = await mainStack(url);
        const text = await porthole('stack', url);

        assert.strictEqual(status, 'ok');
        assert.strictEqual(loop.state, 'blocked');
        const frame = frames.find((f) => f.file === APP);
        assert.strictEqual(frame.function, name);
        assert.strictEqual(frame.line, lineOf(way));
        assert.match(text.stdout, new RegExp(`${name} .*stuck\\.js:${lineOf(way)}:`));
    });
}

/* Where V8 looks for interrupts, in the loop that calls or in the one called, is its choice. */
test('names_one_of_two_loops_that_hang_together', async (t) => {
    const url = await stuckIn(t, 'calls');

    const [{ function: name, line: at }] = (await mainStack(url)).frames;

    assert.ok(name === 'work' ? [lineOf('calls'), lineOf('calls') - 2].includes(at)
        : name === 'callForever' && at >= lineOf('caller'), `${name}:${at}`);
});

test('names_the_function_inside_webassembly', async (t) => {
    const url = await stuckIn(t, 'wasm');

    const [innermost] = (await mainStack(url)).frames;

    assert.strictEqual(innermost.kind, 'wasm');
    assert.match(innermost.function, /spinInWasm/);
});

test('says_where_a_deep_recursion_is_cut', async (t) => {
    const url = await stuckIn(t, 'recursion');

    const { frames, frames_truncated: cut } = await mainStack(url);

    assert.ok(cut);
    assert.ok(frames.length >= 64, `${frames.length}`);
});

test('says_which_system_call_holds_the_thread', async (t) => {
    const url = await stuckIn(t, 'exec');

    const { status, reason, kernel, frames } = await mainStack(url, '2s');
    const text = await porthole('stack', url);

    assert.strictEqual(status, 'unreachable');
    assert.match(reason, /inside a system call \(epoll_p?wait/);
    assert.match(kernel.syscall, /^epoll_p?wait/);
    assert.strictEqual(frames, null);
    assert.match(text.stdout, /inside a system call \(epoll_p?wait/);
});

test('says_that_native_code_runs_and_brings_the_late_stack_marked', async (t) => {
    const url = await stuckIn(t, 'json');

    const during = (await get(`${url}/stack?wait_ms=50`)).body.threads[0];
    const later = (await get(`${url}/stack?wait_ms=60000`)).body.threads[0];

    assert.strictEqual(during.status, 'unreachable');
    assert.match(during.reason, /not in a system call|inside a system call/);
    assert.strictEqual(later.after, 'native call');
    assert.ok(later.late_ms > 10);
    assert.ok(later.frames.some((f) => f.function === 'parseHuge' && f.line === lineOf('json')),
        JSON.stringify(later.frames));
});

test('keeps_the_stack_of_a_block_that_is_over', async (t) => {
    const child = launch(['-e', `
        console.log(require('./addon').start().url);
        function shortBlock() { const end = Date.now() + 400; while (Date.now() < end); }
        setTimeout(shortBlock, 300);
        setInterval(() => {}, 1000);`]);
    t.after(() => child.kill('SIGKILL'));
    const url = await line(child);

    /* On a busy machine starting up is a block as well. */
    const isOurs = ({ frames }) => frames?.[0]?.function === 'shortBlock';
    const { body } = await until(() => get(`${url}/blocks`),
        ({ body: b }) => b.threads[0]?.blocks.find(isOurs)?.ongoing === false);
    const { body: state } = await until(() => get(`${url}/state`),
        ({ body: b }) => b.threads[0].loop.blocks.recent[0]?.top?.startsWith('shortBlock'));

    const block = body.threads[0].blocks.find(isOurs);
    assert.strictEqual(block.status, 'ok');
    assert.strictEqual(block.frames[0].function, 'shortBlock');
    assert.ok(block.duration_ms >= 390, `${block.duration_ms}`);
    const { last_stack: stack, recent } = state.threads[0].loop.blocks;
    assert.strictEqual(stack[0].function, 'shortBlock');
    assert.match(recent[0].top, /^shortBlock /);
});
