/* SPDX-License-Identifier: MIT */
/* What the feed counts of node:http's clients. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Watch, listen, ask, until } = require('./http_watch.js');

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function counts(finished, aborted = 0, errors = 0)
{
    return { finished, aborted, errors };
}

/* A peer that does with each connection what `handle(socket)` says. */
async function peer(t, handle)
{
    const sockets = new Set();
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        handle(socket);
    }).listen(0, '127.0.0.1');

    await once(server, 'listening');
    t.after(() => {
        server.close();
        for (const socket of sockets)
            socket.destroy();
    });
    return server.address().port;
}

function answering(text)
{
    return (socket) => socket.once('data', () => socket.write(text));
}

/* Start a request and swallow what comes of it. */
function start(options)
{
    const request = http.request({ host: '127.0.0.1', agent: false, ...options });

    request.on('error', () => {}).on('response', (response) => {
        response.on('error', () => {}).resume();
    });
    return request;
}

test('client_request_is_in_flight_until_the_whole_answer_is_there', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const port = await peer(t, (socket) => socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
        held.push(socket);
    }));
    const request = start({ port }).end();

    await once(request, 'response');
    const during = [watch.tick('client'), watch.tick('client'), watch.tick('client')];
    held[0].write('lf');

    assert.deepStrictEqual(during.map(({ active }) => active), [1, 1, 1]);
    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
    assert.strictEqual(watch.durations('client'), 1);
});

test('client_settles_a_whole_answer_without_waiting_for_a_tick', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    await ask({ port });
    watch.settle();

    assert.deepStrictEqual(watch.now('client'), { active: 0, started: 1, ...counts(1) });
});

test('client_counts_each_request_on_connections_that_are_kept', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

    await Promise.all(Array.from({ length: 200 }, () => ask({ port, agent })));
    agent.destroy();

    assert.deepStrictEqual(await watch.ends('client', 200), counts(200));
    assert.strictEqual(watch.durations('client'), 200);
});

test('client_counts_HEAD_and_answers_without_a_body', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => {
        response.writeHead(Number(request.url.slice(1))).end();
    });

    for (const status of [200, 204, 304, 404, 500]) {
        await ask({ port, path: `/${status}`, method: 'HEAD' });
        await ask({ port, path: `/${status}` });
    }

    assert.deepStrictEqual(await watch.ends('client', 10), counts(10));
});

test('client_counts_an_answer_that_ends_with_the_connection', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, (socket) => socket.once('data', () => {
        socket.end('HTTP/1.0 200 OK\r\n\r\nall of it');
    }));

    assert.strictEqual(await ask({ port }), 'all of it');
    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
});

test('client_takes_no_informational_answer_for_the_end', async (t) => {
    const watch = new Watch(t);
    const sockets = [];
    const port = await peer(t, (socket) => {
        sockets.push(socket);
        answering('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n')(socket);
    });
    const request = start({ port }).end();

    await once(request, 'continue');
    const during = watch.tick('client');
    sockets[0].write(OK);

    assert.strictEqual(during.active, 1);
    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
});

test('client_counts_an_answer_that_comes_before_the_request_is_sent', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, answering('HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n'));
    const request = start({ port, method: 'POST' });

    request.write('part');
    await once(request, 'response');
    request.end('the rest');

    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
    await sleep(20);
    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
});

test('client_counts_an_upgrade_and_a_tunnel_as_finished', async (t) => {
    const watch = new Watch(t);
    const { server, port } = await listen(t, () => {});

    for (const event of ['upgrade', 'connect']) {
        server.on(event, (request, socket) => socket.on('error', () => {}).write(
            `HTTP/1.1 ${event === 'connect' ? '200 OK' : '101 Yes'}\r\n` +
            'Connection: upgrade\r\nUpgrade: y\r\n\r\n'));
    }
    const requests = [
        start({ port, headers: { Connection: 'upgrade', Upgrade: 'y' } }),
        start({ port, method: 'CONNECT', path: 'x:1' }),
    ];
    const [[, first], [, second]] = await Promise.all([once(requests[0].end(), 'upgrade'),
        once(requests[1].end(), 'connect')]);

    assert.deepStrictEqual(await watch.ends('client', 2), counts(2));
    first.destroy();
    second.destroy();
});

test('client_counts_an_upgrade_that_nobody_takes_as_finished', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, answering(
        'HTTP/1.1 101 Yes\r\nConnection: upgrade\r\nUpgrade: y\r\n\r\n'));

    start({ port, headers: { Connection: 'upgrade', Upgrade: 'y' } }).end();

    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
});

test('client_counts_a_refused_connection_as_an_error', async (t) => {
    const watch = new Watch(t);

    await assert.rejects(ask({ port: 1 }), { code: 'ECONNREFUSED' });

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 0, 1));
});

test('client_counts_a_name_that_is_not_found_as_an_error', async (t) => {
    const watch = new Watch(t);
    const lookup = (name, options, callback) => process.nextTick(callback,
        Object.assign(new Error('no'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));

    await assert.rejects(ask({ host: 'none.invalid', lookup }), { code: 'ENOTFOUND' });

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 0, 1));
});

/* Not once(), which a request that fails would make reject. */
function closed(request)
{
    return new Promise((resolve) => request.on('close', resolve));
}

