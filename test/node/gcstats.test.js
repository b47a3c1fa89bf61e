/* SPDX-License-Identifier: MIT */
/* porthole/gcstats and porthole/memwatch, held against the originals' own rules. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate, run } = require('./helper.js');
const { Base } = require('../../addon/gc/base.js');
const { LeakRule, niceSize } = require('../../addon/gc/leak.js');

const GC = { node: ['--expose-gc'] };
const PRELUDE = `const print = (value) => console.log(JSON.stringify(value));
    const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });`;

/* ---- The arithmetic ------------------------------------------------------------------ */

/* Version B of the original, as it stood in include.js, but for its texts. */
function original(samples)
{
    let recent = 0;
    let ancient = 0;

    samples.forEach((u, n) => {
        if (n < 10) {
            const r = (n / 10) ** 2.5 * n;
            const a = (n / 10) ** 2.4 * n;

            recent = (recent * r + u) / (r + 1);
            ancient = (ancient * a + u) / (1 + a);
        } else {
            const d = Math.min(120, n);

            recent = (9 * recent + u) / 10;
            ancient = ((d - 1) * ancient + u) / d;
        }
    });
    return { base: Math.round(recent),
        trend: Math.round((recent - ancient) / ancient * 1000) / 10 };
}

test('the_means_are_those_of_the_original', () => {
    for (const n of [1, 4, 10, 11, 60, 300]) {
        const samples = Array.from({ length: n }, (_, i) => 5e6 + 1e5 * i + (i * 7919) % 50000);
        const base = new Base();

        samples.forEach((bytes, i) => base.add(bytes, i));

        assert.deepStrictEqual({ base: base.estimated, trend: base.trend }, original(samples));
    }
});

test('a_falling_trend_is_negative_and_sizes_above_4_gib_are_right', () => {
    const base = new Base();

    for (let i = 0; i < 200; i++)
        base.add(20e9 - i * 5e7, i);

    assert.ok(base.trend < -5 && base.trend > -50, `${base.trend}`);
    assert.ok(base.estimated > 10e9);
    assert.deepStrictEqual([base.max.bytes, base.max.when], [20e9 - 3 * 5e7, 3]);
});

test('a_leak_is_five_rises_in_a_row_and_then_counts_anew', () => {
    const rule = new LeakRule();
    const heap = [9, 5, 6, 7, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17];
    const found = heap.map((mb, i) => rule.add(mb * 1048576, i * 60000))
        .map((leak, i) => (leak === null ? null : [i, leak.growth / 1048576, leak.reason]))
        .filter((leak) => leak !== null);

    assert.deepStrictEqual(found, [
        [9, 4, 'heap growth over 5 consecutive GCs (4m 0s) - 60.00 mb/hr'],
        [14, 4, 'heap growth over 5 consecutive GCs (4m 0s) - 60.00 mb/hr'],
    ]);
});

test('a_leak_within_no_time_has_no_rate', () => {
    const rule = new LeakRule();
    const leaks = [1, 2, 3, 4, 5, 6].map((bytes) => rule.add(bytes, 1000));

    assert.strictEqual(leaks.at(-1).reason, 'heap growth over 5 consecutive GCs (0s)');
});

test('sizes_beyond_an_int_and_below_zero_are_written_right', () => {
    assert.deepStrictEqual([0, -1, 1536, 3 * 2 ** 30, -5 * 2 ** 40].map(niceSize),
        ['0 bytes', '-1 bytes', '1.50 kb', '3.00 gb', '-5.00 tb']);
});

/* ---- gcstats ------------------------------------------------------------------------- */

