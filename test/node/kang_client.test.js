/* SPDX-License-Identifier: MIT */
/*
 * porthole/kang as a client: of the original's server where that starts, and of servers that
 * do whatever servers do. Nothing of this needs an agent.
 */
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { after, before, test } = require('node:test');
const kang = require('../../addon/kang.js');
const { ROOT, launch, line } = require('./helper.js');

const ORIGINAL_STARTS = Number(process.versions.node.split('.')[0]) <= 23;
let child;
let where;

before(async () => {
    child = launch(['--no-deprecation', path.join(ROOT, 'test/apps/kangfix.js'),
        '--module', ORIGINAL_STARTS ? 'kang' : 'handler']);

    where = JSON.parse(await line(child));
});

after(() => child.kill());

/* { error, snapshot, ms } of the servers with these names. */
function fetch(names, clientOptions, how = kang.knFetchAll)
{
    const sources = names.map((name) => kang.knMakeSource(where[name] ?? name));
    const began = Date.now();

    return new Promise((resolve) => how({ sources, clientOptions },
        (error, snapshot) => resolve({ error, snapshot, ms: Date.now() - began })));
}

test('a_good_server_is_read_as_the_original_client_reads_it', async () => {
    const { error, snapshot } = await fetch(['good']);

    assert.strictEqual(error, null);
    assert.deepStrictEqual(snapshot.types(), ['service', 'stats', 'conn', 'request', 'lease']);
    assert.strictEqual(snapshot.list('conn').length, 300);
    const [{ remote, origin, conn }] = snapshot.lookup('conn', 'c7');
    assert.deepStrictEqual([remote, conn], ['10.0.0.7:40007', 'c7']);
    assert.match(origin, /^fixture\.web\.host\/\d+$/);
    assert.deepStrictEqual(snapshot.lookup('lease', 'l0'),
        [{ body: 'lease body 0', origin, lease: 'l0' }]);
    const [service] = snapshot.lookup('service', origin);
    assert.strictEqual(service.source, `http://${where.good}/kang/snapshot`);
});

test('the_original_merges_the_same', { skip: !ORIGINAL_STARTS && 'it needs Node 23' },
    async () => {
        const ask = (module) => JSON.parse(execFileSync(process.execPath,
            ['--no-deprecation', '-e', `const k = require(${JSON.stringify(module)});
                k.knFetchAll({ sources: k.knParseSources(${JSON.stringify(where.good)}) },
                    (error, s) => { delete s.cs_objects.stats; delete s.cs_objects.lease;
                        console.log(JSON.stringify([s, s.query('conn:c7'),
                            s.query('type').objects.length, s.query('request').fields,
                            s.links(s.lookupFirst('request', 'r3')), s.query('nope')]));
                        process.exit(); })`],
            { encoding: 'utf8', cwd: ROOT, maxBuffer: 1 << 26 }));

        assert.deepStrictEqual(ask('./addon/kang.js'), ask('kang'));
    });

const failing = [
    ['hang', /request timed out after 300 ms$/], ['drip', /request timed out after 300 ms$/],
    ['unavailable', /response code 503$/], ['redirect', /response code 302$/],
    ['badJson', /bad JSON/], ['truncated', /truncated answer$/],
    ['127.0.0.1:1', /ECONNREFUSED/],
];

for (const [name, says] of failing) {
    test(`a_server_that_is_${name.replaceAll(/[.:]/g, '_')}_costs_only_its_own`, async () => {
        const { error, snapshot, ms } = await fetch(['good', name], { requestTimeout: 300 });

        assert.match(error.message, /^first of 1 error: http:/);
        assert.match(error.message, says);
        assert.strictEqual(error.errors()[0].source.port,
            kang.knMakeSource(where[name] ?? name).port);
        assert.strictEqual(snapshot.list('service').length, 1);
        assert.strictEqual(snapshot.list('conn').length, 300);
        assert.ok(ms < 1500, `${ms} ms`);
    });
}

