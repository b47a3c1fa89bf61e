/* SPDX-License-Identifier: MIT */
/*
 * What an agent adds to kang: answers while the loop is blocked, one failing object that
 * loses nothing else, many objects without a stall; and `porthole/kang` in the place of kang.
 */
'use strict';

const assert = require('node:assert');
const net = require('node:net');
const { test } = require('node:test');
const { evaluate, get, launch, line, run, serve, until } = require('./helper.js');
const { kang130, serveKang } = require('./kangs.js');

const show = (expression) => `console.log(JSON.stringify(${expression}));`;
const snapshotOf = async (url) => (await get(`${url}/kang/snapshot`)).body;

async function serving(t, code, options)
{
    const served = await serve(code, options);

    t.after(() => served.child.kill('SIGKILL'));
    return served;
}

const SOURCE = `
    const porthole = require('./addon');
    const source = (objects, more) => ({ uri_base: '/kang', service_name: 'svc', version: '1',
        ident: 'i', list_types: () => Object.keys(objects),
        list_objects: (type) => Object.keys(objects[type]),
        get: (type, id) => objects[type][id], ...more });
    const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => ['c' + i,
        { remote: '10.0.0.' + i % 250 + ':40000', state: 'open', bytes_in: i * 17 }]));
    const spin = (ms) => { for (const end = Date.now() + ms; Date.now() < end;) ; };
    const started = () => console.log(porthole.start().url);
    setInterval(() => {}, 1e9);`;

test('A05_a_hundred_thousand_objects_are_read_without_a_stall', async (t) => {
    const { url, child } = await serving(t, `${SOURCE}
        porthole.kang(source({ conn: many(100000) }));
        started();
        const { monitorEventLoopDelay } = require('perf_hooks');
        const delay = monitorEventLoopDelay({ resolution: 1 });
        setTimeout(() => delay.enable(), 500);
        process.on('SIGUSR2', () => {
            console.log(JSON.stringify([50, 99, 100].map((p) => delay.percentile(p) / 1e6)));
        });`);

    await new Promise((resolve) => setTimeout(resolve, 600));
    const began = Date.now();
    const { conn } = await snapshotOf(url);
    const took = Date.now() - began;
    assert.strictEqual(Object.keys(conn).length, 100000);
    assert.deepStrictEqual(conn.c99999,
        { remote: '10.0.0.249:40000', state: 'open', bytes_in: 99999 * 17 });

    child.kill('SIGUSR2');
    const [, p99, max] = JSON.parse(await line(child));
    t.diagnostic(`answer after ${took} ms; loop late by ${p99} ms (p99), ${max} ms (most)`);
    assert.ok(p99 < 40, `p99 ${p99} ms`);
    assert.deepStrictEqual(await kang130('print Object.keys(conn).length', url), ['100000']);
});

test('A15_a_blocked_loop_shows_what_is_and_what_was', async (t) => {
    const { url, child } = await serving(t, `${SOURCE}
        const job = { turn: 0, get user() { throw new Error('getter ran'); } };
        porthole.track('job', 'j', job);
        porthole.kang(source({ conn: many(300) }, { stats: () => ({ requests: 42 }) }));
        porthole.provide('queue', () => ({ waiting: 3 }));
        started();
        process.on('SIGUSR2', () => { for (;;) job.turn++; });`);
    const before = await snapshotOf(url);

    assert.strictEqual(before.job.j.turn, 0);
    child.kill('SIGUSR2');
    await until(async () => (await snapshotOf(url)).stats.porthole.loop,
        (loop) => loop === 'blocked');

    const began = Date.now();
    const first = await snapshotOf(url);
    const took = Date.now() - began;
    t.diagnostic(`blocked: answer after ${took} ms`);
    assert.ok(took < 1000, `${took} ms`);
    assert.ok(first.job.j.turn > 0);
    await until(() => snapshotOf(url), ({ job }) => job.j.turn > first.job.j.turn);
    assert.deepStrictEqual(first.conn, before.conn);
    assert.deepStrictEqual(first.queue, before.queue);
    assert.strictEqual(first.stats.requests, 42);
    assert.strictEqual(first.service.name, 'svc');
    assert.strictEqual(first.stats.porthole.stale, true);
    assert.ok(first.stats.porthole.loop_age_ms > 0);
    assert.deepStrictEqual(await kang130('print Object.keys(conn).length', url), ['300']);
});

