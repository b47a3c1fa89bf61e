/* SPDX-License-Identifier: MIT */
/* What the feed counts of servers. Clients here are bare sockets, so that only one side of
 * HTTP is in this process. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const { test } = require('node:test');
const { Watch, listen, dial, until } = require('./http_watch.js');

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

function counts(finished, aborted = 0, errors = 0)
{
    return { finished, aborted, errors };
}

test('server_request_is_in_flight_until_its_answer_is_sent', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const { port } = await listen(t, (request, response) => held.push(response));

    await dial(t, port, GET);
    const during = await watch.until('server', ({ active }) => active === 1);
    held[0].end('ok');

    assert.strictEqual(during.started, 1);
    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
    assert.strictEqual(watch.durations('server'), 1);
});

test('server_counts_each_request_of_a_connection_that_is_kept', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));
    const { socket, text } = await dial(t, port, GET);

    for (let n = 1; n < 5; n++) {
        await until(() => text().split('HTTP/1.1 200').length - 1, (seen) => seen === n);
        socket.write(GET);
    }

    assert.deepStrictEqual(await watch.ends('server', 5), counts(5));
});

test('server_counts_pipelined_requests', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => setImmediate(() => {
        response.end('ok');
    }));

    await dial(t, port, GET.repeat(10));

    assert.deepStrictEqual(await watch.ends('server', 10), counts(10));
});

test('server_counts_pipelined_requests_whose_client_goes_away_as_aborted', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, () => {});
    const { socket } = await dial(t, port, GET.repeat(5));

    await watch.until('server', ({ active }) => active === 5);
    socket.destroy();

    assert.deepStrictEqual(await watch.ends('server', 5), counts(0, 5));
});

test('server_counts_HTTP_1_0', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    await dial(t, port, 'GET / HTTP/1.0\r\n\r\n');

    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
});

test('server_counts_HEAD_and_answers_without_a_body', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.writeHead(204).end());

    await dial(t, port, `HEAD / HTTP/1.1\r\nHost: x\r\n\r\n${GET}`);

    assert.deepStrictEqual(await watch.ends('server', 2), counts(2));
});

test('server_takes_no_informational_answer_for_the_end', async (t) => {
    const watch = new Watch(t);
    const held = [];
    const { port } = await listen(t, (request, response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        held.push(response);
    });

    const { text } = await dial(t, port, GET);
    await until(text, (seen) => seen.includes('103 Early Hints'));
    const during = watch.tick('server');
    held[0].end();

    assert.strictEqual(during.active, 1);
    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
});

test('server_counts_an_answer_that_does_not_wait_for_the_body_of_the_request', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.writeHead(413).end());

    await dial(t, port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');

    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
});

test('server_counts_an_answer_that_is_ended_twice_once', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => {
        response.on('error', () => {});
        response.end('ok');
        response.end();
        response.end('more');
    });

    await dial(t, port, GET);

    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
});

test('server_notices_that_the_client_has_gone', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.write('part'));
    const { socket, text } = await dial(t, port, GET);

    await until(text, (seen) => seen.includes('part'));
    socket.resetAndDestroy();

    assert.deepStrictEqual(await watch.ends('server', 1), counts(0, 1));
    assert.strictEqual(watch.durations('server'), 0);
});

test('server_counts_an_answer_that_is_ended_after_the_client_as_aborted', async (t) => {
    const watch = new Watch(t);
    const closed = [];
    const { port } = await listen(t, (request, response) => response.on('close', () => {
        response.on('error', () => {});
        response.end('too late');
        closed.push(response);
    }));
    const { socket } = await dial(t, port, GET);

    await watch.until('server', ({ active }) => active === 1);
    socket.destroy();
    await until(() => closed.length, (n) => n === 1);

    assert.deepStrictEqual(await watch.ends('server', 1), counts(0, 1));
});

test('server_notices_an_answer_that_the_application_destroys', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.destroy());

    await dial(t, port, GET);

    assert.deepStrictEqual(await watch.ends('server', 1), counts(0, 1));
});

test('server_counts_an_answer_destroyed_with_an_error_as_an_error', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => {
        response.on('error', () => {});
        response.destroy(new Error('cannot'));
    });

    await dial(t, port, GET);

    assert.deepStrictEqual(await watch.ends('server', 1), counts(0, 0, 1));
});

test('server_counts_requests_with_a_response_class_of_the_application', async (t) => {
    class Response extends http.ServerResponse
    {
        get closed() { throw new Error('no'); }
    }
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => {
        if (request.url === '/end')
            response.end('ok');
    }, (handler) => http.createServer({ ServerResponse: Response }, handler));
    const { socket } = await dial(t, port, 'GET /end HTTP/1.1\r\nHost: x\r\n\r\n');

    await watch.ends('server', 1);
    socket.write(GET);
    await watch.until('server', ({ active }) => active === 1);
    socket.destroy();

    assert.deepStrictEqual(await watch.ends('server', 2), counts(1, 1));
});

test('server_leaves_no_listener_and_no_property_on_what_it_counts', async (t) => {
    const seen = [];
    const { port } = await listen(t, (request, response) => {
        seen.push([request, response].map((object) => [Reflect.ownKeys(object).length,
            object.eventNames().map((name) => [name, object.listenerCount(name)])]));
        response.end();
    });
    const { socket, text } = await dial(t, port, GET);

    await until(text, (got) => got.includes('200'));
    const watch = new Watch(t);
    socket.write(GET);
    await watch.ends('server', 1);

    assert.deepStrictEqual(seen[1], seen[0]);
});

test('server_does_not_count_upgrades_and_tunnels_that_the_application_takes', async (t) => {
    const watch = new Watch(t);
    const { server, port } = await listen(t, (request, response) => response.end('ok'));

    for (const event of ['upgrade', 'connect'])
        server.on(event, (request, socket) => socket.end('HTTP/1.1 101 Yes\r\n\r\n'));
    const upgrade = await dial(t, port,
        'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: y\r\n\r\n');
    const tunnel = await dial(t, port, 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all([upgrade, tunnel].map(({ socket }) => once(socket, 'close')));

    assert.deepStrictEqual(await watch.ends('server', 0), counts(0));
});

test('server_counts_an_upgrade_that_is_answered_as_a_plain_request', async (t) => {
    const watch = new Watch(t);
    const { port } = await listen(t, (request, response) => response.end('ok'));

    await dial(t, port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\n' +
        'Upgrade: y\r\n\r\n');

    assert.deepStrictEqual(await watch.ends('server', 1), counts(1));
});

test('server_counts_what_express_answers', async (t) => {
    const watch = new Watch(t);
    const app = require('express')();

    app.get('/', (request, response) => response.json({ ok: true }));
    app.get('/throw', () => {
        throw Object.assign(new Error('no'), { status: 500, stack: '' });
    });
    app.set('env', 'test');
    const { port } = await listen(t, app);
    await dial(t, port, `${GET}GET /throw HTTP/1.1\r\nHost: x\r\n\r\n` +
        'GET /none HTTP/1.1\r\nHost: x\r\n\r\n');

    assert.deepStrictEqual(await watch.ends('server', 3), counts(3));
});
