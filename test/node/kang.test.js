/* SPDX-License-Identifier: MIT */
/*
 * The protocol of kang 1.x, asked by its own clients: of the original, which says what is
 * right, of an application that has `porthole/kang` in its place, and of an agent with
 * tracked and provided objects, and names that kill the original.
 */
'use strict';

const assert = require('node:assert');
const os = require('node:os');
const { after, before, describe, test } = require('node:test');
const { serve, until } = require('./helper.js');
const { ORIGINAL_STARTS, kang130, kang003, serveKang } = require('./kangs.js');

const HOSTILE = `
    const fix = require('./test/apps/kangfix.js');
    const porthole = require('./addon');
    const jobs = Array.from({ length: 20 }, (_, i) => ({ state: 'run', n: i, none: null }));
    const objects = fix.makeObjects(300);

    objects.stats = { s: { a: 1 } };
    objects.types = { t: { a: 1 } };
    objects.service = { s: { a: 1 } };
    objects.toString = { s: { a: 1 } };
    objects.hostile = JSON.parse('{"constructor":{"a":1},"__proto__":{"b":1},"":{"c":1},' +
        '"field":{"is":null,"a":1},"text":"x","list":[1,[null]]}');
    objects.nothing = { at: null };
    jobs.forEach((job, i) => porthole.track('job', 'j' + i, job));
    porthole.track('types', 'constructor', jobs[0]);
    porthole.track('nobody', 'x', jobs[0]).release();
    porthole.kang({ ...fix.kangOptions(objects), schema: () => 1 });
    console.log(porthole.start({ service: 'mine', component: 'own', version: '9' }).url);
    setInterval(() => jobs, 1e9);`;

async function serveAgent()
{
    const { child, url } = await serve(HOSTILE);

    return { child, address: url.slice('http://'.length) };
}

const targets = [
    { name: 'the original', start: () => serveKang('kang'), ident: /^host\/\d+$/,
        skip: !ORIGINAL_STARTS && 'its server does not start on this Node' },
    { name: 'porthole/kang', start: () => serveKang('./addon/kang.js'), ident: /^host\/\d+$/ },
    { name: 'an agent', start: serveAgent, ident: new RegExp(`^${os.hostname()}/\\d+$`) },
];