test('gcstats_counts_what_trace_gc_prints_without_an_agent', async () => {
    const { code, stdout, stderr } = await run(['--expose-gc', '-e', `
        const gcstats = require('./addon/gcstats.js'); const v8 = require('v8');
        gc();
        const { num_full_gc: before } = gcstats.stats();
        v8.setFlagsFromString('--trace-gc');
        for (let r = 0; r < 10; r++) {
            globalThis.kept = []; for (let i = 0; i < 3e5; i++) globalThis.kept.push({ i });
        }
        gc(); v8.setFlagsFromString('--no-trace-gc');
        console.error(gcstats.stats().num_full_gc - before);`]);

    assert.strictEqual(code, 0, stderr);
    assert.strictEqual(Number(stderr),
        (stdout.match(/ms: (Incremental )?Mark-Compact/g) ?? []).length, stdout);
});

test('gcstats_tells_of_collections_on_the_next_turn_and_in_order', async () => {
    const { value } = await evaluate(`${PRELUDE}
        const gcstats = require('./addon/gcstats.js'); const seen = [];
        gcstats.on('gc', (info) => seen.push(['gc', info]));
        gcstats.on('gc_incremental', (info) => seen.push(['inc', info]));
        gc({ type: 'minor' }); gc(); const inside = seen.length;
        setTimeout(() => print({ inside, seen, stats: gcstats.stats() }), 100);`, GC);

    assert.strictEqual(value.inside, 0);
    const names = value.seen.map(([name]) => name);
    assert.strictEqual(names.filter((name) => name === 'gc').length, 1);
    assert.ok(names.indexOf('inc') >= 0 && names.indexOf('inc') < names.indexOf('gc'));
    assert.deepStrictEqual(value.seen.find(([name]) => name === 'gc')[1], { compacted: true });
    assert.strictEqual(value.stats.num_full_gc, 1);
    assert.strictEqual(value.stats.num_inc_gc, names.length - 1);
    assert.strictEqual(value.stats.floor, null);
});

test('gcstats_follows_a_blocked_loop_when_asked', async () => {
    const { value } = await evaluate(`${PRELUDE}
        const gcstats = require('./addon/gcstats.js');
        for (let i = 0; i < 80; i++) gc();
        const s = gcstats.stats();
        print([s.num_full_gc, s.heap_compactions, s.current_base > 1e6, s.min.bytes > 1e6,
            s.min.when, typeof s.estimated_base, typeof s.usage_trend]);`, GC);

    const [when] = value.splice(4, 1);
    assert.deepStrictEqual(value, [80, 80, true, true, 'number', 'number']);
    assert.ok(Math.abs(Date.parse(when) - Date.now()) < 60000);
});

test('gcstats_shows_the_same_as_the_agent_beside_it', async () => {
    const { value: [ours, agents] } = await evaluate(`${PRELUDE}
        const gcstats = require('./addon/gcstats.js'); const p = require('./addon');
        p.start();
        for (let i = 0; i < 15; i++) { globalThis['k' + i] = Array(5e4).fill(i); gc(); }
        (async () => {
            const { tick } = p.state().captured;
            while (p.state().captured.tick < tick + 3) await sleep(20);
            print([gcstats.stats(), p.state().threads[0].gc]);
            process.exit();
        })()`, GC);

    for (const name of ['num_full_gc', 'heap_compactions'])
        assert.strictEqual(ours[name], agents[name]);
    assert.ok(Math.abs(ours.estimated_base - agents.estimated_base) <= 1);
    assert.deepStrictEqual(ours.min.bytes, agents.min.bytes);
    assert.deepStrictEqual(ours.max.bytes, agents.max.bytes);
});

test('what_a_listener_throws_is_the_applications_to_catch', async () => {
    const { value } = await evaluate(`${PRELUDE}
        const gcstats = require('./addon/gcstats.js');
        process.on('uncaughtException', (error) => { print(error.message); process.exit(); });
        gcstats.on('gc', () => { throw new Error('mine'); });
        gc(); setTimeout(() => print('nothing came'), 2000);`, GC);

    assert.strictEqual(value, 'mine');
});