for (const name of ['gzip', 'chunked', 'absentType']) {
    test(`an_answer_that_is_${name}_is_fine`, async () => {
        const { error, snapshot } = await fetch(['good', name]);

        assert.strictEqual(error, null);
        assert.strictEqual(snapshot.list('service').length, 2);
    });
}

test('null_objects_and_names_of_prototypes_are_shown', async () => {
    const { error, snapshot } = await fetch(['nullObject', 'prototypeId', 'noService']);

    assert.strictEqual(error, null);
    assert.deepStrictEqual(snapshot.list('t'), ['a', 'constructor', '__proto__']);
    assert.deepStrictEqual(snapshot.lookup('t', 'a'), [{ value: null, origin: 'x.i', t: 'a' }]);
    assert.deepStrictEqual(snapshot.lookup('t', '__proto__')[0].b, 1);
    assert.strictEqual({}.b, undefined);
    assert.deepStrictEqual(snapshot.lookup('t', 'toString'), []);
});

test('all_at_once_and_none_are_fine_too', async () => {
    const { error, snapshot, ms } = await fetch([...Object.keys(where), 'good'],
        { requestTimeout: 500 });

    assert.match(error.message, /^first of 6 errors: /);
    assert.strictEqual(snapshot.lookup('conn', 'c7').length, 2);
    assert.ok(ms < 2500, `${ms} ms`);
    assert.strictEqual((await fetch([])).error, null);
});

test('many_more_targets_than_are_asked_at_once', async () => {
    const { error, snapshot } = await fetch(Array.from({ length: 300 }, (_, i) =>
        i % 3 === 0 ? '127.0.0.1:1' : 'chunked'));

    assert.match(error.message, /^first of 100 errors: /);
    assert.strictEqual(snapshot.lookup('service', 'x.i').length, 200);
});

test('an_answer_beyond_the_ceiling_is_not_read_on', async () => {
    const { error } = await fetch(['good'], { maxBytes: 1000 });

    assert.match(error.message, /answer is larger than 1000 bytes$/);
});

test('what_cannot_be_sent_is_an_error_like_others', async () => {
    const { error } = await fetch(['127.0.0.1/a b']);

    assert.match(error.message, /unescaped characters/);
});

test('any_json_can_be_merged', () => {
    const source = kang.knMakeSource('h');
    const service = { name: 'n', ident: 'i' };
    const hostile = [null, 7, [], 'x', {}, { service: null }, { service: 7 },
        { service, stats: null, types: null, source },
        { service, types: [null, {}, 'service', 'a', '__proto__', 'toString'], source,
            a: [1, 2], ['__proto__']: { x: 1 } },
        { service, types: ['b'], b: { n: 1, t: true, l: [1], s: 'text' }, source },
        JSON.parse('{"service":{"name":"n","ident":"p"},"types":["__proto__"],' +
            '"__proto__":{"__proto__":{"polluted":true}}}')];

    const merged = kang.knMergeSnapshots(hostile);

    assert.deepStrictEqual([merged.lookup('b', 'n'), merged.lookup('b', 't'),
        merged.lookup('b', 'l'), merged.lookup('b', 's')], [[1], [true], [[1]],
        [{ body: 'text', origin: 'n.i', b: 's' }]]);
    assert.strictEqual({}.polluted, undefined);
    assert.ok(merged.types().includes('__proto__'));
});

test('links_are_found_in_keys_and_values_however_deep', () => {
    const source = kang.knMakeSource('h');
    const merged = kang.knMergeSnapshots([{ service: { name: 'n', ident: 'i' }, source,
        types: ['instr', 'instn'], instr: { cn01: {}, cn03: {} },
        instn: { '007': { 'instr:cn03': { on: ['instr:cn01', 'instr:nope', 'x', null] } } } }]);
    let deep = 'instr:cn01';

    for (let i = 0; i < 100000; i++)
        deep = [deep];

    assert.deepStrictEqual(merged.links(merged.lookupFirst('instn', '007')),
        ['instr:cn03', 'instr:cn01']);
    assert.deepStrictEqual(merged.links(deep), ['instr:cn01']);
});

