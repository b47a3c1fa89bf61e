/* SPDX-License-Identifier: MIT */
/* Where a thread is, asked for while it is stuck, idle, or ending. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { until } = require('./helper.js');
const { blocked, look, take } = require('./tasks.js');

/* HERE marks the line where each is stuck. */
const stuck = {
    an_endless_loop: `function culprit() {
        for (;;); // HERE
    } setTimeout(culprit, 10);`,
    a_regular_expression: `function culprit() {
        /^(a+)+$/.test('a'.repeat(60) + '!'); // HERE
    } setTimeout(culprit, 10);`,
    a_recursion: `function culprit(n) {
        return n < 2 ? n : culprit(n - 1) + culprit(n - 2); // HERE
    } setTimeout(culprit, 10, 90);`,
    a_comparator: `const all = Float64Array.from({ length: 3e6 }, Math.random);
        function culprit(a, b) { // HERE: without a loop it is met where it begins
        return a < b ? -1 : a > b ? 1 : 0;
    } setTimeout(() => { for (;;) all.slice().sort(culprit); }, 10);`,
    a_method_of_a_class: `class Engine { culprit() {
        for (;;); // HERE
    } } setTimeout(() => new Engine().culprit(), 10);`,
    a_microtask: `async function culprit() { for (;;) await null; } // HERE
        setTimeout(culprit, 10);`,
};

for (const [name, code] of Object.entries(stuck)) {
    test(`names_function_and_line_of_${name}_that_blocks`, async (t) => {
        const { child, url } = await look(code);
        t.after(() => child.kill('SIGKILL'));
        const here = code.split('\n').findIndex((text) => text.includes('// HERE')) + 2;
        await blocked(url);

        const frame = await until(async () => {
            const { threads: [main] } = await take(url, '/stack');

            return main.frames?.find((f) => f.function.includes('culprit') && f.line === here);
        }, (found) => found !== undefined);

        assert.ok(frame.column > 0);
    });
}

/* (module (func (export "spin") (loop br 0))) */
const SPIN = '[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 115, ' +
    '112, 105, 110, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]';

test('names_WebAssembly_that_blocks_and_who_called_it', async (t) => {
    const { child, url } = await look(`
        const { exports } = new WebAssembly.Instance(
            new WebAssembly.Module(new Uint8Array(${SPIN})));
        setTimeout(function culprit() { exports.spin(); }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const { threads: [main] } = await take(url, '/stack');

    assert.strictEqual(main.frames[0].kind, 'wasm', JSON.stringify(main));
    assert.strictEqual(main.frames[1].function, 'culprit');
});

test('says_what_kind_each_frame_is_of', async (t) => {
    const { child, url } = await look(`class Outer { constructor() { eval('spin()'); } }
        function spin() { for (;;); } setTimeout(function begin() { new Outer(); }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const { threads: [{ frames }] } = await take(url, '/stack');

    const [spin, evaluated, outer, begin, timers] = frames;
    assert.deepStrictEqual([spin, evaluated, outer, begin, timers].map(({ kind }) => kind),
        ['js', 'eval', 'js', 'js', 'runtime']);
    assert.strictEqual(outer.constructor, true);
    assert.match(timers.file, /^node:internal/);
});

test('of_an_idle_loop_is_empty', async (t) => {
    const { child, url } = await look('setInterval(() => {}, 1e6);');
    t.after(() => child.kill('SIGKILL'));

    const { threads: [main] } = await until(() => take(url, '/stack'),
        ({ threads: [{ loop }] }) => loop.state === 'idle');

    assert.deepStrictEqual([main.status, main.frames], ['ok', []]);
});

test('runs_nothing_of_the_application', async (t) => {
    const { child, url } = await look(`
        Error.prepareStackTrace = () => { ran = true; };
        let ran = false; let seen = 0;
        function culprit() { for (const end = Date.now() + 1500; Date.now() < end;); }
        Object.defineProperty(culprit, 'name', { get() { ran = true; return 'getter'; } });
        setTimeout(() => { culprit(); console.log(ran); }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    await take(url, '/stack');

    assert.strictEqual((await child.lines.next()).value, 'false');
});

test('of_a_deep_recursion_is_cut_and_says_so', async (t) => {
    const { child, url } = await look(`
        function down(n) { if (n === 0) for (;;); down(n - 1); }
        setTimeout(down, 10, 5000);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const { threads: [main] } = await take(url, '/stack');

    assert.strictEqual(main.frames_truncated, true);
    assert.ok(main.frames.length >= 64, `${main.frames.length}`);
    assert.ok(main.frames.every((frame) => frame.function === 'down'));
});

test('survives_at_the_very_end_of_the_stack', async (t) => {
    const { child, url } = await look(`
        function edge() {
            try { edge(); } catch { for (const end = Date.now() + 20; Date.now() < end;); }
        }
        setInterval(edge, 1);`);
    t.after(() => child.kill('SIGKILL'));

    for (let i = 0; i < 50; i++)
        await take(url, '/stack');

    assert.strictEqual(child.exitCode, null);
});

test('names_the_asynchronous_context', async (t) => {
    const { child, url } = await look(`
        setTimeout(() => { console.log(require('async_hooks').executionAsyncId());
            for (;;); }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    const id = Number((await child.lines.next()).value);
    await blocked(url);

    const { threads: [main] } = await take(url, '/stack');

    assert.strictEqual(main.async_id, id);
});

test('is_that_of_every_thread', async (t) => {
    const { child, url } = await look(`
        const { Worker } = require('worker_threads');
        for (const name of ['north', 'south'])
            new Worker(\`require('./addon').start(); function \${name}() { for (;;); }
                setTimeout(\${name}, 10)\`, { eval: true });
        const isBlocked = ({ loop }) => loop.state === 'blocked';
        setInterval(() => {
            if (require('./addon').state().threads.filter(isBlocked).length === 2)
                console.log('both');
        }, 20);`);
    t.after(() => child.kill('SIGKILL'));
    await child.lines.next();

    const { threads } = await take(url, '/stack');

    const tops = threads.map(({ id, frames }) => [id, frames?.[0]?.function ?? null]);
    assert.deepStrictEqual(tops.filter(([id]) => id !== 0).sort(),
        [[1, 'north'], [2, 'south']]);
});
