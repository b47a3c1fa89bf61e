/* SPDX-License-Identifier: MIT */
/* Handles, counted against what the test itself opened and closed. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate } = require('./helper.js');

/* `looked()`: by_kind as the loop published it after now. That the agent has counted a few
 * ticks says nothing about a loop that did not get to run meanwhile. */
const PRELUDE = `
    const p = require('./addon'); const net = require('net'); const fs = require('fs');
    const dgram = require('dgram'); const { once } = require('events');
    const { Worker } = require('worker_threads'); const { spawn } = require('child_process');
    const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
    async function looked(id = 0) {
        const now = Date.now() + 1;
        for (;; await sleep(20)) {
            const { captured: { at }, threads } = p.state();
            const { age_ms: age, handles } = threads.find((one) => one.id === id);
            if (age !== null && Date.parse(at) - age > now) return handles.by_kind;
        }
    }
    const print = (value) => console.log(JSON.stringify(value));`;

/* A udp handle without a JavaScript object around it, whose life is exactly as written. */
const UDP = `process.noDeprecation = true;
    const { UDP } = process.binding('udp_wrap');
    const flash = () => { for (let i = 0; i < 7; i++) new UDP().close(); };`;

const phases = {
    the_main_script: 'flash();',
    a_timer: 'setTimeout(flash, 5);',
    next_tick: 'process.nextTick(flash);',
    a_promise: 'Promise.resolve().then(flash);',
    an_io_callback: `fs.stat('/', flash);`,
    a_close_callback: 'new UDP().close(flash);',
};

for (const [name, code] of Object.entries(phases)) {
    test(`counts_handles_opened_and_closed_at_once_in_${name}`, async () => {
        const { value: { udp } } = await evaluate(`${PRELUDE} ${UDP} p.start();
            ${code} sleep(50).then(looked).then((kinds) => { print(kinds); process.exit(); })`);

        const n = name === 'a_close_callback' ? 8 : 7;
        assert.deepStrictEqual(udp, { open: 0, active: 0, created: n, closed: n });
    });
}

/* What handles.h owns up to. If this fails, libuv or Node has come to our help. */
test('does_not_see_handles_that_live_and_die_within_one_batch_of_immediates', async () => {
    const { value } = await evaluate(`${PRELUDE} ${UDP} p.start();
        setImmediate(flash);
        sleep(50).then(looked).then((kinds) => { print(kinds); process.exit(); })`);

    assert.strictEqual(value.udp, undefined);
});

test('counts_what_immediates_open_and_what_others_close', async () => {
    const { value: { udp } } = await evaluate(`${PRELUDE} ${UDP} p.start();
        setImmediate(() => { const kept = new UDP(); setImmediate(() => kept.close()); });
        sleep(50).then(looked).then((kinds) => { print(kinds); process.exit(); })`);

    assert.deepStrictEqual(udp, { open: 0, active: 0, created: 1, closed: 1 });
});

test('handles_that_are_there_at_start_count_as_created', async () => {
    const { value: { tcp, udp } } = await evaluate(`${PRELUDE} ${UDP}
        const server = net.createServer().listen(0, () => {
            flash();
            p.start();
            looked().then((kinds) => { print({ udp: null, ...kinds }); process.exit(); });
        });`);

    assert.deepStrictEqual(tcp, { open: 1, active: 1, created: 1, closed: 0 });
    assert.ok(udp === null || (udp.created === 0 && udp.closed === 0), JSON.stringify(udp));
});

test('starting_anew_counts_from_what_is_there_then', async () => {
    const { value: { udp } } = await evaluate(`${PRELUDE} ${UDP}
        const kept = new UDP();
        p.start(); flash(); p.close(); flash(); p.start(); p.close(); flash(); p.start();
        setTimeout(() => {
            p.close(); flash(); p.start(); flash();
            looked().then((kinds) => { print(kinds); process.exit(); });
        }, 50);`);

    assert.deepStrictEqual(udp, { open: 1, active: 0, created: 8, closed: 7 });
});

/* As a walk during which the kernel gives the core to others. */
test('one_walk_that_was_slow_does_not_let_the_counts_grow_old', async () => {
    const { value: { udp } } = await evaluate(`${PRELUDE} ${UDP} p.start();
        (async () => {
            const kept = Array.from({ length: 50000 }, () => new UDP());
            await looked();
            for (const one of kept) one.close();
            print(await looked());
            process.exit();
        })()`);

    assert.deepStrictEqual(udp, { open: 0, active: 0, created: 50000, closed: 50000 });
});

/*
 * The property: whatever is opened and closed, in whatever phase of the loop, is counted.
 * What each action makes, in handles, is known to the action.
 */
