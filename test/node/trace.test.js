/* SPDX-License-Identifier: MIT */
/* Who adds listeners and opens sockets: the lines are named, what is gone is not counted. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { take } = require('./tasks.js');
const { ALIVE, row, start } = require('./traces.js');

/* ---- Listeners --------------------------------------------------------------------- */

test('a_trace_names_the_line_that_adds_listeners_to_a_socket_of_a_keep_alive_agent',
    async (t) => {
        const { url } = await start(t, `const http = require('http');
            const one = new http.Agent({ keepAlive: true, maxSockets: 1 });
            const server = http.createServer((q, r) => r.end()).listen(0, '127.0.0.1', again);
            function forgetful(request) {
                request.on('socket', (socket) => {
                    socket.setMaxListeners(0);
                    socket.on('error', () => {});
                });
            }
            function again() {
                const { port } = server.address();
                forgetful(http.get({ port, agent: one }, (response) => {
                    response.resume().on('end', () => setTimeout(again, 20));
                }));
            }`);

        const trace = await take(url, '/trace?seconds=1');

        const [first] = trace.rows;
        const [frame] = first.frames.filter(({ file }) => !file.startsWith('node:'));
        assert.strictEqual(first.what, 'Socket error', JSON.stringify(first));
        assert.ok(first.alive > 3 && first.alive === first.added, JSON.stringify(first));
        assert.strictEqual(first.most_on_one, first.alive);
        assert.strictEqual(frame.file, '[eval]');
        assert.ok(frame.line > 0 && frame.column > 0);
        assert.deepStrictEqual([trace.what, trace.sampled_one_in, trace.truncated],
            ['listeners', 1, false]);
        assert.ok(trace.seconds >= 1);
    });

test('only_what_is_still_there_is_alive', async (t) => {
    const { url } = await start(t, `const EE = require('events');
        const e = new EE().setMaxListeners(0); const same = () => {}; let n = 0;
        function leaks() { e.on('leak', () => {}); }
        function tidies() { const f = () => {}; e.on('tidy', f); e.off('tidy', f); }
        function shares() { e.on('shared', same); e.off('shared', same); }
        function keepsOne() { e.on('one', same); e.off('one', same); e.on('one', same);
            if (n++) e.off('one', same); }
        function piles() { e.on('piled', same); }
        function fires() { e.once('fired', () => {}); e.emit('fired'); }
        function drops() { new EE().on('dropped', () => {}); }
        setInterval(() => { leaks(); tidies(); shares(); keepsOne(); piles(); fires();
            drops(); gc(); }, 5);`, { node: ['--expose-gc'] });

    const trace = await take(url, '/trace?seconds=1');

    for (const [event, by] of [['leak', 'leaks'], ['piled', 'piles']]) {
        const { alive, added, by: found } = row(trace, `EventEmitter ${event}`);

        assert.ok(alive === added && added > 5 && found === by, JSON.stringify([event, alive]));
    }
    for (const what of ['tidy', 'shared', 'fired']) {
        const { alive, added } = row(trace, `EventEmitter ${what}`);

        assert.ok(alive === 0 && added > 5, JSON.stringify([what, alive, added]));
    }
    assert.ok(row(trace, 'EventEmitter dropped').alive <= 2);
    assert.ok(trace.rows.filter(({ what }) => what === 'EventEmitter one')
        .reduce((sum, { alive }) => sum + alive, 0) === 1);
    assert.ok(trace.full_collections > 5);
    assert.strictEqual(trace.removed, trace.added - trace.alive);
});

