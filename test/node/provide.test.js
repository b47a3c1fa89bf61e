/* SPDX-License-Identifier: MIT */
/*
 * What providers say, against a binding that only takes notes; end to end is in
 * kang.test.js.
 */
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { KANG, Providers, fakeBinding, attached, ask, throwing } = require('./providers.js');

test('a_function_is_shown_as_one_object_named_like_its_type', () => {
    const one = attached();

    one.providers.provide('queue', () => ({ waiting: 3 }));

    const { given, cuts } = ask(one);
    assert.deepStrictEqual(cuts, []);
    assert.deepStrictEqual(given.map(({ kind, type, id }) => [kind, type, id]),
        [['type', 'queue', null], ['object', 'queue', 'queue']]);
    assert.strictEqual(given[1].json, '{"waiting":3}');
});

test('kang_options_are_shown_with_stats_types_and_service_first', () => {
    const one = attached();

    one.providers.kang({ ...KANG, component: 'web', stats: () => ({ requests: 42 }) });

    const { given, objects } = ask(one);
    assert.deepStrictEqual(given.map(({ kind }) => kind),
        ['service', 'stats', 'type', 'object', 'object']);
    assert.deepStrictEqual(JSON.parse(given[0].json),
        { name: 'svc', version: '1.0', component: 'web' });
    assert.strictEqual(given[1].json, '{"requests":42}');
    assert.deepStrictEqual([given[2].type, given[2].count], ['conn', 2]);
    assert.deepStrictEqual(objects, { 'conn:a': { type: 'conn', id: 'a' },
        'conn:b': { type: 'conn', id: 'b' } });
});

test('nothing_is_handed_to_the_agent_while_nobody_is_registered', () => {
    const { providers, notes } = attached();

    assert.strictEqual(notes.step, null);
    const first = providers.provide('a', () => 1);
    const second = providers.kang(KANG);
    assert.strictEqual(typeof notes.step, 'function');
    first.remove();
    first.remove();
    assert.strictEqual(typeof notes.step, 'function');
    second.remove();
    assert.strictEqual(notes.step, null);
});

test('what_was_registered_before_start_and_over_a_close_is_asked', () => {
    const providers = new Providers();
    const [first, second] = [fakeBinding(), fakeBinding()];

    providers.provide('early', () => 1);
    providers.attach(first);
    assert.strictEqual(typeof first.notes.step, 'function');
    providers.detach();
    assert.strictEqual(first.notes.step, null);
    providers.attach(second);

    assert.strictEqual(typeof second.notes.step, 'function');
    assert.deepStrictEqual(ask({ providers, notes: second.notes }).objects,
        { 'early:early': 1 });
});

test('a_name_provided_again_is_the_newer_functions', () => {
    const one = attached();
    const first = one.providers.provide('q', () => 'old');

    one.providers.provide('q', () => 'new');
    first.remove();

    assert.deepStrictEqual(ask(one).objects, { 'q:q': 'new' });
});

test('an_object_that_fails_loses_only_itself', () => {
    const one = attached();
    const ids = Array.from({ length: 300 }, (_, i) => `c${i}`);

    one.providers.kang({ ...KANG, list_objects: () => ids, get(type, id) {
        if (id === 'c7')
            throw new Error('boom');
        return { id };
    } });

    const { objects, cuts } = ask(one);
    assert.strictEqual(Object.keys(objects).length, 300);
    assert.deepStrictEqual(objects['conn:c7'], { error: 'boom' });
    assert.deepStrictEqual(objects['conn:c8'], { id: 'c8' });
    assert.deepStrictEqual(cuts, []);
});

const hostile = [
    ['an_error', throwing(new Error('boom')), { error: 'boom' }],
    ['an_error_of_many_lines', throwing(new Error('a\nb\x1b[31m')), { error: 'a b [31m' }],
    ['null', throwing(null), { error: 'null' }],
    ['undefined', throwing(undefined), { error: 'undefined' }],
    ['a_symbol', throwing(Symbol('s')), { error: 'Symbol(s)' }],
    ['an_object_without_text', throwing(Object.create(null)),
        { error: 'threw something without a text' }],
    ['an_error_whose_message_throws', throwing({ get message() { throw new Error('x'); } }),
        { error: 'threw something without a text' }],
    ['a_revoked_proxy', () => { const p = Proxy.revocable({}, {}); p.revoke(); throw p.proxy; },
        { error: 'threw something without a text' }],
];

