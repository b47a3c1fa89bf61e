/* SPDX-License-Identifier: MIT */
/* Single emitters: named by watch(), with a history and who adds; EventTargets; odd ones. */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { promisify } = require('node:util');
const { evaluate } = require('./helper.js');

const SEEDS = 60;
/* Each holds with 95 % or more: fewer than this many of 60 has a chance below 1 in 1000. */
const HELD = 51;

/* Runs `body`, waits until `ready(l)` holds of the listeners in the state, prints `result`. */
const observe = (body, ready, result) => evaluate(`
    const EventEmitter = require('events'); const p = require('./addon');
    const kept = globalThis.kept = []; const f = () => {};
    const fill = (e, n, event = 'data') => {
        for (let i = 0; i < n; i++) e.on(event, () => {});
        return e;
    };
    ${body}
    const timer = setInterval(() => {
        const l = p.state().threads.at(-1)?.listeners;
        if (!l || !(${ready})) return;
        clearInterval(timer); console.log(JSON.stringify(${result}));
    }, 20);`, { node: ['--expose-gc'] });

test('estimates_hold_the_exact_census_over_random_lives', async () => {
    const { stdout } = await promisify(execFile)(process.execPath,
        ['--expose-gc', path.join(__dirname, 'churn.js'), '1', String(SEEDS)],
        { maxBuffer: 1 << 24 });
    const runs = JSON.parse(stdout);
    const count = (what) => runs.filter((run) => run[what]).length;
    const rows = runs.reduce((n, run) => n + run.kinds, 0);
    const rowsHeld = runs.reduce((n, run) => n + run.kindsHeld, 0);

    assert.ok(count('held') >= HELD, `${count('held')} of ${SEEDS}`);
    assert.ok(count('heldByError') >= HELD, `${count('heldByError')} of ${SEEDS}`);
    assert.strictEqual(count('heavyExact'), SEEDS);
    assert.ok(rowsHeld / rows >= 0.95, `${rowsHeld} of ${rows} rows`);
});

test('watch_follows_an_emitter_from_its_first_listener_on_by_its_name', async () => {
    const { value } = await observe(`
        const e = new EventEmitter(); const seen = []; kept.push(e);
        const watched = p.watch('the bus', e); p.start();
        e.on('a', f); let step = 0;
        const go = (l) => {
            const n = l.heavy[0]?.listeners;
            if (step === 0 && n === 1) {
                step = 1; seen.push(l.heavy[0].name); fill(e, 2, 'a');
            } else if (step === 1 && n === 3) {
                step = 2; seen.push(watched.active); watched.release();
            }
            return step === 2 && l.heavy.length === 0;
        };`, 'go(l)', '[...seen, watched.active, watched.name]');

    assert.deepStrictEqual(value, ['the bus', true, false, 'the bus']);
});

test('watch_knows_event_targets_and_follows_32_events_with_the_cut_visible', async () => {
    const { value } = await observe(`
        p.start(); const { signal } = new AbortController(); kept.push(signal);
        signal.addEventListener('abort', f); p.watch('signal', signal);
        const e = new EventEmitter(); kept.push(e); p.watch('wide', e);
        for (let i = 0; i < 40; i++) fill(e, 2, 'event ' + i);`,
    'l.heavy.length === 20 && l.heavy_total === 41', 'l.heavy[0].name');

    assert.strictEqual(value, 'wide');
});

