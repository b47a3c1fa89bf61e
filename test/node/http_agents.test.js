/* SPDX-License-Identifier: MIT */
/* The rows of agents and origins: http.Agent and https.Agent, found by the requests that use
 * them. */
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const { test } = require('node:test');
const { HttpAgents } = require('../../addon/feeds/http_agents.js');
const { originOfKey } = require('../../addon/feeds/origin.js');
const { runDir } = require('./helper.js');
const { Watch, listen, ask, until } = require('./http_watch.js');

/* Only what one agent shows, without the number in its name. */
function rowsOf(rows, name)
{
    return rows.filter((row) => row.name.startsWith(name))
        .map(({ oldest, ...row }) => ({ ...row, name: row.name.replace(/#\d+$/, '#') }));
}

function keepAlive(t, options)
{
    const agent = new http.Agent({ keepAlive: true, ...options });

    t.after(() => agent.destroy());
    return agent;
}

test('agents_shows_sockets_in_use_and_requests_that_wait', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const { port } = await listen(t, (request, response) => held.push(response));
    const agent = keepAlive(t, { maxSockets: 2 });
    const asked = Array.from({ length: 5 }, () => ask({ port, agent }));

    const rows = await watch.untilRows((found) => found.some(({ sockets }) => sockets === 2));
    await until(() => held.splice(0).map((response) => response.end()).length + 1 &&
        watch.tick('client'), ({ finished }) => finished === 5);
    await Promise.all(asked);
    const after = await watch.untilRows((found) => found.some(({ free }) => free === 2));

    const origin = `127.0.0.1:${port}`;
    assert.deepStrictEqual(rowsOf(rows, 'Agent#'),
        [{ name: 'Agent#', origin, sockets: 2, free: 0, pending: 3 }]);
    assert.deepStrictEqual(rowsOf(after, 'Agent#'),
        [{ name: 'Agent#', origin, sockets: 0, free: 2, pending: 0 }]);
});

test('agents_shows_the_leak_of_answers_that_nobody_reads', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('x'.repeat(1e6)));
    const agent = keepAlive(t);

    for (let n = 0; n < 10; n++)
        await once(http.get({ host: '127.0.0.1', port, agent }), 'response');
    const rows = await watch.untilRows((found) => found.some(({ oldest }) => oldest > 20));

    assert.deepStrictEqual(rowsOf(rows, 'Agent#').map(({ sockets, free }) => [sockets, free]),
        [[10, 0]]);
});

test('agents_shows_nothing_of_an_agent_that_was_destroyed', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const agent = keepAlive(t);

    await ask({ port, agent });
    await watch.untilRows((found) => rowsOf(found, 'Agent#').length === 1);
    agent.destroy();

    await watch.untilRows((found) => rowsOf(found, 'Agent#').length === 0);
});

test('agents_keeps_the_name_of_an_agent_that_was_idle', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const agent = keepAlive(t);
    const names = [];

    for (let n = 0; n < 2; n++) {
        await ask({ port, agent });
        const rows = await watch.untilRows((found) => rowsOf(found, 'Agent#').length === 1);

        names.push(rows[0].name);
        agent.destroy();
        await watch.untilRows((found) => found.length === 0);
    }

    assert.strictEqual(names[0], names[1]);
});

test('agents_names_the_global_agents_and_finds_them_without_a_request', async (t) => {
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const socket = http.globalAgent.keepAlive;

    await ask({ port, agent: http.globalAgent });
    await until(() => Object.keys(http.globalAgent.freeSockets).length, (n) => n === 1);
    const watch = new Watch(t);
    const rows = await watch.untilRows((found) => found.length !== 0);
    http.globalAgent.destroy();

    assert.strictEqual(socket, true);
    assert.deepStrictEqual(rowsOf(rows, ''), [{ name: 'http.globalAgent',
        origin: `127.0.0.1:${port}`, sockets: 0, free: 1, pending: 0 }]);
});

