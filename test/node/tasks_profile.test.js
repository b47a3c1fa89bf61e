/* SPDX-License-Identifier: MIT */
/* CPU profiles: of a loop that spins, of one that turns, and of threads that end. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const { test } = require('node:test');
const { ask, blocked, look, open, shares, take } = require('./tasks.js');

/* Busy for long enough that V8 has put optimised code under the running function. */
const busy = {
    an_empty_loop: 'function hot() { for (;;); }',
    an_optimised_loop: 'let x = 0; function hot() { for (;;) x = (x * 31 + 7) % 1000003; }',
    a_loop_with_inlined_calls: `let x = 0; function leaf(n) { return (n * 31 + 7) % 1000003; }
        function hot() { for (;;) x = leaf(x); }`,
    a_regular_expression: "function hot() { /^(a+)+$/.test('a'.repeat(60) + '!'); }",
    a_recursion: `function hot(n = 90) { return n < 2 ? n : hot(n - 1) + hot(n - 2); }`,
};

for (const [name, code] of Object.entries(busy)) {
    test(`gives_${name}_that_was_running_before_nine_tenths`, async (t) => {
        const { child, url } = await look(
            `${code} setTimeout(function caller() { hot(); }, 10);`);
        t.after(() => child.kill('SIGKILL'));
        await blocked(url);
        await new Promise((resolve) => setTimeout(resolve, 500)); /* to be optimised */

        const profile = await take(url, '/profile?seconds=0.5');

        assert.ok(shares(profile, 'hot').total >= 0.9, JSON.stringify(profile.nodes));
        assert.ok(shares(profile, 'caller').total >= 0.9, JSON.stringify(profile.nodes));
    });
}

test('does_not_charge_a_comparator_for_the_time_between_its_calls', async (t) => {
    const { child, url } = await look(`
        const all = Array.from({ length: 1e5 }, Math.random);
        function compare(a, b) { return a - b; }
        function other() { let s = 0; for (let i = 0; i < 3e7; i++) s += i % 7; return s; }
        setTimeout(() => { for (;;) { all.slice().sort(compare); other(); } }, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const profile = await take(url, '/profile?seconds=1');

    assert.ok(shares(profile, 'other').self > 0.05, JSON.stringify(profile.nodes));
    assert.ok(shares(profile, 'compare').self < 0.95, JSON.stringify(profile.nodes));
});

test('of_a_loop_that_turns_is_a_tree_with_its_samples', async (t) => {
    const { child, url } = await look(`
        function work() { for (const end = Date.now() + 5; Date.now() < end;); }
        setInterval(work, 10);`);
    t.after(() => child.kill('SIGKILL'));

    const { nodes, samples, timeDeltas, startTime, endTime } =
        await take(url, '/profile?seconds=0.5');

    const ids = new Set(nodes.map(({ id }) => id));
    const children = nodes.flatMap((node) => node.children ?? []);
    assert.strictEqual(ids.size, nodes.length);
    assert.deepStrictEqual([...ids].sort(), [nodes[0].id, ...children].sort());
    assert.ok(samples.length > 50 && samples.every((id) => ids.has(id)), `${samples.length}`);
    assert.strictEqual(timeDeltas.length, samples.length);
    assert.ok(endTime - startTime >= 0.5e6);
});

test('samples_as_often_as_asked', async (t) => {
    const { child, url } = await look('setTimeout(() => { for (;;); }, 10);');
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    const fine = await take(url, '/profile?seconds=0.5&interval_us=200');
    const coarse = await take(url, '/profile?seconds=0.5&interval_us=50000');

    assert.ok(fine.samples.length > 2 * coarse.samples.length,
        `${fine.samples.length} ${coarse.samples.length}`);
});

function caught(pid)
{
    return /^SigCgt.*$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[0];
}

test('leaves_no_signal_handler_behind', async (t) => {
    const { child, url } = await look('setInterval(() => {}, 1e6);');
    t.after(() => child.kill('SIGKILL'));
    const before = caught(child.pid);

    await take(url, '/profile?seconds=0.2');

    assert.strictEqual(caught(child.pid), before);
});

test('can_be_taken_again_and_again', async (t) => {
    const { child, url } = await look(`function hot() { for (;;); }
        setTimeout(hot, 10);`);
    t.after(() => child.kill('SIGKILL'));
    await blocked(url);

    for (let i = 0; i < 5; i++) {
        const profile = await take(url, '/profile?seconds=0.5');

        assert.ok(shares(profile, 'hot').total >= 0.5, JSON.stringify(profile.nodes));
    }
});

test('goes_on_after_a_client_has_left_in_the_middle', async (t) => {
    const { child, url } = await look('setInterval(() => {}, 1e6);');
    t.after(() => child.kill('SIGKILL'));
    const request = open(url, '/profile?seconds=100').on('error', () => {});

    await once(request, 'socket');
    await new Promise((resolve) => setTimeout(resolve, 300));
    request.destroy();
    let answer;
    do
        answer = await ask(url, '/profile?seconds=0.1');
    while (answer.status === 429);

    assert.strictEqual(answer.status, 200, JSON.stringify(answer.body));
});

for (const [name, ending, code] of [
    ['returns', '', 0],
    ['calls_process_exit', 'process.exit(7)', 7],
    ['throws', 'throw new Error("end")', 1],
    ['closes_its_agent', 'agent.close()', 0],
    ['closes_and_starts_again',
        "agent.close(); require('./addon').start(); process.exit(9)", 9],
]) {
    test(`does_not_change_how_a_process_ends_that_${name}_meanwhile`, async () => {
        const { child, url } = await look(`setTimeout(() => { ${ending} }, 400);`);
        const ended = once(child, 'close');
        const answer = ask(url, '/profile?seconds=20').catch((error) => error);

        assert.deepStrictEqual(await ended, [code, null], child.text);
        await answer;
    });
}

test('of_a_worker_that_is_terminated_meanwhile_hurts_nobody', async (t) => {
    const { child, url } = await look(`const { Worker } = require('worker_threads');
        const worker = new Worker(\`require('./addon').start();
            require('worker_threads').parentPort.postMessage(0);
            setTimeout(() => { for (;;); }, 50)\`, { eval: true });
        worker.on('message', () => { console.log('joined');
            setTimeout(() => worker.terminate(), 500); });
        worker.on('exit', () => console.log('gone')); setInterval(() => {}, 1e6);`);
    t.after(() => child.kill('SIGKILL'));
    await child.lines.next();

    const { status, body } = await ask(url, '/profile?seconds=20&thread=1');

    assert.strictEqual(status, 503, JSON.stringify(body));
    assert.strictEqual(body.error.code, 'thread-ended');
    assert.strictEqual((await child.lines.next()).value, 'gone');
    await take(url, '/stack');
});
