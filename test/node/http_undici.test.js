/* SPDX-License-Identifier: MIT */
/* What the feed counts of undici: the copy behind fetch(), and the one from npm. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const { test } = require('node:test');
const undici = require('undici');
const { Watch, listen, until } = require('./http_watch.js');

function counts(finished, aborted = 0, errors = 0)
{
    return { finished, aborted, errors };
}

/* A dispatcher that ends with the test. */
function dispatcher(t, make)
{
    const made = make();

    t.after(() => made.destroy());
    return made;
}

async function drain({ body })
{
    await body.text();
}

test('undici_counts_fetch', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    await fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
    const rows = await watch.untilRows((found) => found.length === 1);

    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
    assert.strictEqual(watch.durations('client'), 1);
    assert.strictEqual(rows[0].name, 'undici');
    assert.strictEqual(rows[0].origin, `127.0.0.1:${port}`);
});

test('undici_counts_redirects_of_fetch_one_by_one', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => {
        if (request.url === '/')
            response.writeHead(302, { location: '/there' });
        response.end('ok');
    });

    await fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());

    assert.deepStrictEqual(await watch.ends('client', 2), counts(2));
});

const dispatchers = {
    Agent: () => new undici.Agent(),
    Pool: (origin) => new undici.Pool(origin),
    Client: (origin) => new undici.Client(origin),
};

for (const [name, make] of Object.entries(dispatchers)) {
    test(`undici_counts_requests_through_a_${name}`, async (t) => {
        const watch = new Watch(t);
        const { port } = await listen(t, (request, response) => response.end('ok'));
        const origin = `http://127.0.0.1:${port}`;
        const used = dispatcher(t, () => make(origin));

        for (let n = 0; n < 3; n++)
            await used.request({ origin, path: '/', method: 'GET' }).then(drain);
        const rows = await watch.untilRows((found) => found.some(({ free }) => free >= 1));

        assert.deepStrictEqual(await watch.ends('client', 3), counts(3));
        assert.deepStrictEqual(rows.map(({ oldest, free, ...row }) => row), [{ name: 'undici',
            origin: `127.0.0.1:${port}`, sockets: 0, pending: 0 }]);
    });
}

test('undici_counts_requests_through_a_proxy', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const proxy = await listen(t, () => {});
    const used = dispatcher(t, () => new undici.ProxyAgent(`http://127.0.0.1:${proxy.port}`));

    proxy.server.on('connect', (request, socket) => {
        const { connect } = require('node:net');
        const there = connect(port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 OK\r\n\r\n');
            socket.pipe(there).pipe(socket);
        });

        socket.on('error', () => there.destroy());
        there.on('error', () => socket.destroy());
        t.after(() => there.destroy());
    });
    proxy.server.on('request', (request, response) => response.end('by proxy'));
    await undici.request(`http://127.0.0.1:${port}/`, { dispatcher: used }).then(drain);
    const { active, errors, aborted } = await watch.until('client',
        (side) => side.finished > 0 && side.active === 0);

    assert.deepStrictEqual([active, errors, aborted], [0, 0, 0]);
});

test('undici_shows_requests_that_wait_and_sockets_in_use', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const { port } = await listen(t, (request, response) => held.push(response));
    const client = dispatcher(t, () => new undici.Client(`http://127.0.0.1:${port}`));
    const asked = Array.from({ length: 4 },
        () => client.request({ path: '/', method: 'GET' }).then(drain));

    const [row] = await watch.untilRows((found) => found.some(({ sockets }) => sockets === 1));
    await until(() => {
        held.splice(0).forEach((response) => response.end());
        return watch.tick('client');
    }, ({ finished }) => finished === 4);
    await Promise.all(asked);

    assert.deepStrictEqual([row.sockets, row.free, row.pending], [1, 0, 3]);
    await watch.untilRows(([after]) => after.pending === 0 && after.free === 1);
});

test('undici_shows_no_socket_that_was_closed', async (t) => {
    const watch = new Watch(t);
    const { server, port } = await listen(t, (request, response) => response.end('ok'));
    const used = dispatcher(t, () => new undici.Agent());

    await undici.request(`http://127.0.0.1:${port}/`, { dispatcher: used }).then(drain);
    await watch.untilRows((found) => found.length === 1);
    server.closeAllConnections();

    await watch.untilRows((found) => found.length === 0);
});

test('undici_counts_refused_connections_as_errors', async (t) => {
    const watch = new Watch(t);

    await assert.rejects(fetch('http://127.0.0.1:1/', { signal: undefined }));
    await assert.rejects(undici.request('http://127.0.0.1:2/'));

    assert.deepStrictEqual(await watch.ends('client', watch.tick('client').started),
        counts(0, 0, watch.tick('client').started));
});

test('undici_counts_a_connection_that_is_closed_before_the_answer_as_an_error', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request) => request.socket.destroy());

    await assert.rejects(undici.request(`http://127.0.0.1:${port}/`, { method: 'POST' }));

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 0, 1));
});

test('undici_counts_requests_that_are_given_up_as_aborted', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.write('part'));
    const url = `http://127.0.0.1:${port}/`;
    const reasons = [undefined, new Error('enough'), 'a text', new DOMException('x', 'Y')];

    for (const reason of reasons) {
        for (const ask of [fetch, undici.request]) {
            const controller = new AbortController();
            const { body } = await ask(url, { signal: controller.signal });

            controller.abort(reason);
            if (ask === fetch)
                continue;
            body.on('error', () => {});
            await once(body, 'close').catch(() => {});
        }
    }

    assert.deepStrictEqual(await watch.ends('client', 8), counts(0, 8));
});

test('undici_counts_an_upgrade_as_finished_when_it_is_sent', async (t) => {
    const watch = new Watch(t);
    const { server, port } = await listen(t, () => {});
    const client = dispatcher(t, () => new undici.Client(`http://127.0.0.1:${port}`));

    server.on('upgrade', (request, socket) => socket.on('error', () => {}).write(
        'HTTP/1.1 101 Yes\r\nConnection: upgrade\r\nUpgrade: y\r\n\r\n'));
    const { socket } = await client.upgrade({ path: '/', protocol: 'y' });

    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
    socket.destroy();
});

test('undici_and_node_http_are_one_side', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    await fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
    await new Promise((resolve) => http.get({ port, host: '127.0.0.1' },
        (response) => response.on('end', resolve).resume()));

    assert.deepStrictEqual(await watch.ends('client', 2), counts(2));
});