for (const [name, fn, expected] of hostile) {
    test(`a_provider_that_throws_${name}_is_shown_as_an_error`, () => {
        const one = attached();

        one.providers.provide('bad', fn);
        one.providers.provide('good', () => 1);

        assert.deepStrictEqual(ask(one).objects, { 'bad:bad': expected, 'good:good': 1 });
    });
}

const values = [
    ['undefined', () => undefined, null],
    ['null', () => null, null],
    ['a_number', () => 7, 7],
    ['text', () => 'x', 'x'],
    ['a_date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
    ['what_toJSON_says', () => ({ toJSON: () => ({ a: 1 }) }), { a: 1 }],
    ['a_throwing_toJSON', () => ({ toJSON() { throw new TypeError('no'); } }),
        { error: 'no' }],
    ['a_throwing_getter', () => ({ get x() { throw new Error('getter'); } }),
        { error: 'getter' }],
    ['endless_recursion', function again() { return again(); },
        { error: 'Maximum call stack size exceeded' }],
    ['NUL_in_keys_and_text', () => ({ 'a\0b': 'c\0d', '\\u0000': '"x\0":' }),
        { 'a\u2400b': 'c\0d', '\\u0000': '"x\0":' }],
];

for (const [name, fn, expected] of values) {
    test(`a_provider_may_return_${name}`, () => {
        const one = attached();

        one.providers.provide('it', fn);

        assert.deepStrictEqual(ask(one).objects, { 'it:it': expected });
    });
}

function deep(levels)
{
    let value = 'bottom';

    for (let i = 0; i < levels; i++)
        value = { value };
    return value;
}

const beyond = [
    ['a_BigInt', () => ({ n: 1n })],
    ['a_cycle', () => { const it = {}; it.it = it; return it; }],
    ['depth_10_000', () => deep(10000)],
    ['a_function', () => function named() {}],
    ['a_symbol', () => Symbol('s')],
    ['a_megabyte', () => ({ text: 'x'.repeat(1 << 20) })],
    ['a_megabyte_in_three_byte_characters', () => ({ text: '\u20ac'.repeat(30000) })],
];

for (const [name, fn] of beyond) {
    test(`the_native_reader_shows_${name}`, () => {
        const one = attached();

        one.providers.provide('it', fn);

        assert.ok(ask(one).objects['it:it'].native > 0);
    });
}

test('a_promise_is_an_error_and_its_rejection_ends_nothing', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `
        const { Providers } = require('./addon/provide.js');
        const providers = new Providers();
        const given = [];
        providers.attach({ setProvider() {}, cut() {},
            give: (...fragment) => given.push(fragment) > 0 });
        providers.provide('late', async () => { throw new Error('rejected'); });
        providers.provide('then', () => ({ then() { throw new Error('was asked'); } }));
        providers.kang({ uri_base: '/kang', service_name: 's', version: '', ident: '',
            list_types: async () => [], list_objects: () => [], get: () => 1,
            stats: async () => { throw 1; } });
        let run = 0;
        do run = providers.step({ want: 'values' }, run); while (run);
        setTimeout(() => console.log(JSON.stringify(given.map((it) => it[3]))), 20);`],
    { encoding: 'utf8', cwd: path.join(__dirname, '..', '..') });

    assert.deepStrictEqual([status, stderr], [0, '']);
    const errors = JSON.parse(stdout).filter((json) => /returned a promise/.test(json));
    assert.strictEqual(errors.length, 3);
});

test('lists_that_cannot_be_had_are_cuts_that_name_the_source', () => {
    const one = attached();
    const bad = (name, options) =>
        one.providers.kang({ ...KANG, service_name: name, ...options });

    bad('s1', { list_types: throwing(new Error('no types')) });
    bad('s2', { list_types: () => 'conn' });
    bad('s3', { list_objects: throwing(new Error('no objects')) });
    bad('s4', { list_objects: () => null });
    bad('s5', { list_types: () => ['', 7, null, 'x'.repeat(128), 'a\0b', 'ok'] });
    bad('s6', { list_objects: () => [Object.create(null), 'fine'] });

    const { objects, cuts } = ask(one);
    assert.deepStrictEqual(Object.keys(objects), ['ok:a', 'ok:b', 'conn:fine']);
    assert.deepStrictEqual(cuts.slice(0, 4), [
        "kang source 's1': list_types: no types",
        "kang source 's2': list_types: list_types returned a value of type 'string', " +
            'not an array',
        "kang source 's3': list_objects('conn'): no objects",
        "kang source 's4': list_objects('conn'): list_objects('conn') returned null, " +
            'not an array',
    ]);
    assert.strictEqual(cuts.filter((why) => why.startsWith("kang source 's5'")).length, 5);
    assert.strictEqual(cuts.at(-1), "kang source 's6': cannot show an id of type 'conn'");
});