test('neither_module_keeps_the_loop_alive_and_both_end_with_their_worker', async () => {
    const { value } = await evaluate(`${PRELUDE} const { Worker } = require('worker_threads');
        const code = \`const { parentPort } = require('worker_threads');
            require('./addon/gcstats.js').on('gc_incremental', () => {});
            let n = 0; require('./addon/memwatch.js').on('stats', () => n++);
            gc(); setTimeout(() => { parentPort.postMessage(n); gc(); gc(); }, 100);\`;
        const worker = new Worker(code, { eval: true });
        let seen; worker.on('message', (n) => { seen = n; });
        worker.on('exit', (exit) => print([exit, seen]));
        require('./addon/gcstats.js').on('gc', () => {}); gc();`, GC);

    assert.deepStrictEqual(value, [0, 1]);
});

test('workers_terminated_while_their_collections_are_told_do_no_harm', async () => {
    const { code } = await evaluate(`${PRELUDE} const { Worker } = require('worker_threads');
        const code = \`require('./addon/gcstats.js').on('gc_incremental', () => {});
            require('./addon/memwatch.js').on('stats', () => {});
            (function again() {
                gc({ type: 'minor' }); gc(); setImmediate(again);
            })();\`;
        (async () => {
            for (let i = 0; i < 20; i++) {
                const worker = new Worker(code, { eval: true });
                await sleep(40 + i); await worker.terminate();
            }
            print(0);
        })()`, GC);

    assert.strictEqual(code, 0);
});

test('a_disabled_porthole_counts_nothing_and_says_so_once', async () => {
    const { value, stderr } = await evaluate(`${PRELUDE}
        const s = require('./addon/gcstats.js').on('gc', () => {}).stats();
        require('./addon/memwatch.js').on('stats', () => {});
        gc(); print([s.num_full_gc, s.min.bytes, s.floor]);`,
        { ...GC, env: { PORTHOLE_DISABLE: '1' } });

    assert.deepStrictEqual(value, [null, null, null]);
    assert.match(stderr, /PORTHOLE_UNAVAILABLE.*disabled/);
});

/* ---- memwatch ------------------------------------------------------------------------ */

test('memwatch_emits_stats_and_leak', async () => {
    const { value: { stats, leaks } } = await evaluate(`${PRELUDE}
        const memwatch = require('./addon/memwatch.js'); const stats = []; const leaks = [];
        memwatch.on('stats', (one) => stats.push(one)).on('leak', (one) => leaks.push(one));
        const kept = [];
        (async () => {
            for (let i = 0; i < 7; i++) {
                for (let k = 0; k < 3e4; k++) kept.push({ k });
                memwatch.gc(); await sleep(20);
            }
            print({ stats, leaks });
        })()`, GC);

    assert.deepStrictEqual(Object.keys(stats[0]), ['num_full_gc', 'num_inc_gc',
        'heap_compactions', 'usage_trend', 'estimated_base', 'current_base', 'min', 'max']);
    assert.deepStrictEqual(stats.map((one) => one.num_full_gc), [1, 2, 3, 4, 5, 6, 7]);
    assert.strictEqual(leaks.length, 1);
    assert.match(leaks[0].reason,
        /^heap growth over 5 consecutive GCs \(\d+s\) - \d+\.\d\d [mg]b\/hr$/);
    assert.ok(leaks[0].growth > 0 && leaks[0].end >= leaks[0].start);
});

test('memwatch_watches_only_while_somebody_listens', async () => {
    const { value } = await evaluate(`${PRELUDE}
        const memwatch = require('./addon/memwatch.js');
        const { load } = require('./addon/native.js');
        const { binding } = load(process.platform, process.version);
        const counted = () => {
            const [before] = binding.gcFigures() ?? [0]; gc();
            return (binding.gcFigures() ?? [0])[0] - before;
        };
        const seen = [counted()]; const listener = () => {};
        memwatch.on('stats', listener); seen.push(counted());
        memwatch.removeListener('stats', listener); seen.push(counted());
        memwatch.once('leak', listener); seen.push(counted());
        memwatch.removeAllListeners(); seen.push(counted());
        memwatch.addListener('stats', listener); seen.push(counted());
        memwatch.off('stats', listener); seen.push(counted());
        print(seen);`, GC);

    assert.deepStrictEqual(value, [0, 1, 0, 1, 0, 1, 0]);
});