function conform({ start, ident })
{
    let child;
    let address;

    const get = async (uri, method = 'GET') => {
        const answer = await fetch(`http://${address}${uri}`, { method });
        const text = await answer.text();

        return { status: answer.status, headers: answer.headers, text,
            json: () => JSON.parse(text) };
    };
    const snapshot = async () => (await get('/kang/snapshot')).json();

    before(async () => ({ child, address } = await start()));
    after(() => child?.kill('SIGKILL'));

    test('A01_its_shape', async () => {
        /* An agent knows its heap from the first tick on. */
        const answer = await until(() => get('/kang/snapshot'),
            ({ json }) => Object.keys(json().stats.memory).length > 1);
        const { service, stats, types } = answer.json();

        assert.strictEqual(answer.status, 200);
        assert.match(answer.headers.get('content-type'), /^application\/json/);
        assert.deepStrictEqual(Object.keys(answer.json()).slice(0, 3),
            ['service', 'stats', 'types']);
        assert.deepStrictEqual([service.name, service.component, service.version],
            ['fixture', 'web', '1.0.0']);
        assert.match(service.ident, ident);
        assert.ok(Array.isArray(types));
        assert.strictEqual(stats.requests, 42);
        assert.match(stats.started, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.deepStrictEqual(Object.keys(stats.memory).sort(),
            ['arrayBuffers', 'external', 'heapTotal', 'heapUsed', 'rss']);
        for (const bytes of Object.values(stats.memory))
            assert.ok(Number.isInteger(bytes));
    });

    test('A02_each_listed_type_is_an_object_and_no_object_is_null', async () => {
        const all = await snapshot();

        for (const type of all.types) {
            assert.strictEqual(typeof all[type], 'object', type);
            assert.ok(!Object.values(all[type]).includes(null), type);
        }
        assert.deepStrictEqual(all.conn.c7,
            { remote: '10.0.0.7:40007', state: 'closing', bytes_in: 119 });
        assert.strictEqual(all.lease.l0, 'lease body 0');
    });

    test('A03_no_type_has_a_name_that_kills', async () => {
        const { types } = await snapshot();

        assert.ok(!types.some((type) => ['service', 'stats', 'types'].includes(type) ||
            type in {}), types.join());
    });

    test('A04_no_object_has_a_name_that_kills', async () => {
        const all = await snapshot();

        for (const type of all.types)
            assert.ok(!Object.keys(all[type]).some((id) => id in {}), type);
    });

    test('A05_the_client_counts_the_objects', async () => {
        assert.deepStrictEqual(await kang130('print Object.keys(conn).length', address),
            ['300']);
    });

    test('A06_the_client_shows_one', async () => {
        assert.deepStrictEqual(await kang130('print conn["c7"][0].conn', address), ['c7']);
    });

    test('A07_all_are_of_one_origin', async () => {
        const origins = new Set(await kang130('walk conn | walk | print origin', address));

        assert.strictEqual(origins.size, 1);
        assert.ok([...origins][0].startsWith('fixture.web.'));
        assert.match([...origins][0].slice('fixture.web.'.length), ident);
    });

    test('A08_the_path_may_be_given', async () => {
        assert.deepStrictEqual(await kang130('print Object.keys(service).length',
            `http://${address}/kang/snapshot`), ['1']);
    });

    test('A09_two_sources_are_merged', async () => {
        assert.deepStrictEqual(await kang130('print conn["c7"].length',
            `${address},${address}`), ['2']);
    });

    test('A10_sources_may_be_in_the_environment', async () => {
        assert.deepStrictEqual(await kang130('print Object.keys(conn).length', null,
            { KANG_SOURCES: address }), ['300']);
    });

    test('A11_a_query_string_is_ignored', async () => {
        assert.strictEqual((await get('/kang/snapshot?x=1')).status, 200);
    });

    test('A12_other_paths_are_404', async () => {
        for (const uri of ['/kang/nope', '/kang/snapshot/', '/nope'])
            assert.strictEqual((await get(uri)).status, 404, uri);
    });

    test('A13_other_methods_are_405', async () => {
        for (const method of ['POST', 'PUT', 'DELETE']) {
            const { status, headers } = await get('/kang/snapshot', method);

            assert.strictEqual(status, 405, method);
            assert.match(headers.get('allow'), /\bGET\b/);
        }
    });

    test('A14_the_schema', async () => {
        const { service, types, schemas } = (await get('/kang/schema')).json();

        assert.strictEqual(service.name, 'fixture');
        assert.ok(types.includes('conn'));
        assert.ok(Object.hasOwn(schemas, 'conn'));
    });

    test('A18_the_oldest_command_reads_it_as_well', async () => {
        const [types, columns, json] = await Promise.all([
            kang003('-h', address, '-l', 'type'),
            kang003('-h', address, '-o', 'remote,state', 'conn:c7'),
            kang003('-h', address, '-f', 'json', 'conn:c7')]);
        const lines = types.stdout.split('\n').map((text) => text.trim());

        assert.deepStrictEqual(lines.slice(0, 3), ['TYPE', 'service', 'stats']);
        assert.ok(lines.includes('conn'));
        assert.deepStrictEqual(columns.stdout.split('\n').slice(0, 2)
            .map((text) => text.trim().split(/ +/)),
        [['REMOTE', 'STATE'], ['10.0.0.7:40007', 'closing']]);
        assert.strictEqual(JSON.parse(json.stdout)[0].conn, 'c7');
        assert.deepStrictEqual([types.code, columns.code, json.code], [0, 0, 0]);
    });
}

for (const target of targets)
    describe(target.name, { skip: target.skip, concurrency: 2 }, () => conform(target));

describe('what_kills_the_original', () => {
    let child;
    let address;

    before(async () => ({ child, address } = await serveAgent()));
    after(() => child?.kill('SIGKILL'));

    test('is_shown_under_another_name_or_in_another_form', async () => {
        const all = await (await fetch(`http://${address}/kang/snapshot`)).json();

        for (const type of ['stats_', 'types_', 'service_', 'toString_', 'hostile', 'job'])
            assert.ok(all.types.includes(type), `${type} in ${all.types}`);
        assert.deepStrictEqual(all.stats_.s, { a: 1 });
        assert.deepStrictEqual(all.types_.constructor_, { state: 'run', n: 0 });
        assert.deepStrictEqual(all.hostile.constructor_, { a: 1 });
        assert.deepStrictEqual(all.hostile.__proto___, { b: 1 });
        assert.deepStrictEqual([all.hostile[''], all.nothing.at, all.hostile.field],
            [{ c: 1 }, { value: 'null' }, { a: 1 }]);
        assert.deepStrictEqual([all.hostile.text, all.hostile.list], ['x', [1, [null]]]);
        assert.deepStrictEqual(all.nobody, {});
        assert.deepStrictEqual(all.job.j7, { state: 'run', n: 7 });
    });

    test('is_read_by_its_clients', async () => {
        assert.deepStrictEqual(await kang130('print Object.keys(hostile).length', address),
            ['6']);
        assert.deepStrictEqual(await kang130('print nothing.at[0].value', address), ['null']);
        for (const type of ['hostile', 'job', 'types_', 'toString_', 'service']) {
            const { stdout, code } = await kang003('-h', address, '-l', type);

            assert.ok(code === 0 && stdout.split('\n').length >= 3, `${type}: ${stdout}`);
        }
    });

    test('A14_the_schema_keeps_to_names_that_live', async () => {
        const { types, schemas } = await (await fetch(`http://${address}/kang/schema`)).json();

        assert.strictEqual(schemas.hostile, 1);
        assert.ok(![...types, ...Object.keys(schemas)].some((type) => type in {}));
    });
});