test('schemas_are_merged_and_a_failing_target_loses_only_its_own', async () => {
    const { error, snapshot } = await fetch(['good', 'unavailable', '127.0.0.1/other'],
        { requestTimeout: 1000 }, kang.knFetchSchema);

    assert.match(error.message, /^first of 2 errors: /);
    assert.deepStrictEqual(Object.keys(snapshot.types), ['conn', 'request', 'lease']);
    assert.deepStrictEqual(snapshot.types.conn.fixture.web,
        { summaryFields: ['remote', 'state', 'bytes_in'] });
});

/* What is accepted, by path, host and port; and what is refused, and how. */
const sources = [
    ['example.com', 'http', 'example.com', 80, '/kang/snapshot'],
    ['example:8080', 'http', 'example', 8080, '/kang/snapshot'],
    ['http://example:8080', 'http', 'example', 8080, '/kang/snapshot'],
    ['https://example', 'https', 'example', 443, '/kang/snapshot'],
    ['https://example:8080/foo', 'https', 'example', 8080, '/foo'],
    ['example/bar', 'http', 'example', 80, '/bar'],
    ['127.0.0.1:8080/foo', 'http', '127.0.0.1', 8080, '/foo'],
    ['[::1]', 'http', '::1', 80, '/kang/snapshot'],
    ['https://[::1]', 'https', '::1', 443, '/kang/snapshot'],
    ['[fd00::1]:8080/baz', 'http', 'fd00::1', 8080, '/baz'],
    ['10-20-30-40', 'http', '10-20-30-40', 80, '/kang/snapshot'], /* not by the original */
    [':8080', /no host specified/], ['/foobar', /no host specified/],
    ['http://', /no host specified/], ['http:///bar', /no host specified/],
    ['', /no host specified/], ['user@host', /no host specified/],
    ['[FE80::1]', /no host specified/],
    ['example:65536', /invalid port: 65536 \(must be in range 1-65535\)$/],
    ['example:0', /invalid port: 0 \(must be in range 1-65535\)$/],
    ['example:-1', /invalid port: invalid number: "-1"$/],
    ['example:foo', /invalid port: invalid number: "foo"$/],
    ['example:123b', /invalid port: trailing characters after number: "b"$/],
    ['example:0x1', /invalid port: trailing characters after number: "x1"$/],
    ['example:1\t2', /invalid port: trailing characters after number: "\\t2"$/],
    ['1.2.3.400', /bad IPv4 address: "1.2.3.400"$/],
    ['[::12345]', /bad IPv6 address: "::12345"$/], ['[:1:]', /bad IPv6 address: ":1:"$/],
];

for (const [text, protocol, host, port, path] of sources) {
    test(`source_${JSON.stringify(text)}`, () => {
        if (protocol instanceof RegExp)
            assert.throws(() => kang.knMakeSource(text), protocol);
        else
            assert.deepStrictEqual(kang.knMakeSource(text), { protocol, host, port, path });
    });
}

test('lists_of_sources_come_from_text_and_from_the_environment', () => {
    process.env.KANG_TEST_SOURCES = 'moe,,ralph:8080/catfood,';

    const hosts = (list) => list.map(({ host }) => host);
    assert.deepStrictEqual(hosts(kang.knParseSources('a,[::1]:1,')), ['a', '::1']);
    assert.deepStrictEqual(hosts(kang.knParseEnv('KANG_TEST_SOURCES')), ['moe', 'ralph']);
    assert.deepStrictEqual(kang.knParseEnv('KANG_TEST_NOTHING'), []);
    assert.strictEqual(kang.knSourcesEnvVar, 'KANG_SOURCES');
});

test('sources_that_are_none_throw', () => {
    const text = { ...kang.knMakeSource('a'), port: '1' };

    for (const list of [undefined, 'a', [null], [{}], [text]])
        assert.throws(() => kang.knFetchAll({ sources: list }, () => {}), /'sources' must be/);
});