test('watch_rejects_wrong_arguments_by_name_and_works_without_an_agent', async () => {
    const { value, stderr } = await evaluate(`
        const p = require('./addon'); const EventEmitter = require('events');
        const attempt = (...args) => {
            try { p.watch(...args); } catch (e) { return [e.name, e.code, e.message]; }
        };
        const wrong = [attempt(7, process), attempt('', process), attempt('a'),
            attempt('a', {}), attempt('a', new Proxy(process, {
                getPrototypeOf() { throw new Error('ran'); } }))];
        const watched = p.watch('mixed', Object.assign({}, EventEmitter.prototype));
        const all = Array.from({ length: 300 }, (_, i) => new EventEmitter());
        const active = all.map((e, i) => p.watch('e' + i, e)).filter((w) => w.active).length;
        watched.release(); watched.release();
        console.log(JSON.stringify([wrong.map((it) => it.join(' ')), active]));`);

    assert.strictEqual(value[1], 255);
    assert.deepStrictEqual(value[0].map((text) => text.split(' must')[0]),
        ['name', 'name', 'emitter', 'emitter', 'emitter']
            .map((name) => `TypeError PORTHOLE_OPTION '${name}'`));
    assert.match(stderr, /cannot watch all emitters: 256 a thread/);
});

test('names_the_line_that_adds_and_runs_no_prepareStackTrace', async () => {
    const { value, stderr } = await observe(`
        p.start(); let ran = 0;
        Error.prepareStackTrace = () => { ran++; return ''; };
        const e = new EventEmitter().setMaxListeners(0); kept.push(e);
        function subscribe() { e.once('data', () => {}); }
        for (let i = 0; i < 20; i++) subscribe();
        Error.prepareStackTrace = undefined;`, 'l.heavy.length === 1',
    '[ran, l.heavy[0].added_by, l.heavy[0].minute_ago, l.heavy[0].name, l.heavy[0].event]');

    assert.match(value[1], /^subscribe \(\[eval\]:\d+:\d+\)$/);
    assert.deepStrictEqual([value[0], ...value.slice(3)], [0, 'EventEmitter', 'data']);
    assert.strictEqual(stderr, '');
});

test('names_long_paths_by_their_end', async () => {
    const { value } = await evaluate(`
        const { load } = require('./addon/native.js');
        const { binding } = load('linux', process.version);
        const call = (file) => require('vm').runInThisContext(
            '(function someName(f) { return f("/nowhere/"); })', { filename: file })(
            binding.whoCalls);
        console.log(JSON.stringify([call('/srv/' + 'ä'.repeat(90) + '/feed.js'),
            call('/nowhere/x.js'), call('file:///srv/app.mjs')]));`);

    assert.match(value[0], /^someName \(…ä+\/feed\.js:1:\d+\)$/);
    assert.ok(Buffer.byteLength(value[0]) <= 95);
    assert.doesNotMatch(value[1], /nowhere/);
    assert.match(value[2], /^someName \(\/srv\/app\.mjs:1:\d+\)$/);
});

test('counts_event_targets_heavy_and_light', async () => {
    const { value } = await observe(`
        p.start();
        const { signal } = new AbortController(); kept.push(signal);
        require('events').setMaxListeners(0, signal);
        for (let i = 0; i < 40; i++) signal.addEventListener('abort', () => {});
        for (let i = 0; i < 10; i++) {
            const target = new EventTarget(); kept.push(target);
            target.addEventListener('x', () => {}); target.addEventListener('x', () => {});
            target.addEventListener('y', f); target.addEventListener('y', f);
        }
        gc();`, 'l.top.some((row) => row.emitter === "EventTarget")',
    '[l.heavy[0].name, l.heavy[0].listeners, ' +
        'l.top.filter((r) => r.emitter === "EventTarget").map((r) => [r.event, r.listeners, ' +
        'r.emitters, r.standard_error])]');

    assert.deepStrictEqual(value, ['AbortSignal', 40, [['x', 20, 10, 0], ['y', 10, 10, 0]]]);
});

test('addEventListener_looks_and_behaves_as_before', async () => {
    const code = `const P = EventTarget.prototype; const log = [];
        const look = () => { const d = Object.getOwnPropertyDescriptor(P, 'addEventListener');
            return [d.enumerable, d.writable, d.value.name, d.value.length,
                'prototype' in d.value, Object.keys(d.value)]; };
        log.push(look()); let turned = 0;
        const t = new EventTarget();
        t.addEventListener({ toString() { turned++; return 'odd'; } }, () => log.push('odd'));
        t.addEventListener('a', { handleEvent() { log.push('a'); } }, { once: true });
        t.addEventListener('b', () => log.push('b'), { signal: AbortSignal.abort() });
        try { P.addEventListener.call({}, 'a', () => {}); } catch (e) { log.push(e.name); }
        try { t.addEventListener('a'); } catch (e) { log.push(e.code); }
        t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a'));
        t.dispatchEvent(new Event('odd')); t.dispatchEvent(new Event('b'));
        console.log(JSON.stringify([turned, log]));`;

    const plain = await evaluate(code);
    const observed = await evaluate(`require('./addon').start(); ${code}`);

    assert.deepStrictEqual(observed.value, plain.value);
});