test('every_way_to_add_is_seen_once', async (t) => {
    const { url } = await start(t, `const EE = require('events');
        const { Readable } = require('stream');
        const e = new EE().setMaxListeners(0); const target = new EventTarget();
        const { signal } = new AbortController(); const r = new Readable({ read() {} });
        EE.setMaxListeners(0, target, signal, r);
        const ways = [() => e.on('on', () => {}), () => e.addListener('addListener', () => {}),
            () => e.prependListener('prepend', () => {}), () => e.once('once', () => {}),
            () => e.prependOnceListener('prependOnce', () => {}), () => e.on(404, () => {}),
            () => e.on(Symbol.for('symbol'), () => {}), () => r.on('close', () => {}),
            () => target.addEventListener('target', () => {}),
            () => target.addEventListener('object', { handleEvent() {} }),
            () => signal.addEventListener('abort', () => {}, { once: true })];
        whenTraced(() => {
            for (const way of ways) for (let i = 0; i < 7; i++) way();
        });
        ${ALIVE}`);

    const trace = await take(url, '/trace?seconds=1');

    for (const what of ['EventEmitter on', 'EventEmitter addListener', 'EventEmitter prepend',
        'EventEmitter once', 'EventEmitter prependOnce', 'EventEmitter 404',
        'EventEmitter symbol', 'Readable close', 'EventTarget target', 'EventTarget object',
        'AbortSignal abort']) {
        const { alive, added } = row(trace, what);

        assert.deepStrictEqual([what, alive, added], [what, 7, 7]);
    }
});

test('event_targets_that_lose_their_listeners_are_read_right', async (t) => {
    const { url } = await start(t, `const target = new EventTarget(); const same = () => {};
        require('events').setMaxListeners(0, target);
        function keeps() { target.addEventListener('kept', () => {}); }
        function twice() { target.addEventListener('twice', same); }
        function tidies() { const f = () => {}; target.addEventListener('tidy', f);
            target.removeEventListener('tidy', f); }
        setInterval(() => { keeps(); twice(); tidies(); }, 5);`);

    const trace = await take(url, '/trace?seconds=0.5');

    assert.strictEqual(row(trace, 'EventTarget kept').alive,
        row(trace, 'EventTarget kept').added);
    assert.strictEqual(row(trace, 'EventTarget twice').alive, 1);
    assert.strictEqual(row(trace, 'EventTarget tidy').alive, 0);
});

test('many_additions_are_sampled_and_weighed', async (t) => {
    const { url } = await start(t, `const EE = require('events');
        const e = new EE().setMaxListeners(0); let added = 0;
        function some() { for (let i = 0; i < 100; i++) e.on('some', () => {}); }
        function tidies() { for (let i = 0; i < 300; i++) { const f = () => {};
            e.on('tidy', f); e.off('tidy', f); } }
        (function again() { some(); tidies(); if (++added % 50 === 0) e.removeAllListeners();
            setImmediate(again); })();`);

    const trace = await take(url, '/trace?seconds=1');

    const tidy = row(trace, 'EventEmitter tidy');
    const some = row(trace, 'EventEmitter some');
    assert.ok(trace.sampled_one_in > 1 && trace.added > 10000, JSON.stringify(trace.added));
    assert.strictEqual(tidy.alive, 0);
    assert.ok(some.alive < 50 * 100 * 5, `${some.alive}`);
    assert.ok(Math.abs(tidy.added / some.added - 3) < 1, `${tidy.added} ${some.added}`);
    assert.ok(Math.abs((tidy.added + some.added) / trace.added - 1) < 0.25);
});

test('a_million_events_stacks_and_emitters_fit_into_bounded_memory', async (t) => {
    const { url } = await start(t, `const EE = require('events'); let n = 0;
        const places = Array.from({ length: 1500 }, (_, i) =>
            new Function('e', 'name', '\\n'.repeat(i) + 'e.on(name, () => {});'));
        globalThis.kept = [];
        const long = 'x'.repeat(5000);
        whenTraced(function some() {
            for (let i = 0; i < 2e4; i++) {
                const e = new EE(); if (i % 10 === 0) kept.push(e);
                places[n % 1500](e, i % 100 ? 'event ' + n++ : long + n++);
            }
            if (n < 1e6) setImmediate(some);
        });
        ${ALIVE}`);

    const trace = await take(url, '/trace?seconds=8&wait_ms=60000');

    assert.ok(trace.added > 1e5, `${trace.added}`);
    assert.ok(trace.sampled_one_in > 4);
    assert.strictEqual(trace.rows.length, 50);
    assert.strictEqual(trace.truncated, true);
    assert.ok(trace.rows_total > 500);
    assert.ok(trace.rows.every(({ what }) => Buffer.byteLength(what) < 96));
});