test('a_loop_that_was_blocked_from_the_start_names_the_cause', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        const job = { turn: 0 };
        porthole.track('job', 'j', job);
        porthole.kang(source({ conn: many(3) }));
        started();
        setImmediate(() => { for (;;) job.turn++; });`);
    const snapshot = await until(() => snapshotOf(url),
        ({ stats, job }) => stats.porthole.loop === 'blocked' && job?.j.turn > 0);

    assert.strictEqual(snapshot.stats.porthole.complete, false);
    const { body } = await get(`${url}/objects`);
    assert.strictEqual(body.complete, false);
    assert.match(body.causes[0].cause, /blocked/);
});

test('a_list_that_close_has_cut_short_does_not_pass_for_a_whole_one', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        const { Worker } = require('worker_threads');
        const all = many(3000);
        let asked = 0;

        porthole.kang(source({ conn: all }, { get(type, id) {
            if (++asked === 100)
                porthole.close();
            return all[id];
        } }));
        console.log(porthole.start().url); /* the worker keeps the agent when we are gone */
        new Worker("require('./addon').start(); setInterval(() => {}, 1e9)", { eval: true });`);

    await until(async () => (await get(`${url}/state`)).body, ({ threads }) =>
        threads.length === 2);
    const { body } = await get(`${url}/objects/conn`);

    assert.strictEqual(body.complete, false);
    assert.match(body.causes[0].cause, /taken back/);
    assert.ok(body.shown >= 99 && body.shown < 3000, body.shown);
});

test('A16_one_failing_object_loses_only_itself', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        const objects = { conn: many(300) };
        Object.defineProperty(objects.conn, 'c7', { enumerable: true,
            get() { throw new Error('boom'); } });
        objects.conn.c8 = { n: 1n };
        objects.conn.c9 = {}; objects.conn.c9.self = objects.conn.c9;
        objects.conn.c10 = { text: 'lone \\ud800', ['k\\0']: '\\0' };
        porthole.kang(source(objects));
        started();`);

    const { conn, stats } = await snapshotOf(url);
    assert.strictEqual(Object.keys(conn).length, 300);
    assert.deepStrictEqual(conn.c7, { error: 'boom' });
    assert.deepStrictEqual([conn.c8, conn.c9], [{ n: '1n' }, { self: '[Circular]' }]);
    assert.deepStrictEqual(conn.c10, { text: 'lone \ufffd', 'k\u2400': '\0' });
    assert.strictEqual(stats.porthole.complete, true);
});

test('A17_cueballs_own_options_are_shown_unmodified', async (t) => {
    const { url } = await serving(t, `
        const net = require('net');
        const cueball = require('cueball');
        const porthole = require('./addon');
        porthole.kang(cueball.poolMonitor.toKangOptions());
        const server = net.createServer((socket) => socket.on('error', () => {}));
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            const resolver = new cueball.StaticIpResolver({ defaultPort: port,
                backends: [{ address: '127.0.0.1', port }] });
            global.pool = new cueball.ConnectionPool({ domain: 'local.test', resolver,
                constructor: (backend) => net.connect(backend.port, backend.address),
                spares: 2, maximum: 4, recovery: { default: { retries: 1, timeout: 1000,
                    delay: 100, maxTimeout: 1000, maxDelay: 1000 } } });
            resolver.start();
            console.log(porthole.start().url);
        });`);
    const pools = async () => Object.values((await snapshotOf(url)).pool);
    const [pool] = await until(pools, ([it]) => it?.state === 'running' &&
        Object.values(it.connections)[0]?.idle === 2);
    const { types, service, set } = await snapshotOf(url);

    assert.deepStrictEqual(types, ['pool', 'set', 'dns_res']);
    assert.deepStrictEqual([service.name, service.version, set], ['cueball', '1.0.0', {}]);
    assert.strictEqual(pool.options.domain, 'local.test');
    assert.strictEqual(Object.values(pool.backends)[0].address, '127.0.0.1');
});

test('provided_objects_have_paths_of_their_own', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        let calls = 0;
        porthole.provide('queue', () => ({ calls: ++calls, deep: { er: [1, 2, 3] } }));
        porthole.kang(source({ conn: many(10) }), { prefix: 'bus_' });
        started();`);

    const { body: { types } } = await get(`${url}/objects`);
    assert.strictEqual(types.queue.count, 1);
    assert.strictEqual(types.queue.source, 'provided');
    assert.strictEqual(types.bus_conn.count, 10);
    assert.strictEqual((await get(`${url}/objects/queue/queue`)).body.value.calls, 1);
    assert.strictEqual((await get(`${url}/objects/queue`)).body.objects[0].value.calls, 2);
    const one = (await get(`${url}/objects/bus_conn/c7`)).body;
    assert.strictEqual(one.value.bytes_in, 119);
    assert.strictEqual((await get(`${url}/objects/bus_conn/c10`)).status, 404);
    const { objects } = (await get(`${url}/objects/bus_conn?fields=state&limit=2`)).body;
    assert.deepStrictEqual(objects.map(({ id, value }) => [id, value]),
        [['c0', { state: 'open' }], ['c1', { state: 'open' }]]);
});