function listen(t, handler)
{
    const server = http.createServer(handler);

    t.after(() => server.close());
    return new Promise((resolve) => server.listen(0, '127.0.0.1',
        () => resolve(`http://127.0.0.1:${server.address().port}`)));
}

const OPTIONS = {
    uri_base: '/my/kang/', service_name: 's', version: '', ident: 'i',
    list_types: () => ['conn', 'stats', '__proto__', 'empty'],
    list_objects: (type) => type === 'empty' ? [] : ['a', 'constructor', 'constructor_', 'z'],
    get(type, id) {
        if (id === 'z')
            throw new Error('boom');
        return id === 'a' ? null : { id, nothing: null, deep: { nothing: null } };
    },
};

test('the_handler_shows_everything_but_what_fails_and_no_name_that_kills', async (t) => {
    const url = await listen(t, kang.knRestifyHandler(
        { ...OPTIONS, stats: () => ({ requests: 1, started: 'x' }) }));

    const text = await (await globalThis.fetch(`${url}/my/kang/snapshot?x=1`)).text();
    const snapshot = JSON.parse(text);
    assert.deepStrictEqual(Object.keys(snapshot).slice(0, 3), ['service', 'stats', 'types']);
    assert.deepStrictEqual(snapshot.service, { name: 's', ident: 'i', version: '' });
    assert.strictEqual(snapshot.stats.requests, 1);
    assert.match(snapshot.stats.started, /^\d{4}-/);
    assert.deepStrictEqual(snapshot.types, ['conn', 'stats_', '__proto___', 'empty']);
    assert.deepStrictEqual(snapshot.conn, { a: { value: 'null' },
        constructor__: { id: 'constructor', deep: { nothing: null } },
        constructor_: { id: 'constructor_', deep: { nothing: null } }, z: { error: 'boom' } });
    assert.deepStrictEqual(snapshot.empty, {});
});

test('the_handler_answers_404_405_and_schema_as_the_original', async (t) => {
    let nexts = 0;
    const handler = kang.knRestifyHandler(OPTIONS);
    const url = await listen(t, (request, response) =>
        handler(request, response, () => nexts++));
    const status = async (uri, method) => {
        const answer = await globalThis.fetch(`${url}${uri}`, { method });

        return [answer.status, answer.headers.get('allow'), await answer.text()];
    };

    assert.deepStrictEqual(await status('/my/kang/nope'), [404, null, '']);
    assert.deepStrictEqual(await status('/my/kang/snapshot/'), [404, null, '']);
    assert.deepStrictEqual(await status('/my/kang/snapshot', 'POST'), [405, 'GET', '']);
    assert.deepStrictEqual(await status('/my/kang/schema'), [200, null, '{}']);
    assert.strictEqual(nexts, 4);
});

test('the_handler_says_when_there_is_no_list', async (t) => {
    const url = await listen(t, kang.knRestifyHandler({ ...OPTIONS, schema: () => 1,
        list_types() { throw new Error('no list'); } }));

    const { types, stats } = await (await globalThis.fetch(`${url}/my/kang/snapshot`)).json();
    assert.deepStrictEqual([types, stats.porthole], [[], { complete: false,
        causes: ["kang source 's': list_types: no list"] }]);
    assert.deepStrictEqual((await (await globalThis.fetch(`${url}/my/kang/schema`)).json())
        .schemas, { error: 'no list' });
});

test('wrong_arguments_of_a_server_throw_at_once', () => {
    for (const how of [kang.knStartServer, kang.knRestifyHandler]) {
        assert.throws(() => how({ ...OPTIONS, get: null }, () => {}), /kang option 'get'/);
        assert.throws(() => how({ ...OPTIONS, component: 1 }, () => {}), /'component'/);
    }
    assert.throws(() => kang.knStartServer({ ...OPTIONS, port: 65536 }, () => {}), /'port'/);
});
