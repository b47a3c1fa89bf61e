/* SPDX-License-Identifier: MIT */
/*
 * When providers are asked, and what that may cost, against a binding that only takes notes.
 */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { KANG, ASK, attached, ask, spin } = require('./providers.js');

test('large_work_is_done_in_slices', () => {
    const one = attached();

    one.providers.kang({ ...KANG, list_objects: () => Array.from({ length: 20 }, String),
        get: () => spin(0.5) });

    const { slices, cuts } = ask(one);
    assert.ok(slices >= 8 && slices <= 25, `${slices} slices`);
    assert.deepStrictEqual(cuts, []);
});

test('a_request_nobody_waits_for_is_dropped', () => {
    const { providers, notes } = attached();
    let asked = 0;

    providers.kang({ ...KANG, list_objects: () => Array.from({ length: 1000 }, String),
        get() { asked++; spin(0.3); } });

    const run = providers.step(ASK, 0);
    const before = asked;
    assert.notStrictEqual(run, 0);
    assert.strictEqual(providers.step({ ...ASK, wanted: false }, run), 0);
    assert.strictEqual(providers.step(ASK, run), 0);
    assert.strictEqual(providers.step({ ...ASK, wanted: false }, 0), 0);
    assert.strictEqual(asked, before);
    assert.strictEqual(notes.cuts.length, 0);
});

test('two_requests_at_once_do_not_mix', () => {
    const { providers, notes } = attached();

    providers.kang({ ...KANG, list_objects: (type) => Array.from({ length: 20 }, String),
        get: () => spin(0.4) ?? 1 });
    const runs = [providers.step(ASK, 0), providers.step({ ...ASK, type: 'conn' }, 0)];

    assert.notStrictEqual(runs[0], runs[1]);
    while (runs.some((run) => run !== 0))
        runs.forEach((run, i) => runs[i] = run === 0 ? 0 : providers.step(ASK, run));
    assert.strictEqual(notes.given.filter(({ kind }) => kind === 'object').length, 40);
});

test('a_kang_source_that_uses_up_its_budget_is_cut_and_rests', () => {
    const one = attached();
    let asked = 0;

    one.providers.kang({ ...KANG, list_objects: () => Array.from({ length: 100 }, String),
        get() { asked++; spin(60); return 1; } });
    one.providers.provide('other', () => 1);

    const first = ask(one);
    assert.ok(asked >= 6 && asked <= 10, `asked ${asked} times`);
    assert.deepStrictEqual(first.cuts,
        ["kang source 'svc' used up its 500 ms: the rest was not asked for"]);
    assert.strictEqual(first.objects['other:other'], 1);

    const before = asked;
    const second = ask(one);
    assert.strictEqual(asked, before);
    assert.match(second.cuts[0],
        /^kang source 'svc' took 5\d\d ms, more than its 500, and is not asked for 5\d s$/);
    assert.deepStrictEqual(second.objects, { 'other:other': 1 });

    /* The agent falls back to its copy when a request fails. */
    assert.throws(() => ask(one, { type: 'conn' }), /^Error: kang source 'svc' took /);
    assert.deepStrictEqual(ask(one, { type: 'other' }).objects, { 'other:other': 1 });
});

test('a_slow_function_rests_a_hundred_times_its_cost', async () => {
    const one = attached();

    let calls = 0;

    one.providers.provide('slow', () => spin(12) ?? ++calls, { budgetMs: 10 });

    const first = ask(one);
    assert.deepStrictEqual([first.objects, first.cuts], [{ 'slow:slow': 1 }, []]);
    const second = ask(one);
    assert.deepStrictEqual(second.objects, { 'slow:slow': 1 });
    assert.match(second.cuts[0], /^provider 'slow' took [1-4]\d ms, more than its 10, and is /);
    assert.match(second.cuts[0], / not asked for [1-4] s: shown as it was 1 s ago$/);
    assert.strictEqual(ask(one, { want: 'types' }).given.length, 1);
    const asked = Number(/for (\d) s/.exec(second.cuts[0])[1]) * 1000;
    await new Promise((resolve) => setTimeout(resolve, asked + 10));
    assert.deepStrictEqual(ask(one).objects, { 'slow:slow': 2 });
});

test('an_object_that_vanishes_between_two_slices_is_no_error', () => {
    const one = attached();
    const live = new Set(['a', 'b', 'c']);

    one.providers.kang({ ...KANG, list_objects: () => [...live], get(type, id) {
        assert.ok(live.has(id), `no ${id}`);
        spin(1.5); /* a slice of its own */
        live.delete('b');
        if (id === 'c')
            throw new Error('still there');
        return 1;
    } });

    assert.deepStrictEqual(ask(one).objects,
        { 'conn:a': 1, 'conn:c': { error: 'still there' } });
});

test('a_provider_may_call_everything_while_it_is_asked', () => {
    const one = attached();
    const { providers, binding } = one;

    const self = providers.provide('self', () => { self.remove(); return 1; });
    let added;
    providers.provide('adds', () => {
        added ??= providers.provide('added', () => 2);
        return 3;
    });
    providers.provide('again', () => {
        let run = providers.step(ASK, 0);

        run = providers.step(ASK, run);
        return providers.step({ ...ASK, wanted: false }, run) > 0;
    });
    const before = ask(one);
    assert.deepStrictEqual(before.objects, { 'self:self': 1, 'adds:adds': 3,
        'again:again': true });

    providers.provide('closes', () => { providers.detach(); return 4; });
    providers.provide('behind', () => 5);
    const after = ask(one);
    assert.deepStrictEqual(after.objects, { 'adds:adds': 3, 'again:again': true,
        'added:added': 2 });
    assert.strictEqual(one.notes.step, null);
    assert.strictEqual(providers.step(ASK, 0), 0);
    providers.attach(binding);
    assert.strictEqual(typeof one.notes.step, 'function');
});