test('pages_go_on_where_they_ended', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        porthole.kang(source({ conn: many(10) }));
        started();`);
    const seen = [];
    let next = null;

    do {
        const { body } = await get(
            `${url}/objects/conn?limit=4${next === null ? '' : `&after=${next}`}`);

        seen.push(body.objects.map(({ id }) => id));
        ({ next } = body);
    } while (next !== null);

    assert.deepStrictEqual(seen, [['c0', 'c1', 'c2', 'c3'], ['c4', 'c5', 'c6', 'c7'],
        ['c8', 'c9']]);
});

test('a_slow_provider_is_not_asked_again_and_its_last_copy_is_shown', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        let calls = 0;
        porthole.provide('slow', () => { spin(300); return { calls: ++calls }; });
        started();`);

    const first = await snapshotOf(url);
    const second = await snapshotOf(url);
    assert.deepStrictEqual([first.slow, second.slow],
        [{ slow: { calls: 1 } }, { slow: { calls: 1 } }]);
    assert.strictEqual(second.stats.porthole.complete, false);
});

test('of_a_kang_source_that_rests_the_last_copy_is_shown', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        let ms = 0;
        porthole.kang(source({ conn: many(3) }, { stats: () => spin(ms) ?? { ms } }));
        started();
        setTimeout(() => ms = 600, 1000);`);
    const first = await snapshotOf(url);

    assert.deepStrictEqual([first.stats.ms, first.stats.porthole.stale], [0, false]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const over = await snapshotOf(url);
    assert.strictEqual(over.stats.porthole.complete, false);
    const third = await snapshotOf(url);
    assert.deepStrictEqual([third.conn, third.stats.ms, third.stats.porthole.stale],
        [first.conn, 0, true]);
    const { causes } = (await get(`${url}/objects/conn`)).body;
    assert.match(causes[0].cause, /^kang source 'svc' took 6\d\d ms, more than its 500, and /);
});

test('bad_providers_lose_only_their_own', async (t) => {
    const { url, child } = await serving(t, `${SOURCE}
        porthole.provide('throws', () => { throw new Error('boom'); });
        porthole.provide('promise', async () => { throw new Error('later'); });
        porthole.provide('recurses', function again() { return again(); });
        porthole.provide('asks', () => porthole.state().service.name);
        porthole.provide('removes', () => { me.remove(); return 1; });
        const me = porthole.provide('adds', () => { porthole.provide('new', () => 2); });
        porthole.kang(source({}, { list_types() { throw new Error('no types'); } }));
        porthole.kang(source({ ok: { a: 1 } }));
        started();`);

    const all = await snapshotOf(url);
    assert.deepStrictEqual(all.throws, { throws: { error: 'boom' } });
    assert.match(all.promise.promise.error, /^returned a promise/);
    assert.match(all.recurses.recurses.error, /call stack/);
    assert.strictEqual(typeof all.asks.asks, 'string');
    assert.deepStrictEqual(all.ok, { a: 1 });
    assert.strictEqual(all.stats.porthole.complete, false);
    const { causes } = (await get(`${url}/objects`)).body;
    assert.match(causes[0].cause, /^kang source 'svc': list_types: no types$/);
    assert.strictEqual(child.text, '');
});

test('a_provider_may_close_the_agent_it_is_asked_by', async () => {
    const { code, stdout, stderr } = await run(['-e', `${SOURCE}
        porthole.provide('first', () => 1);
        porthole.provide('closes', () => { porthole.close(); return 2; });
        porthole.provide('last', () => 3);
        const { url } = porthole.start();
        fetch(url + '/kang/snapshot').then((answer) => answer.text()).catch(() => {})
            .then(() => setImmediate(() => {
                ${show('[porthole.state(), porthole.start().active]')} process.exit(); }));`]);

    assert.deepStrictEqual([code, stderr, stdout], [0, '', '[null,true]\n']);
});

test('workers_provide_for_themselves', async (t) => {
    const { url } = await serving(t, `${SOURCE}
        const { Worker } = require('worker_threads');
        porthole.kang(source({ conn: { main: 1 } }));
        started();
        new Worker(\`const porthole = require('./addon'); porthole.start();
            porthole.kang({ uri_base: '/kang', service_name: 'w', version: '', ident: '',
                list_types: () => ['conn'], list_objects: () => ['worker'], get: () => 2 });
            setInterval(() => {}, 1e9);\`, { eval: true });`);

    assert.deepStrictEqual((await until(() => snapshotOf(url),
        ({ conn }) => 'worker' in conn)).conn, { main: 1, worker: 2 });
});