const failures = {
    closed: (socket) => socket.once('data', () => socket.end()),
    reset: (socket) => socket.once('data', () => socket.resetAndDestroy()),
    garbled: answering('no HTTP at all\r\n\r\n'),
};

for (const [how, handle] of Object.entries(failures)) {
    test(`client_counts_a_connection_that_is_${how}_before_the_answer_as_an_error`,
        async (t) => {
            const watch = new Watch(t);
            const port = await peer(t, handle);

            start({ port }).end();

            assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 0, 1));
        });
}

test('client_counts_an_answer_that_breaks_off_as_aborted', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, (socket) => socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha',
            () => socket.resetAndDestroy());
    }));

    start({ port }).end();

    const { finished, aborted, errors } = await watch.ends('client', 1);
    assert.deepStrictEqual([finished, aborted + errors], [0, 1]);
});

test('client_counts_an_answer_that_turns_to_garbage_as_an_error', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, answering(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'));

    start({ port }).end();

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 0, 1));
});

/* A request that is under way, and how the application gives it up. */
const surrenders = {
    destroyed: (request) => request.destroy(),
    destroyed_with_an_error: (request) => request.destroy(new Error('enough')),
    aborted: (request) => request.abort(),
    ended_by_its_signal: (request, controller) => controller.abort(),
};

for (const [how, giveUp] of Object.entries(surrenders)) {
    test(`client_counts_a_request_${how}_before_the_answer_as_aborted`, async (t) => {
        const watch = new Watch(t);
        const controller = new AbortController();
        const port = await peer(t, () => {});
        const request = start({ port, signal: controller.signal }).end();

        await watch.until('client', ({ active }) => active === 1);
        giveUp(request, controller);

        assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 1));
    });

    test(`client_counts_a_request_${how}_within_the_answer_as_aborted`, async (t) => {
        const watch = new Watch(t);
        const controller = new AbortController();
        const port = await peer(t, answering(
            'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha'));
        const request = start({ port, signal: controller.signal }).end();

        await once(request, 'response');
        watch.tick('client');
        giveUp(request, controller);

        assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 1));
    });

    test(`client_counts_a_request_${how}_before_it_is_sent_once`, async (t) => {
        const watch = new Watch(t);
        const controller = new AbortController();
        const port = await peer(t, answering(OK));
        const request = start({ port, signal: controller.signal });

        request.end();
        giveUp(request, controller);
        await closed(request);

        const { active, errors, started, aborted } = watch.tick('client');
        assert.deepStrictEqual([active, errors, started], [0, 0, aborted]);
    });
}

test('client_counts_a_timeout_that_the_application_acts_upon_as_aborted', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, () => {});
    const request = start({ port, timeout: 20 }).end();

    request.on('timeout', () => request.destroy(new Error('too slow')));

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 1));
});

test('client_counts_no_request_that_waits_for_a_socket', async (t) => {
    const watch = new Watch(t);
    const agent = new http.Agent({ maxSockets: 1 });
    const port = await peer(t, () => {});
    const requests = [start({ port, agent }).end(), start({ port, agent }).end()];

    const { started } = await watch.until('client', ({ active }) => active === 1);
    requests.reverse().forEach((request) => request.destroy());

    assert.strictEqual(started, 1);
    assert.deepStrictEqual(await watch.ends('client', 2), counts(0, 2));
});

test('client_counts_a_request_that_failed_after_our_look_at_it_once', async (t) => {
    const watch = new Watch(t);
    const port = await peer(t, () => {});
    const request = start({ port }).end();

    await watch.until('client', ({ active }) => active === 1);
    request.destroy();
    watch.tick('client');
    await closed(request);

    assert.deepStrictEqual(await watch.ends('client', 1), counts(0, 1));
});

test('client_ignores_the_end_of_requests_from_before_it_was_there', async (t) => {
    const held = [];
    const { port } = await listen(t, (request, response) => held.push(response));
    const asked = ask({ port, agent: false });
    const refused = start({ port });

    refused.end();
    await until(() => held.length, (n) => n === 2);
    const watch = new Watch(t);
    held.forEach((response) => response.end('ok'));
    await asked;
    refused.destroy();
    await sleep(20);

    assert.deepStrictEqual(watch.tick('client'), { active: 0, started: 0, ...counts(0) });
});

test('client_leaves_no_listener_on_what_it_counts', async (t) => {
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const look = async () => {
        const request = start({ port }).end();
        const [response] = await once(request, 'response');

        return [request, response].map((object) => [Reflect.ownKeys(object).length,
            object.eventNames().map((name) => [name, object.listenerCount(name)])]);
    };

    const before = await look();
    const watch = new Watch(t);
    const during = await look();

    assert.deepStrictEqual(during, before);
    assert.deepStrictEqual(await watch.ends('client', 1), counts(1));
});

test('client_keeps_up_with_more_answers_under_way_than_it_looks_at_in_a_turn', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const { port } = await listen(t, (request, response) => {
        response.write('part');
        held.push(response);
    });
    const requests = Array.from({ length: 150 }, () => start({ port }).end());

    await Promise.all(requests.map((request) => once(request, 'response')));
    const during = await watch.until('client', ({ active }) => active === 150);
    watch.settle();
    held.forEach((response) => response.end());

    assert.strictEqual(during.finished, 0);
    assert.deepStrictEqual(await watch.ends('client', 150), counts(150));
});
