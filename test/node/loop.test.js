/* SPDX-License-Identifier: MIT */
/* What the agent says about event loops, blocked and not. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { REGISTER, get, launch, line, serve, until } = require('./helper.js');

const START = "console.log(require('./addon').start().url);";
/* The first document may be older than the thread's joining. */
const main = (state) => state.threads.find(({ id }) => id === 0) ?? { loop: { blocks: {} } };

function end(t, child)
{
    t.after(() => child.kill('SIGKILL'));
}

/* Ways to hang: in a timer, in an I/O callback (inside libuv's poll), in start-up code. */
const blocks = {
    a_timer: 'setTimeout(() => { for (;;); }, 200);',
    an_io_callback: "setTimeout(() => require('fs').stat('/', () => { for (;;); }), 200);",
    a_microtask: 'setTimeout(() => Promise.resolve().then(() => { for (;;); }), 200);',
    startup: 'for (;;);',
};

for (const [where, code] of Object.entries(blocks)) {
    test(`says_blocked_while_${where.replaceAll(' ', '_')}_never_returns`, async (t) => {
        const { child, state } = await serve(START + code);
        end(t, child);

        const first = await until(state, (s) => main(s).loop.state === 'blocked');
        const second = await until(state, (s) => s.captured.tick > first.captured.tick);

        assert.ok(main(first).loop.blocked_ms >= 200, `${main(first).loop.blocked_ms}`);
        assert.ok(main(second).loop.blocked_ms > main(first).loop.blocked_ms);
    });
}

test('healthz_turns_503_while_blocked_and_200_again', async (t) => {
    const child = launch(['-e', `${START}
        setTimeout(() => { const end = Date.now() + 2500; while (Date.now() < end); }, 300);
        setInterval(() => {}, 1000);`], { env: { PORTHOLE_UNHEALTHY_MS: '300' } });
    end(t, child);
    const url = await line(child);
    const health = () => get(`${url}/healthz`);

    const sick = await until(health, ({ status }) => status === 503);
    const well = await until(health, ({ status }) => status === 200);

    assert.strictEqual(sick.body.status, 'blocked');
    assert.ok(sick.body.blocked_ms >= 300);
    assert.strictEqual(well.body.status, 'ok');
});

test('counts_a_block_that_is_over', async (t) => {
    const { child, state } = await serve(`${START}
        setTimeout(() => { const end = Date.now() + 600; while (Date.now() < end); }, 300);
        setInterval(() => {}, 1000);`);
    end(t, child);

    const after = await until(state, (s) => main(s).loop.blocks.count === 1 &&
        main(s).loop.state !== 'blocked');

    assert.ok(main(after).loop.blocks.longest_ms >= 590, main(after).loop.blocks.longest_ms);
    assert.ok(main(after).loop.delay_ms.max >= 550, main(after).loop.delay_ms.max);
});

test('tells_a_block_inside_the_poll_phase_from_waiting', async (t) => {
    const { child, state } = await serve(`${START}
        const block = () => { const end = Date.now() + 400; while (Date.now() < end); };
        setTimeout(() => require('fs').stat('/', block), 300);
        setInterval(() => {}, 5000);`,
    { env: { PORTHOLE_DELAY_INTERVAL_MS: '0', PORTHOLE_TICK_MS: '1000' } });
    end(t, child);

    const after = await until(state, (s) => main(s).loop.blocks.count > 0 &&
        main(s).loop.state === 'idle' && s.captured.tick > 3);

    assert.strictEqual(main(after).loop.blocks.count, 1);
    const { longest_ms: longest } = main(after).loop.blocks;
    assert.ok(longest >= 390 && longest < 2000, `${longest}`);
});

test('says_idle_and_a_low_utilization_for_a_loop_that_waits', async (t) => {
    const { child, state } = await serve(`${START} setInterval(() => {}, 1000);`);
    end(t, child);

    const idle = await until(state, (s) => s.captured.tick > 5 &&
        main(s).loop.utilization < 0.3 && main(s).loop.state === 'idle');

    assert.strictEqual(main(idle).loop.blocked_ms, 0);
});

test('says_a_high_utilization_for_a_loop_that_works_in_short_turns', async (t) => {
    const { child, state } = await serve(`${START}
        (function turn() {
            const end = Date.now() + 5; while (Date.now() < end); setImmediate(turn);
        })();`);
    end(t, child);

    const busy = await until(state,
        (s) => s.captured.tick > 5 && main(s).loop.utilization > 0.8);

    assert.ok(main(busy).loop.utilization <= 1);
    assert.strictEqual(main(busy).loop.blocks.count, 0);
});

test('measures_the_same_lateness_as_monitorEventLoopDelay', async (t) => {
    const { child, url, state } = await serve(`
        const { monitorEventLoopDelay } = require('perf_hooks');
        const peer = monitorEventLoopDelay({ resolution: 20 });
        ${START} peer.enable();
        setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 150);
        setInterval(() => console.log(peer.max / 1e6 - 20), 1500);`);
    end(t, child);

    const theirs = Number(await line(child));
    const { loop } = main(await state());

    assert.ok(url !== '');
    assert.ok(loop.delay_ms.max >= 25, `${loop.delay_ms.max}`);
    assert.ok(Math.abs(loop.delay_ms.max - theirs) < 25, `${loop.delay_ms.max} ${theirs}`);
    assert.ok(loop.delay_ms.p50 < loop.delay_ms.max);
});

test('sees_almost_no_lateness_on_an_idle_loop', async (t) => {
    const { child, state } = await serve(`${START} setInterval(() => {}, 1000);`);
    end(t, child);

    const quiet = await until(state, (s) => s.captured.tick > 10);

    assert.ok(main(quiet).loop.delay_ms.p50 < 1, `${main(quiet).loop.delay_ms.p50} ms`);
});

test('register_watches_the_plain_application', async (t) => {
    const child = launch(['-r', REGISTER, 'test/apps/plain.js', 'once'],
        { env: { PORTHOLE_PORT: '39123' } });
    end(t, child);
    const pid = Number(await line(child));

    const { body } = await until(
        async () => (await Promise.all(Array.from({ length: 3 }, (_, i) =>
            get(`http://127.0.0.1:${39123 + i}/state`).catch(() => ({}))))).find(
            ({ body: found }) => found?.service?.pid === pid),
        (answer) => answer !== undefined);

    assert.strictEqual(body.service.pid, pid);
    assert.strictEqual(body.service.node, process.version);
});
