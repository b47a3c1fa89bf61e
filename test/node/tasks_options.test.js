/* SPDX-License-Identifier: MIT */
/* What start() is told about evidence: the heap's limit, capture rules, systemd's watchdog. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { watchdog } = require('../../addon/systemd.js');
const { evaluate, run } = require('./helper.js');

const GROW = 'const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length));';

/* Fill the heap until its limit moves, and print by how many MiB it did; or die. */
const UNTIL_RAISED = `const { getHeapStatistics } = require('v8');
    const limit = () => getHeapStatistics().heap_size_limit / 2 ** 20;
    const first = limit(); const kept = [];
    while (limit() === first) kept.push(new Array(1000).fill(kept.length));
    console.log(limit() - first); process.exit();`;

test('near_heap_limit_gives_a_little_room', async () => {
    const { value } = await evaluate(
        `require('./addon').start({ nearHeapLimit: true }); ${UNTIL_RAISED}`,
        { node: ['--max-old-space-size=40'] });

    assert.strictEqual(value, 32);
});

test('near_heap_limit_does_not_keep_a_process_from_its_end', async () => {
    const { code, signal } = await run(['--max-old-space-size=40', '-e',
        `require('./addon').start({ nearHeapLimit: true }); ${GROW}`]);

    assert.ok(code !== 0, `${code} ${signal}`);
});

/* In callbacks: a worker of Node 24 or 26 whose loop never ends dies, or outgrows its limit,
 * with and without us. */
const GROW_BY_AND_BY = `const kept = [];
    setInterval(() => { for (let i = 0; i < 1e4; i++) kept.push({ i, a: [i] }); }, 1);`;

test('near_heap_limit_leaves_the_limits_of_a_worker_in_force', async () => {
    const { value } = await evaluate(`const { Worker } = require('worker_threads');
        require('./addon').start();
        new Worker(\`require('./addon').start({ nearHeapLimit: true });
            ${GROW_BY_AND_BY}\`,
            { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } })
            .on('error', ({ code }) => console.log(JSON.stringify(code)));`);

    assert.strictEqual(value, 'ERR_WORKER_OUT_OF_MEMORY');
});

test('near_heap_limit_is_taken_back_by_close', async () => {
    const { value } = await evaluate(`const porthole = require('./addon');
        for (let i = 0; i < 3; i++) porthole.start({ nearHeapLimit: true }).close();
        console.log(true);`);

    assert.strictEqual(value, true);
});

test('a_wrong_capture_rule_in_code_throws', async () => {
    const { value } = await evaluate(`let code; try {
            require('./addon').start({ capture: 'blocked>5s:nonsense' });
        } catch (error) { code = [error.name, error.code, error.message]; }
        console.log(JSON.stringify(code ?? null));`);

    assert.deepStrictEqual(value?.slice(0, 2), ['RangeError', 'PORTHOLE_OPTION']);
    assert.match(value[2], /capture rule/);
});

test('a_wrong_capture_rule_in_the_environment_is_ignored_with_a_warning', async () => {
    const { value, stderr } = await evaluate(
        "console.log(JSON.stringify(require('./addon').start().active))",
        { env: { PORTHOLE_CAPTURE: 'nonsense' } });

    assert.strictEqual(value, true);
    assert.match(stderr, /PORTHOLE_ENVIRONMENT.*ignoring environment variable 'PORTHOLE_CAPTU/);
});

test('a_right_capture_rule_is_taken', async () => {
    const { value, stderr } = await evaluate(`console.log(JSON.stringify(require('./addon')
        .start({ capture: 'blocked>5s:stack,heap>90%:histogram' }).active))`);

    assert.deepStrictEqual([value, stderr], [true, '']);
});

const SOCKET = '/run/systemd/notify';

for (const [name, env, expected] of [
    ['is_used', { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000' }, 30000],
    ['is_used_when_it_is_ours',
        { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30000],
    ['of_another_process_is_not_used',
        { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }],
    ['without_a_time_is_not_used', { NOTIFY_SOCKET: SOCKET }],
    ['without_a_socket_is_not_used', { WATCHDOG_USEC: '30000000' }],
    ['with_nonsense_is_not_used', { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '-1s' }],
    ['that_nobody_can_serve_is_not_used', { NOTIFY_SOCKET: SOCKET, WATCHDOG_USEC: '900' }],
]) {
    test(`a_watchdog_${name}`, () => {
        const found = watchdog(env, 7);

        assert.deepStrictEqual(found,
            expected === undefined ? {} : { notifySocket: SOCKET, watchdogMs: expected });
    });
}