/* ---- Sockets --------------------------------------------------------------------------- */

test('sockets_are_named_by_where_they_go_and_who_opens_them', async (t) => {
    const { url } = await start(t, `const http = require('http'); const net = require('net');
        const kept = []; let n = 0;
        const server = http.createServer((q, r) => r.end()).listen(0, () => {
            const { port } = server.address();
            function leaks() { kept.push(net.connect(port, '127.0.0.1')); }
            function calls() { http.get({ port, host: 'localhost', agent: false },
                (response) => response.resume()).on('error', () => {}); }
            whenTraced(() => setInterval(() => { if (n++ < 20) { leaks(); calls(); } }, 20));
        });`);

    const trace = await take(url, '/trace?seconds=1.5&what=sockets');

    const leaks = row(trace, /^127\.0\.0\.1:\d+$/);
    const calls = row(trace, /^localhost:\d+$/);
    const incoming = row(trace, /^incoming :\d+$/);
    assert.strictEqual(leaks.by, 'leaks');
    assert.ok(leaks.alive === leaks.added && leaks.added > 2, JSON.stringify(leaks));
    assert.strictEqual(calls.by, 'calls');
    assert.strictEqual(calls.alive, 0);
    assert.strictEqual(incoming.added, leaks.added + calls.added);
    assert.strictEqual(incoming.alive, leaks.alive);
    /* Node itself opens its stderr, a pipe, when it first thinks of it. */
    assert.ok(trace.added - 2 * incoming.added <= 1, `${trace.added}`);
});

test('servers_and_datagrams_are_sockets_and_what_was_never_opened_is_none', async (t) => {
    const { url } = await start(t, `const net = require('net');
        const dgram = require('dgram'); const EE = require('events');
        whenTraced(() => {
            globalThis.kept = [net.createServer().listen({ port: 0, host: '127.0.0.1' }),
                net.createServer(), dgram.createSocket('udp4'), new EE(),
                net.createServer().listen('\\0porthole-trace-' + process.pid)];
            dgram.createSocket('udp4').close();
        });`);

    const trace = await take(url, '/trace?seconds=1&what=sockets');

    assert.deepStrictEqual([trace.added, trace.alive], [4, 3], JSON.stringify(trace.rows));
    assert.strictEqual(row(trace, /^listening/).alive, 1);
});

test('a_connection_with_tls_counts_once_at_each_end', async (t) => {
    const { url } = await start(t, `const tls = require('tls'); const net = require('net');
        const common = { ciphers: 'PSK+HIGH:@SECLEVEL=0', maxVersion: 'TLSv1.2' };
        const psk = Buffer.alloc(32, 7); globalThis.kept = [];
        const server = tls.createServer({ ...common, pskCallback: () => psk }, (socket) => {
            kept.push(socket.on('error', () => {}));
        }).listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            const options = { ...common, port, host: '127.0.0.1',
                pskCallback: () => ({ psk, identity: 'me' }), checkServerIdentity() {} };
            whenTraced(() => kept.push(tls.connect(options),
                tls.connect({ ...options, socket: net.connect(port, '127.0.0.1') })));
        });`);

    const trace = await take(url, '/trace?seconds=1.5&what=sockets');

    const counts = trace.rows.map(({ what, added }) => [what.replace(/\d+$/, 'PORT'), added]);
    assert.deepStrictEqual(counts.sort(), [['127.0.0.1:PORT', 1], ['127.0.0.1:PORT', 1],
        ['incoming :PORT', 2]]);
    assert.deepStrictEqual([trace.added, trace.alive], [4, 4]);
});
