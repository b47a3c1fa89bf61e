/* SPDX-License-Identifier: MIT */
/* The exact census: /listeners counts every emitter there is, whoever made it and when. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { get, launch, line, until } = require('./helper.js');

/* Starts porthole after `before`, then runs `after`; asks for the census with `query`. */
async function census(t, { before = '', after = '', query = 'force&top=1000' })
{
    const child = launch(['-e', `
        const EventEmitter = require('events');
        const kept = globalThis.kept = []; const f = () => {};
        ${before}
        const { url } = require('./addon').start();
        ${after}
        require('fs').writeSync(1, url + '\\n');
        setInterval(() => {}, 1000);
        if (globalThis.hang) setTimeout(() => { for (;;); }, 50);`]);

    t.after(() => child.kill('SIGKILL'));
    const url = await line(child);
    const { status, body } = await get(`${url}/listeners?${query}`);

    assert.strictEqual(status, 200, JSON.stringify(body));
    return { url, body, rows: (name) => body.rows.filter(({ emitter }) => emitter === name)
        .map(({ event, listeners, emitters, most_on_one: most }) =>
            [event, listeners, emitters, most]).sort() };
}

test('exact_census_counts_emitters_from_before_the_start_and_after', async (t) => {
    const { body, rows } = await census(t, {
        before: `class Early extends EventEmitter {}
            for (let i = 0; i < 1000; i++) kept.push(new Early().on('a', f).on('a', f));`,
        after: `class Late extends EventEmitter {}
            for (let i = 0; i < 500; i++) kept.push(new Late().once('b', f));
            kept.push(new Late());
            (() => { for (let i = 0; i < 100; i++) new Late().on('b', f); })(); 0;`,
    });

    assert.deepStrictEqual(rows('Early'), [['a', 2000, 1000, 2]]);
    /* The last one that was dropped may still lie in a register of the interpreter. */
    const [[event, listeners, emitters, most]] = rows('Late');
    assert.deepStrictEqual([event, most], ['b', 1]);
    assert.ok(listeners === emitters && listeners >= 500 && listeners <= 502, `${listeners}`);
    assert.ok(rows('process').length > 0);
    assert.ok(body.emitters >= 1501 && body.emitters < 1560, `${body.emitters}`);
    assert.ok(body.listeners >= 2500);
});

test('exact_census_reads_once_symbols_numbers_and_removed_ones', async (t) => {
    const { rows } = await census(t, { after: `
        class All extends EventEmitter {}
        const e = new All().once('a', f).prependListener('a', f).on(Symbol('s'), f);
        e.on(7, f).on('gone', f).off('gone', f); kept.push(e);
        kept.push(new All().on('x', f).removeAllListeners());` });

    assert.deepStrictEqual(rows('All'),
        [['7', 1, 1, 1], ['Symbol(s)', 1, 1, 1], ['a', 2, 1, 2]]);
});

test('exact_census_counts_event_targets_and_abort_signals', async (t) => {
    const { rows } = await census(t, { after: `
        class Target extends EventTarget {}
        const add = (to, event) => to.addEventListener(event, () => {});
        const target = new Target(); add(target, 'a'); add(target, 'a'); add(target, 'b');
        const { signal } = new AbortController(); add(signal, 'abort');
        kept.push(target, signal, new Target());` });

    assert.deepStrictEqual(rows('Target'), [['a', 2, 1, 2], ['b', 1, 1, 1]]);
    assert.deepStrictEqual(rows('AbortSignal'), [['abort', 1, 1, 1]]);
});

test('exact_census_counts_mix_ins_streams_and_emitters_of_vm_contexts', async (t) => {
    const { rows } = await census(t, { after: `
        class Mixed {} Object.assign(Mixed.prototype, EventEmitter.prototype);
        kept.push(new Mixed().on('a', f));
        class Pipe extends require('stream').PassThrough {}
        kept.push(new Pipe().on('data', f));
        const vm = require('vm');
        const code = 'class Inner extends E {}; new Inner().on("in", () => {})';
        kept.push(vm.runInNewContext(code, { E: EventEmitter }));` });

    assert.deepStrictEqual(rows('Mixed'), [['a', 1, 1, 1]]);
    assert.deepStrictEqual(rows('Pipe').filter(([event]) => event === 'data'),
        [['data', 1, 1, 1]]);
    assert.deepStrictEqual(rows('Inner'), [['in', 1, 1, 1]]);
});