test('agents_reads_https_agents', async (t) => {
    const files = ['key', 'cert'].map((name) => path.join(runDir, `${name}.pem`));

    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
        'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost', '-days', '2',
        '-keyout', files[0], '-out', files[1]], { stdio: 'ignore' });
    const [key, cert] = files.map((file) => fs.readFileSync(file));
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'),
        (handler) => https.createServer({ key, cert }, handler));
    const agent = new https.Agent({ keepAlive: true, ca: cert, key, cert });

    t.after(() => agent.destroy());
    await new Promise((resolve) => https.get({ host: 'localhost', port, agent, family: 4 },
        (response) => response.on('end', resolve).resume()));
    const rows = await watch.untilRows((found) => found.some(({ free }) => free === 1));

    assert.deepStrictEqual(rowsOf(rows, 'Agent#'),
        [{ name: 'Agent#', origin: `localhost:${port}`, sockets: 0, free: 1, pending: 0 }]);
    const { finished } = await watch.ends('server', 1);

    assert.strictEqual(finished, 1);
});

test('agents_shows_unix_sockets_and_IPv6', async (t) => {
    const watch = new Watch(t);
    const handler = (request, response) => response.end('ok');
    const socketPath = path.join(runDir, 'http.sock');
    const servers = [http.createServer(handler).listen(socketPath),
        http.createServer(handler).listen(0, '::1')];
    const agent = keepAlive(t);

    t.after(() => servers.forEach((server) => server.close().closeAllConnections()));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const { port } = servers[1].address();
    await ask({ socketPath, agent });
    await ask({ host: '::1', port, agent });
    const rows = await watch.untilRows((found) => found.length === 2);

    assert.deepStrictEqual(rows.map(({ origin }) => origin).sort(),
        [`[::1]:${port}`, `unix:${socketPath}`]);
});

test('agents_finds_many_short_lived_ones_and_forgets_them', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    for (let n = 0; n < 200; n++)
        await ask({ port, agent: false });
    await watch.untilRows((found) => found.length === 0);
    const agent = keepAlive(t);
    await ask({ port, agent });

    await watch.untilRows((found) => rowsOf(found, 'Agent#').length === 1);
});

/* ---- Agents that are no agents ------------------------------------------------------- */

function collect(...agents)
{
    const found = new HttpAgents(() => []);
    const rows = [];

    agents.forEach((agent) => found.note(agent));
    const more = found.collect(rows);

    return { rows, more };
}

function never()
{
    throw new Error('this must not run');
}

const trap = new Proxy({}, {
    get: never, has: never, ownKeys: never, getPrototypeOf: never,
    getOwnPropertyDescriptor: never,
});

class Tricky extends http.Agent
{
    static get name() { return never(); }
}

const hostile = {
    a_proxy: trap,
    throwing_getters: { get sockets() { return never(); }, get requests() { return never(); } },
    proxies_inside: { sockets: trap, freeSockets: { a: trap }, requests: null },
    a_proxy_for_a_prototype: Object.setPrototypeOf({ sockets: { 'x:1:': [] } }, trap),
    getters_for_lists: { sockets: { get 'x:1:'() { return never(); } } },
    numbers: { sockets: 7, freeSockets: { 'x:1:': 3 }, requests: 'text' },
    a_number: 7,
    nothing: null,
    undefined,
};

for (const [what, agent] of Object.entries(hostile)) {
    test(`agents_runs_no_code_of_${what}`, () => {
        assert.deepStrictEqual(collect(agent), { rows: [], more: 0 });
    });
}

test('agents_reads_sealed_frozen_and_odd_ones_as_plain_data', () => {
    const list = [{}, {}];
    const agents = [
        Object.freeze({ sockets: Object.freeze({ 'x:1:': list }) }),
        Object.seal(Object.assign(new Tricky(), { sockets: { 'x:2:': list } })),
        Object.assign(Object.create(null), { sockets: { 'x:3:': list } }),
    ];

    Object.defineProperty(list, 1, { get: never });
    const { rows } = collect(...agents);

    assert.deepStrictEqual(rows.map(({ name, origin, sockets }) => [name, origin, sockets]), [
        ['Object#1', 'x:1', 2], ['Object#2', 'x:2', 2], ['Object#3', 'x:3', 2]]);
});