test('memwatch_collects_with_and_without_a_flag', async () => {
    const code = `${PRELUDE} const memwatch = require('./addon/memwatch.js');
        let gone = false; const watched = new FinalizationRegistry(() => { gone = true; });
        watched.register({}, 0); globalThis.watched = watched;
        setTimeout(() => { memwatch.gc(); setTimeout(() => print(gone), 50); }, 20);`;

    assert.strictEqual((await evaluate(code)).value, true);
    assert.strictEqual((await evaluate(code, GC)).value, true);
});

test('memwatch_says_clearly_that_it_cannot_collect_or_compare', async () => {
    const { value } = await evaluate(`${PRELUDE} const m = require('./addon/memwatch.js');
        const why = (f) => {
            try { f(); } catch (error) { return [error.code, error.message]; }
        };
        print([why(() => m.gc()), why(() => new m.HeapDiff())]);`,
        { env: { PORTHOLE_DISABLE: '1' } });

    assert.deepStrictEqual(value, [
        ['PORTHOLE_UNAVAILABLE', 'cannot collect garbage: porthole is disabled'],
        ['PORTHOLE_UNAVAILABLE', 'cannot compare heaps: porthole is disabled'],
    ]);
});

test('heap_diff_counts_by_constructor_and_weighs_array_buffers_alone', async () => {
    const { value } = await evaluate(`${PRELUDE} const m = require('./addon/memwatch.js');
        class Kept {} class Gone {}
        let gone = Array.from({ length: 50 }, () => new Gone()); const kept = [];
        new m.HeapDiff().end();
        const diff = new m.HeapDiff();
        for (let i = 0; i < 300; i++) kept.push(new Kept());
        gone = null; globalThis.buffer = new ArrayBuffer(1 << 20);
        const answer = diff.end(); let again;
        try { diff.end(); } catch (error) { again = error.message; }
        print({ answer, again });`);

    const { before, after, change } = value.answer;
    const of = (name) => change.details.find(({ what }) => what === name);
    assert.deepStrictEqual(of('Kept'),
        { what: 'Kept', size_bytes: null, size: null, '+': 300, '-': 0 });
    assert.deepStrictEqual([of('Gone')['+'], of('Gone')['-']], [0, 50]);
    assert.deepStrictEqual([of('ArrayBuffer').size_bytes, of('ArrayBuffer').size],
        [1 << 20, '1.00 mb']);
    assert.strictEqual(change.details[0].what, 'Kept');
    assert.strictEqual(after.nodes - before.nodes,
        change.allocated_nodes - change.freed_nodes);
    assert.ok(before.size_bytes > 1e6 && Date.parse(after.time) >= Date.parse(before.time));
    assert.strictEqual(value.again, 'cannot end a HeapDiff twice');
});

test('heap_diff_of_nothing_is_empty', async () => {
    const { value } = await evaluate(`${PRELUDE} const m = require('./addon/memwatch.js');
        for (let i = 0; i < 3; i++) new m.HeapDiff().end();
        setTimeout(() => {
            const diff = new m.HeapDiff(); print(diff.end().change.details);
        }, 20);`);

    assert.deepStrictEqual(value, []);
});

test('both_are_exported_by_their_names', async () => {
    const { value } = await evaluate(`${PRELUDE}
        print(['gcstats', 'memwatch'].map((name) => typeof require('porthole/' + name).on));`);

    assert.deepStrictEqual(value, ['function', 'function']);
});