const PROPERTY = (seed) => `${PRELUDE}
    let seed = ${seed};
    const random = (n) => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) % n;
    };
    const made = { tcp: 0, udp: 0, pipe: 0, fs_event: 0, fs_poll: 0 };
    const kept = [];
    const done = (emitter) => (random(3) === 0 ? void kept.push(emitter) : emitter.close());
    const actions = [
        async () => {
            made.udp++;
            const socket = dgram.createSocket('udp4');
            if (random(2)) { socket.bind(0); await once(socket, 'listening'); }
            done(socket);
        },
        async () => {
            made.tcp++;
            const server = net.createServer().listen(0);
            if (random(2)) await once(server, 'listening');
            done(server);
        },
        async () => {
            made.pipe++;
            done(net.createServer().listen('\\0porthole-' + process.pid + '-' + made.pipe));
        },
        async () => {
            made.tcp += 3;
            const server = net.createServer((socket) => { socket.resume(); socket.end(); });
            server.listen(0);
            await once(server, 'listening');
            const client = net.connect(server.address().port, '127.0.0.1');
            client.resume();
            await once(client, 'close');
            server.close();
        },
        async () => {
            made.tcp++;
            net.connect(1, '127.0.0.1').on('error', () => {}).destroy();
        },
        async () => { made.fs_event++; done(fs.watch('/tmp', () => {})); },
        async () => {
            made.fs_poll++;
            const file = '/tmp/none-' + made.fs_poll;
            fs.watchFile(file, { interval: 5 + random(9) }, () => {});
            await sleep(random(20));
            fs.unwatchFile(file);
        },
    ];
    const phases = [
        (f) => setTimeout(f, random(5)),
        (f) => process.nextTick(f),
        (f) => queueMicrotask(f),
        (f) => fs.stat('/', f),
        (f) => setImmediate(() => setTimeout(f, random(3))),
        (f) => { made.udp++; dgram.createSocket('udp4').on('close', f).close(); },
    ];
    const base = {};
    void process.stdout, process.stderr; /* pipes too */
    (async () => {
        p.start();
        for (const [kind, { created }] of Object.entries(await looked())) base[kind] = created;
        await Promise.all(Array.from({ length: 400 }, async () => {
            await sleep(random(300));
            await new Promise((resolve) => phases[random(phases.length)](resolve));
            await actions[random(actions.length)]();
        }));
        const half = kept.splice(0, kept.length / 2);
        for (const one of half) one.close();
        await sleep(50);
        const after = await looked();
        const created = {}; const wrong = [];
        for (const kind of Object.keys(made)) {
            created[kind] = after[kind].created - (base[kind] ?? 0);
            if (after[kind].created - after[kind].closed !== after[kind].open) wrong.push(kind);
        }
        const open = after.tcp.open + after.udp.open + after.pipe.open + after.fs_event.open +
            after.fs_poll.open;
        print({ made, created, wrong, open, kept: kept.length, base });
        process.exit();
    })();`;

for (const seed of [1, 2, 3]) {
    test(`counts_every_handle_that_random_code_opens_seed_${seed}`, async () => {
        const { value } = await evaluate(PROPERTY(seed));

        assert.deepStrictEqual(value.created, value.made);
        assert.deepStrictEqual(value.wrong, []);
        const before = Object.keys(value.made)
            .reduce((n, kind) => n + (value.base[kind] ?? 0), 0);
        assert.ok(value.open - value.kept >= 0 && value.open - value.kept <= before,
            JSON.stringify(value));
    });
}

test('counts_child_processes_and_workers', async () => {
    const { value: { before, after } } = await evaluate(`${PRELUDE} p.start();
        (async () => {
            const before = await looked();
            for (let i = 0; i < 5; i++) {
                const child = spawn('true', { stdio: 'ignore' });
                const worker = new Worker('0', { eval: true });
                await Promise.all([once(child, 'exit'), once(worker, 'exit')]);
            }
            await sleep(50);
            print({ before, after: await looked() });
            process.exit();
        })()`);

    assert.deepStrictEqual(after.process, { open: 0, active: 0, created: 5, closed: 5 });
    assert.ok(after.async.created - before.async.created >= 5);
    assert.strictEqual(after.async.created - after.async.closed, after.async.open);
});

test('each_worker_counts_its_own_handles', async () => {
    const { value: { main, worker } } = await evaluate(`${PRELUDE} p.start();
        const worker = new Worker(\`require('./addon').start(); const dgram = require('dgram');
            for (let i = 0; i < 9; i++) dgram.createSocket('udp4').close();
            setInterval(() => {}, 1000);
            require('worker_threads').parentPort.postMessage('done');\`, { eval: true });
        (async () => {
            await once(worker, 'message');
            print({ main: (await looked()).udp ?? null, worker: (await looked(1)).udp });
            process.exit();
        })()`);

    assert.strictEqual(main, null);
    assert.deepStrictEqual(worker, { open: 0, active: 0, created: 9, closed: 9 });
});

test('workers_terminated_while_they_open_handles_do_no_harm', async () => {
    const { value } = await evaluate(`${PRELUDE} p.start();
        const code = \`require('./addon').start(); const dgram = require('dgram');
            (function again() {
                for (let i = 0; i < 20; i++) dgram.createSocket('udp4').close();
                setImmediate(again); setTimeout(() => dgram.createSocket('udp4').close(), 0);
            })();\`;
        (async () => {
            for (let i = 0; i < 30; i++) {
                const worker = new Worker(code, { eval: true });
                await sleep(20 + i);
                await worker.terminate();
            }
            print((await looked()).check.open);
            process.exit();
        })()`);

    assert.strictEqual(typeof value, 'number');
});

test('closing_takes_the_marker_along_and_nothing_stays_alive', async () => {
    const { code } = await evaluate(`${PRELUDE} p.start();
        setTimeout(() => { dgram.createSocket('udp4').close(); p.close(); print(1); }, 100)`);

    assert.strictEqual(code, 0);
});

test('a_loop_that_has_nothing_to_do_ends_though_handles_were_counted', async () => {
    const { stdout } = await evaluate(`${PRELUDE} p.start();
        setTimeout(() => dgram.createSocket('udp4').close(), 50);
        process.on('exit', () => print('ends'))`);

    assert.strictEqual(JSON.parse(stdout), 'ends');
});