/* An application as it is, whatever module it gets. It says what it can of its server. */
const application = (module) => `
    const kang = require(${JSON.stringify(module)});
    let server;
    kang.knStartServer({ uri_base: '/kang', service_name: 'app', version: '1.0.0',
        ident: 'me', port: 0, host: '127.0.0.1', list_types: () => ['thing'],
        list_objects: () => [1, 2], get: (type, id) => ({ id }),
        stats: () => ({ asked: 1 }) }, (error, it) => {
        server = it;
        const at = server.address();
        kang.knFetchAll({ sources: [kang.knMakeSource(at.address + ':' + at.port)] },
            (failed, snapshot) => {
                const [name] = snapshot.list('service');
                ${show(`[error, failed, typeof at.port, name, snapshot.list('thing'),
                    snapshot.lookupFirst('thing', '1'), snapshot.lookupFirst('stats', name)
                        .asked, Object.keys(snapshot.lookupFirst('service', name))]`)}
                server.close();
            });
    });`;

test('an_application_runs_unchanged_with_porthole_kang', async () => {
    const { stdout, stderr, code } = await run(['-e', application('./addon/kang.js')]);

    assert.deepStrictEqual([code, stderr], [0, '']);
    assert.deepStrictEqual(JSON.parse(stdout), [null, null, 'number', 'app.me', ['1', '2'],
        { id: 1, origin: 'app.me', thing: '1' }, 1,
        ['name', 'ident', 'version', 'source', 'service']]);
});