test('agents_shows_how_much_it_leaves_out', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 },
        (_, i) => [`host${i}:80:`, [{}]]));
    const crowd = Array.from({ length: 100 }, () => ({ sockets: { 'x:1:': [{}] } }));

    const origins = collect({ sockets: many });
    const agents = collect(...crowd);

    assert.deepStrictEqual([origins.rows.length, origins.more], [256, 744]);
    assert.deepStrictEqual([agents.rows.length, agents.more], [64, 1]);
});

test('agents_does_not_list_a_crowd_of_origins_again_while_it_is_there', () => {
    const tables = (n) => Object.fromEntries(Array.from({ length: n },
        (_, i) => [`host${i}:80:`, [{}]]));
    const agent = { requests: tables(5000) };
    let clock = 0;
    const agents = new HttpAgents(() => [], () => clock += 1);
    const look = () => {
        const rows = [];

        agents.note(agent);
        return [agents.collect(rows), rows.length];
    };

    const seen = [look(), look(), look()];
    agent.requests = tables(3);
    const rests = look();
    clock += 1e6;

    assert.deepStrictEqual(seen, [[4744, 256], [5000, 0], [5000, 0]]);
    assert.deepStrictEqual([rests, look()], [[5000, 0], [0, 3]]);
});

test('agents_reads_agents_whose_prototype_somebody_has_patched', async (t) => {
    const original = http.Agent.prototype.getName;
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const agent = keepAlive(t);

    t.after(() => http.Agent.prototype.getName = original);
    http.Agent.prototype.getName = () => 'my own\u0007 name';
    await ask({ port, agent });
    const rows = await watch.untilRows((found) => found.some(({ free }) => free === 1));

    assert.strictEqual(rows[0].origin, 'my own? name');
});

test('agents_holds_none_of_them', async () => {
    const agents = new HttpAgents(() => []);
    const refs = [];

    (() => {
        for (let n = 0; n < 10; n++) {
            const agent = { sockets: { 'x:1:': [{}] } };

            agents.note(agent);
            refs.push(new WeakRef(agent));
        }
        agents.collect([]);
    })();
    require('node:v8').setFlagsFromString('--expose-gc');
    const gc = require('node:vm').runInNewContext('gc');

    await until(() => {
        gc();
        return refs.filter((ref) => ref.deref() !== undefined).length;
    }, (alive) => alive === 0);
});

const keys = [
    ['example.com:80:', 'http:', 'example.com:80'],
    ['example.com:443:::::::::::::::::::::', 'https:', 'example.com:443'],
    ['example.com:443:10.0.0.1:4', 'http:', 'example.com:443'],
    ['example.com:443::-----BEGIN KEY-----:/secret', 'https:', 'example.com:443'],
    ['::1:80:', 'http:', '[::1]:80'],
    ['::1:443::6', 'http:', '[::1]:443'],
    ['2001:db8::5:1:443:', 'http:', '[2001:db8::5:1]:443'],
    ['1:2:3:4:5:6:7:8:443::::::::::::', 'https:', '[1:2:3:4:5:6:7:8]:443'],
    ['localhost:80::/run/x.sock', 'http:', 'unix:/run/x.sock'],
    ['localhost:80::4:/run/x.sock', 'http:', 'unix:/run/x.sock'],
    ['localhost:80::\0name', 'http:', 'unix:@name'],
    ['evil\r\nhost\u001b[31m:80:', 'http:', 'evil??host?[31m:80'],
    ['tenant 42', 'http:', 'tenant 42'],
    ['', 'http:', ''],
    ['::::::::::::::::', 'http:', ''],
];

for (const [key, protocol, origin] of keys) {
    test(`agents_reads_the_key_${JSON.stringify(key)}`, () => {
        assert.strictEqual(originOfKey(key, protocol), origin);
    });
}
