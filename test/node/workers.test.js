/* SPDX-License-Identifier: MIT */
/* Worker threads: each a host of its own, gone when it is gone. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { REGISTER, evaluate, get, serve, until } = require('./helper.js');

const WORKER = `require('./addon').start();
    require('worker_threads').parentPort.on('message', () => process.exit());`;
const PRELUDE = `const { Worker } = require('worker_threads'); const p = require('./addon');
    const until = (f) => new Promise((resolve) => {
        const timer = setInterval(() => { if (f()) { clearInterval(timer); resolve(); } }, 20);
    });
    const ids = () => p.state().threads.map(({ id }) => id).sort((a, b) => a - b);
    const names = () => p.state().threads.map(({ name }) => name).sort();
    const print = (value) => console.log(JSON.stringify(value));`;

test('every_worker_is_a_host_and_goes_when_it_ends', async () => {
    const { value } = await evaluate(`${PRELUDE} p.start();
        const workers = [1, 2, 3].map(
            () => new Worker(${JSON.stringify(WORKER)}, { eval: true }));
        (async () => {
            await until(() => ids().length === 4);
            const during = names();
            workers.forEach((worker) => worker.postMessage(0));
            await until(() => names().join() === 'main');
            print(during);
        })()`);

    assert.deepStrictEqual(value, ['main', 'worker 1', 'worker 2', 'worker 3']);
});

test('a_worker_shows_its_own_loop_and_heap', async (t) => {
    const { child, state } = await serve(`${PRELUDE} console.log(p.start().url);
        new Worker(\`require('./addon').start();
            globalThis.kept = Array.from({ length: 5e5 }, (_, i) => ({ i }));
            setTimeout(() => { for (;;); }, 300);\`, { eval: true });`);
    t.after(() => child.kill('SIGKILL'));

    const { threads } = await until(state,
        ({ threads: all }) => all.some(({ id, loop, gc }) => id === 1 &&
            loop.state === 'blocked' && gc.num_full_gc + gc.num_minor_gc > 0));

    const [main, worker] = threads;
    assert.notStrictEqual(main.loop.state, 'blocked');
    assert.ok(worker.heap.used_bytes > main.heap.used_bytes);
});

test('a_worker_reports_utilization_of_its_own_loop', async (t) => {
    const { child, state } = await serve(`${PRELUDE} console.log(p.start().url);
        new Worker(\`require('./addon').start(); (function turn() {
            const end = Date.now() + 5; while (Date.now() < end); setImmediate(turn);
        })()\`, { eval: true });`);
    t.after(() => child.kill('SIGKILL'));

    const { threads } = await until(state,
        ({ threads: all }) => all.some(({ id, loop }) => id === 1 && loop.utilization > 0.8));

    assert.ok(threads[0].loop.utilization < 0.5, `${threads[0].loop.utilization}`);
});

test('a_worker_may_start_the_agent_and_the_main_thread_join_it', async () => {
    const { value } = await evaluate(`${PRELUDE}
        const worker = new Worker(\`const { url } = require('./addon').start();
            const { parentPort } = require('worker_threads');
            parentPort.postMessage(url); parentPort.on('message', () => process.exit());\`,
            { eval: true });
        worker.once('message', async (url) => {
            const a = p.start();
            const same = a.url === url;
            worker.postMessage(0);
            await until(() => names().join() === 'main');
            print([same, a.active]);
        });`);

    assert.deepStrictEqual(value, [true, true]);
});

test('the_agent_outlives_its_first_thread_and_ends_with_the_last', async () => {
    const { value } = await evaluate(`${PRELUDE} const net = require('net');
        const { port } = p.start();
        const open = () => new Promise((resolve) => net.connect(port, '127.0.0.1')
            .on('connect', function () { this.destroy(); resolve(true); })
            .on('error', () => resolve(false)));
        const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true });
        (async () => {
            await until(() => ids().length === 2);
            p.close();
            const during = await open();
            worker.postMessage(0);
            worker.on('exit', async () => print([during, await open()]));
        })()`);

    assert.deepStrictEqual(value, [true, false]);
});

test('options_of_a_worker_that_conflict_are_ignored_with_a_warning', async () => {
    const { value, stderr } = await evaluate(`${PRELUDE} const a = p.start();
        const worker = new Worker(\`const a = require('./addon').start({ tickMs: 777 });
            require('worker_threads').parentPort.postMessage(a.active);\`, { eval: true });
        worker.on('message', print);`);

    assert.strictEqual(value, true);
    assert.match(stderr, /PORTHOLE_ALREADY_RUNNING.*ignoring 'tickMs'/);
});

for (const flag of ['-r', '--import']) {
    test(`node_${flag}_register_observes_workers_too`, async () => {
        const { value } = await evaluate(`${PRELUDE}
            const worker = new Worker(new URL('data:text/javascript,' +
                'import { parentPort } from "worker_threads";' +
                'parentPort.on("message", () => process.exit())'));
            (async () => {
                await until(() => ids().length === 2);
                print(names());
                worker.postMessage(0);
            })()`, { node: [flag, REGISTER] });

        assert.deepStrictEqual(value, ['main', 'worker 1']);
    });
}

test('a_hundred_workers_terminated_at_random_moments_leave_nothing', async () => {
    const { value, stderr } = await evaluate(`${PRELUDE} p.start();
        const fs = require('fs');
        const worker = \`require('./addon').start({ tickMs: 50, delayIntervalMs: 1 });
            let kept = []; setInterval(() => {
                for (let i = 0; i < 5e4; i++) kept.push({ i });
                if (kept.length > 5e5) kept = [];
            }, 1);\`;
        let left = 100; let live = 0;
        const next = () => {
            if (left-- <= 0) return;
            live++;
            const w = new Worker(worker, { eval: true });
            const timer = setTimeout(() => w.terminate(), Math.random() * 80);
            w.on('error', (e) => { throw e; });
            w.on('exit', async () => {
                clearTimeout(timer); next();
                if (--live !== 0) return;
                await until(() => ids().length === 1);
                const threads = fs.readdirSync('/proc/self/task').map((id) =>
                    fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8'));
                const ours = threads.filter((name) => name.startsWith('porthole'));
                print([names(), ours.length]);
                process.exit();
            });
        };
        for (let i = 0; i < 6; i++) next();`);

    assert.deepStrictEqual(value, [['main'], 2], stderr);
});

/* Terminated inside our own functions: there an exception cannot even be thrown any more. */
test('workers_terminated_inside_our_functions_end_nobody_else', async () => {
    const { value } = await evaluate(`${PRELUDE} p.start();
        const worker = \`const p = require('./addon');
            for (let i = 0; ; i++) {
                const agent = p.start();
                p.state();
                p.counter('jobs_' + i % 50, 'Jobs').inc();
                p.track('job', String(i), { i });
                p.provide('queue', () => i);
                agent.close();
                if (i === 2) require('worker_threads').parentPort.postMessage(0);
            }\`;
        let left = 60;
        (function next() {
            if (left-- === 0) { print('still here'); process.exit(); }
            const w = new Worker(worker, { eval: true });
            w.on('message', () => setTimeout(() => w.terminate(), Math.random() * 8));
            w.on('exit', next);
        })();`);

    assert.strictEqual(value, 'still here');
});

test('workers_come_and_go_while_the_state_is_read', async (t) => {
    const { child, url } = await serve(`${PRELUDE} console.log(p.start().url);
        let n = 0;
        (function next() {
            if (n++ === 30) { console.log('done'); return; }
            const w = new Worker("require('./addon').start()", { eval: true });
            w.on('exit', next);
        })();
        setInterval(() => {}, 1000);`);
    t.after(() => child.kill('SIGKILL'));
    let done = false;
    child.lines.next().then(() => done = true);

    const answer = await until(() => get(`${url}/state`),
        ({ status, body }) => status !== 200 || (done && body.threads.length === 1));

    assert.strictEqual(answer.status, 200);
});