test('exact_census_runs_no_code_of_hostile_emitters', async (t) => {
    const { url, rows } = await census(t, { after: `
        globalThis.ran = 0; const trap = () => { ran++; throw new Error('ran'); };
        class Hostile extends EventEmitter {}
        const make = (events) => {
            const e = new Hostile();
            Object.defineProperty(e, '_events', events); kept.push(e);
        };
        make({ get: trap }); make({ value: new Proxy({}, { get: trap, ownKeys: trap }) });
        make({ value: { get a() { return trap(); }, b: f } }); make({ value: new Map() });
        make({ value: 1.5 }); make({ value: { c: new Proxy([], { get: trap }) } });
        const e = new Hostile(); e._eventsCount = 0.5; kept.push(e.on('d', f));
        kept.push(new Proxy(new Hostile().on('p', f), { get: trap, getPrototypeOf: trap }));
        class Getter extends EventEmitter {}
        Object.defineProperty(Getter.prototype, 'constructor', { get: trap });
        kept.push(new Getter().on('getter', f));
        require('./addon').gauge('ran').set(ran); setInterval(() => {
            require('./addon').gauge('ran').set(ran); }, 10);` });
    const state = await until(() => get(`${url}/state?fields=metrics`),
        ({ body: { metrics } }) => Object.keys(metrics ?? {}).length > 0);

    assert.deepStrictEqual(rows('Hostile'), [['b', 1, 1, 1], ['d', 1, 1, 1], ['p', 1, 1, 1]]);
    assert.deepStrictEqual(rows('Object').filter(([event]) => event === 'getter'),
        [['getter', 1, 1, 1]]);
    assert.match(JSON.stringify(state.body), /"ran":0|"value":0/);
});

test('exact_census_works_while_the_loop_is_blocked', async (t) => {
    const { rows } = await census(t, { after: `
        class Stuck extends EventEmitter {}
        for (let i = 0; i < 100; i++) kept.push(new Stuck().on('a', f));
        globalThis.hang = true;` });

    assert.deepStrictEqual(rows('Stuck'), [['a', 100, 100, 1]]);
});

test('exact_census_goes_on_slice_by_slice_while_the_loop_is_blocked', async (t) => {
    const { rows } = await census(t, { after: `
        class Stuck extends EventEmitter {}
        for (let i = 0; i < 20000; i++) kept.push(new Stuck().on('a', f));
        globalThis.hang = true;` });

    assert.deepStrictEqual(rows('Stuck'), [['a', 20000, 20000, 1]]);
});

test('exact_census_loses_no_event_of_an_emitter_that_takes_several_slices', async (t) => {
    const { rows, body } = await census(t, { query: 'force&top=10000', after: `
        class Wide extends EventEmitter {}
        class Target extends EventTarget {}
        const wide = new Wide(); const target = new Target();
        for (let i = 0; i < 4000; i++) wide.on('event ' + i, f);
        for (let i = 0; i < 4000; i++) target.addEventListener('event ' + i, f);
        kept.push(wide, target);` });

    assert.strictEqual(rows('Wide').length, 4000, `${body.rows_total}`);
    assert.strictEqual(rows('Target').length, 4000);
});

test('exact_census_bounds_millions_of_names_and_loses_no_listener', async (t) => {
    const { body } = await census(t, { query: 'force&top=10', after: `
        class Many extends EventEmitter {}
        for (let i = 0; i < 300; i++) {
            const e = new Many();
            for (let k = 0; k < 100; k++) e.on('request ' + i + ' ' + k, f);
            kept.push(e);
        }` });

    assert.strictEqual(body.rows.length, 10);
    assert.strictEqual(body.truncated, true);
    assert.ok(body.listeners >= 30000, `${body.listeners}`);
});

test('exact_census_again_and_again_gives_the_same', async (t) => {
    const { url, body } = await census(t, { after: `
        class Same extends EventEmitter {}
        for (let i = 0; i < 2000; i++) kept.push(new Same().on('a', f));` });
    const again = await get(`${url}/listeners?force&top=1000`);
    const same = ({ rows }) => rows.filter(({ emitter }) => emitter === 'Same');

    assert.deepStrictEqual(same(again.body), same(body));
    assert.strictEqual(same(body)[0].listeners, 2000);
});