test('an_undefined_object_is_left_out_and_null_is_not', () => {
    const one = attached();

    one.providers.kang({ ...KANG, get: (type, id) => id === 'a' ? undefined : null });

    assert.deepStrictEqual(ask(one).objects, { 'conn:b': null });
});

test('null_fields_are_announced', () => {
    const one = attached();

    one.providers.provide('with', () => ({ a: null }));
    one.providers.provide('without', () => ({ a: 1 }));

    const objects = ask(one).given.filter(({ kind }) => kind === 'object');
    assert.deepStrictEqual(objects.map(({ hasNulls }) => hasNulls), [true, false]);
});

test('one_type_and_one_object_are_asked_alone', () => {
    const asked = [];
    const one = attached();

    one.providers.kang({ ...KANG, list_types: () => ['conn', 'job'],
        list_objects: () => [1, 2, 3], get(type, id) { asked.push([type, id]); return id; } });
    one.providers.provide('other', () => asked.push('other'));

    assert.deepStrictEqual(ask(one, { type: 'job', id: '2' }).objects, { 'job:2': 2 });
    assert.deepStrictEqual(asked, [['job', 2]]);
    assert.deepStrictEqual(Object.keys(ask(one, { type: 'conn' }).objects),
        ['conn:1', 'conn:2', 'conn:3']);
    assert.deepStrictEqual(ask(one, { type: 'nope' }).given, []);
});

test('a_long_id_is_found_as_it_was_cut', () => {
    const one = attached();
    const id = 'x'.repeat(1 << 20);

    one.providers.kang({ ...KANG, list_objects: () => ['x', id, ''] });

    assert.deepStrictEqual(
        Object.keys(ask(one, { type: 'conn', id: `${id.slice(0, 508)}\u2026` }).objects),
        [`conn:${id}`]);
    assert.deepStrictEqual(Object.keys(ask(one, { type: 'conn', id: '' }).objects), ['conn:']);
});