test('takes_over_from_a_tool_that_replaces_on_after_the_start_and_says_so', async () => {
    const { value } = await observe(`
        p.start(); const P = EventEmitter.prototype; const ours = P.on; let calls = 0;
        P.on = function on(...args) { calls++; return ours.apply(this, args); };
        kept.push(fill(new EventEmitter().setMaxListeners(0), 20));`,
    'l.heavy.length === 1', '[l.heavy[0].listeners, calls, l.counted_by]');

    assert.deepStrictEqual(value.slice(0, 2), [20, 20]);
    assert.match(value[2], /^16 or more by Node's own on\(\): exact/);
});

test('hands_over_heavy_emitters_whose_listeners_passed_no_hook', async () => {
    const { value } = await observe(`
        const { on } = EventEmitter.prototype; p.start();
        const e = new EventEmitter().setMaxListeners(0); kept.push(e);
        for (let i = 0; i < 30; i++) on.call(e, 'bypassed', () => {});
        gc();`, 'l.heavy.length === 1', '[l.heavy[0].event, l.heavy[0].listeners, l.total]');

    assert.deepStrictEqual(value.slice(0, 2), ['bypassed', 30]);
});

test('counts_what_odd_emitters_really_have', async () => {
    const { value } = await observe(`
        p.start();
        class Twice extends EventEmitter { on(...a) { super.on(...a); return super.on(...a); } }
        class Mixed {} Object.assign(Mixed.prototype, EventEmitter.prototype);
        const mixed = new Mixed(); mixed.setMaxListeners(0);
        const proxied = new EventEmitter().setMaxListeners(0);
        const { Duplex } = require('stream'); const { Socket } = require('net');
        kept.push(fill(new Twice().setMaxListeners(0), 9), fill(mixed, 17),
            fill(new Proxy(proxied, {}), 18), fill(new Socket().setMaxListeners(0), 19));
        const gone = fill(new EventEmitter().setMaxListeners(0), 50).removeAllListeners();
        kept.push(gone);`, 'l.heavy.length === 4', 'l.heavy.map((h) => [h.name, h.listeners])');

    assert.deepStrictEqual(value,
        [['Socket', 19], ['Twice', 18], ['EventEmitter', 18], ['Mixed', 17]]
);
});

test('counts_in_a_worker_for_itself', async () => {
    const { value } = await observe(`
        p.start();
        new (require('worker_threads').Worker)(\`
            const EventEmitter = require('events'); require('./addon').start();
            class Inside extends EventEmitter {}
            const e = globalThis.kept = new Inside().setMaxListeners(0);
            for (let i = 0; i < 33; i++) e.on('w', () => {});
            setTimeout(() => {}, 3000);\`, { eval: true }).unref();`,
    'l.heavy[0]?.name === "Inside"', 'l.heavy[0].listeners');

    assert.strictEqual(value, 33);
});

test('keeps_the_table_of_millions_of_event_names_small', async () => {
    const { value } = await observe(`
        p.start(); class Many extends EventEmitter {}
        for (let i = 0; i < 3000; i++) kept.push(new Many().on('request ' + i, f));
        gc();`, 'l.total > 1000 && l.top[0]?.event === "(other)"',
        '[l.top.length, l.top_total, l.top[0].event]');

    assert.deepStrictEqual([value[0], value[2]], [20, '(other)']);
    assert.ok(value[1] <= 513, `${value[1]}`);
});