test('the_original_says_the_same_of_it', async (t) => {
    if (Number(process.versions.node.split('.')[0]) > 23) {
        t.skip('its server does not start on this Node');
        return;
    }
    const [ours, original] = await Promise.all(['./addon/kang.js', 'kang'].map((module) =>
        run(['--no-deprecation', '-e', application(module)])));

    assert.deepStrictEqual(JSON.parse(ours.stdout), JSON.parse(original.stdout));
});

test('it_is_found_by_the_name_of_the_package', async () => {
    const { value } = await evaluate(show("Object.keys(require('porthole/kang')).length"));

    assert.strictEqual(value, 9);
});

test('a_kang_server_keeps_the_process_alive_and_closes_its_agent', async (t) => {
    const { child, address } = await serveKang('./addon/kang.js');

    t.after(() => child.kill('SIGKILL'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.strictEqual((await get(`http://${address}/kang/schema`)).status, 200);

    const { value } = await evaluate(`const kang = require('./addon/kang.js');
        kang.knStartServer({ uri_base: '/kang/', service_name: '', version: '', ident: '',
            port: 0, list_types: () => [], list_objects: () => [], get: () => 1 }, (e, s) => {
            const { url } = s;
            s.on('close', () => fetch(url).then(() => 'open', () => 'closed').then((is) =>
                console.log(JSON.stringify([is, s.address(), s.url,
                    require('./addon').state()]))));
            s.close().close();
        });`);
    assert.deepStrictEqual(value, ['closed', null, '', null]);
});

const START = (args) => `
    const kang = require('./addon/kang.js');
    const start = (more, then) => kang.knStartServer({ uri_base: '/kang', service_name: 's',
        version: '1', ident: 'i', host: '127.0.0.1', list_types: () => ['a'],
        list_objects: () => ['b'], get: () => 1, ...more }, then);
    const says = (error, server) => {
        console.log(JSON.stringify([error && [error.code, error.message],
            server && server.address()]));
        if (server) server.unref();
    };
    ${args}`;

test('a_port_that_is_taken_is_an_error_for_the_callback', async (t) => {
    const server = net.createServer();

    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address();
    const { value } = await evaluate(START(`start({ port: ${port} }, says)`));

    assert.strictEqual(value[0][0], 'EADDRINUSE');
    assert.match(value[0][1], new RegExp(`${port}`));
    assert.strictEqual(value[1], null);
});

test('a_path_that_the_agent_has_not_is_an_error_for_the_callback', async () => {
    const { value } = await evaluate(START("start({ port: 0, uri_base: '/status' }, says)"));

    assert.match(value[0][1], /^cannot serve kang under '\/status'/);
});

test('an_address_that_start_refuses_is_an_error_for_the_callback', async () => {
    const { value } = await evaluate(START("start({ port: 0, host: '0.0.0.0' }, says)"));

    assert.strictEqual(value[0][0], 'PORTHOLE_REFUSED');
});

test('with_a_running_agent_it_says_where_it_really_is_and_warns_once', async () => {
    const { value, stderr } = await evaluate(START(`
        const agent = require('./addon').start();
        start({ port: 1 }, () => start({ port: 1 }, (error, server) => {
            ${show(`[error, server.address().port === agent.port, server.url === agent.url,
                agent.active]`)}
            server.close();
            process.exitCode = agent.active ? 0 : 1;
            agent.close();
            process.exit();
        }));`));

    assert.deepStrictEqual(value, [null, true, true, true]);
    assert.strictEqual(stderr.match(/PORTHOLE_ALREADY_RUNNING/g)?.length, 1, stderr);
    assert.match(stderr, /kang is at 'http:\/\/127\.0\.0\.1:\d+', not at port 1/);
});

test('kang_fixture_stays_usable_by_hand', async (t) => {
    const child = launch(['test/apps/kangfix.js', '--module', 'handler', '--objects', '3']);

    t.after(() => child.kill());
    const { good } = JSON.parse(await line(child));
    assert.strictEqual(Object.keys((await snapshotOf(`http://${good}`)).conn).length, 3);
});