test('places_grow_and_after_goes_on_behind_one', () => {
    const one = attached();
    const ids = Array.from({ length: 10 }, (_, i) => `c${i}`);

    one.providers.kang({ ...KANG, list_objects: () => ids });

    const places = ask(one, { type: 'conn' }).given.map(({ place }) => place);
    assert.deepStrictEqual(places, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepStrictEqual(Object.keys(ask(one, { type: 'conn', after: 8 }).objects),
        ['conn:c8', 'conn:c9']);
});

test('the_walk_ends_when_the_agent_takes_no_more', () => {
    const one = attached({ takes: 5 });
    let asked = 0;

    one.providers.kang({ ...KANG, list_objects: () => Array.from({ length: 1000 }, String),
        get: () => ++asked });

    ask(one, { type: 'conn' });
    assert.strictEqual(asked, 6); /* the sixth was refused */
});

test('fields_and_depth_choose_what_is_shown', () => {
    const one = attached();

    one.providers.provide('it', () => ({ a: 1, b: { c: 2 }, toJSON() { return this; },
        __proto__: { inherited: 1 } }));

    assert.deepStrictEqual(ask(one, { fields: 'a,nope,inherited' }).objects,
        { 'it:it': { a: 1 } });
    assert.deepStrictEqual(ask(one, { depth: 2 }).objects['it:it'].depth, 2);
});

test('types_are_counted_without_reading_an_object', () => {
    const one = attached();

    one.providers.kang({ ...KANG, get: () => assert.fail('was read') });
    one.providers.kang({ ...KANG, list_objects: () => ['c'] });
    one.providers.kang({ ...KANG, list_types: () => ['broken'],
        list_objects: throwing(new Error('x')) });
    one.providers.provide('queue', () => assert.fail('was called'));

    const { given, cuts } = ask(one, { want: 'types' });
    assert.deepStrictEqual(given.map(({ kind, type, count }) => [kind, type, count]),
        [['type', 'conn', 3], ['type', 'broken', null], ['type', 'queue', 1]]);
    assert.strictEqual(cuts.length, 1);
});

test('schemas_come_from_those_that_have_some', () => {
    const one = attached();

    one.providers.kang({ ...KANG, list_types: () => ['a', 'b', 'c'], schema(type) {
        if (type === 'b')
            throw new Error('no schema');
        return type === 'c' ? undefined : { summaryFields: [type] };
    } });
    one.providers.kang(KANG);

    assert.deepStrictEqual(
        ask(one, { want: 'schemas' }).given.map(({ kind, type, json }) => [kind, type, json]),
        [['service', null, '{"name":"svc","version":"1.0"}'],
            ['schema', 'a', '{"summaryFields":["a"]}'],
            ['schema', 'b', '{"error":"no schema"}']]);
});

test('sources_with_one_type_are_merged_and_a_prefix_parts_them', () => {
    const one = attached();
    const other = { ...KANG, list_objects: () => ['z'],
        get: (type, id) => `${type} ${id}` };

    one.providers.kang(KANG);
    one.providers.kang(other);
    one.providers.kang(other, { prefix: 'bus_' });

    const { objects } = ask(one);
    assert.deepStrictEqual(Object.keys(objects), ['conn:a', 'conn:b', 'conn:z', 'bus_conn:z']);
    assert.strictEqual(objects['bus_conn:z'], 'conn z');
    assert.deepStrictEqual(ask(one, { type: 'bus_conn' }).objects, { 'bus_conn:z': 'conn z' });
});

test('stats_that_fail_are_an_error_among_the_stats', () => {
    const one = attached();

    class Stats { constructor() { this.own = 1; } }
    Stats.prototype.inherited = 2;
    one.providers.kang({ ...KANG, stats: throwing(new Error('no stats')) });
    one.providers.kang({ ...KANG, stats: () => 7 });
    one.providers.kang({ ...KANG, stats: () => new Stats() });
    one.providers.kang({ ...KANG, stats: () => null });

    assert.deepStrictEqual(ask(one).given.filter(({ kind }) => kind === 'stats')
        .map(({ json }) => JSON.parse(json)), [{ error: 'no stats' },
        { error: "stats returned a value of type 'number', not an object" },
        { own: 1, inherited: 2 }, {}]);
});

test('options_that_are_wrong_are_named_at_once', () => {
    const { providers } = attached();
    const fields = ['uri_base', 'service_name', 'version', 'ident', 'list_types',
        'list_objects', 'get'];
    const says = (field) => (error) => error.code === 'PORTHOLE_OPTION' &&
        (error instanceof TypeError || error instanceof RangeError) &&
        error.message.includes(`'${field}'`);

    for (const field of fields) {
        assert.throws(() => providers.kang({ ...KANG, [field]: undefined }), says(field));
        assert.throws(() => providers.kang({ ...KANG, [field]: 7 }), says(field));
    }
    for (const field of ['component', 'stats', 'schema'])
        assert.throws(() => providers.kang({ ...KANG, [field]: 7 }), says(field));
    assert.throws(() => providers.kang(), /kang options must be an object, not undefined/);
    for (const prefix of [7, null, 'x'.repeat(65), 'a\0'])
        assert.throws(() => providers.kang(KANG, { prefix }), says('prefix'));
    assert.throws(() => providers.kang(KANG, { prefx: '' }), says('prefx'));
    for (const name of [undefined, 7, '', 'x'.repeat(128), 'a\0b'])
        assert.throws(() => providers.provide(name, () => 1), says('name'));
    assert.throws(() => providers.provide('x'), says('fn'));
    for (const budgetMs of ['1', 0, -1, NaN, 60001])
        assert.throws(() => providers.provide('x', () => 1, { budgetMs }), says('budgetMs'));
    assert.throws(() => providers.provide('x', () => 1, { budget: 1 }), says('budget'));
    assert.deepStrictEqual(ask({ providers, notes: { given: [], cuts: [] } }).given, []);
});

test('the_options_object_is_this_in_its_functions', () => {
    const one = attached();

    class Source {
        uri_base = '/kang'; service_name = 's'; version = '1'; ident = 'i';
        objects = { a: 1 };
        list_types() { return ['it']; }
        list_objects() { return Object.keys(this.objects); }
        get(type, id) { return this.objects[id]; }
        stats() { return this.objects; }
    }
    one.providers.kang(new Source());

    assert.deepStrictEqual(ask(one).objects, { 'it:a': 1 });
});

test('names_of_prototypes_are_names_like_others', () => {
    const one = attached();

    one.providers.kang({ ...KANG, list_types: () => ['__proto__', 'stats', 'types'],
        list_objects: () => ['constructor', '__proto__', ''],
        stats: () => JSON.parse('{"__proto__":1}') });

    const { given } = ask(one);
    assert.strictEqual(given.filter(({ kind }) => kind === 'object').length, 9);
    assert.strictEqual(given[1].json, '{"__proto__":1}');
});
