/* SPDX-License-Identifier: MIT */
/* Who adds listeners and opens sockets: the lines are named, and nothing stays behind. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { line, until } = require('./helper.js');
const { ask, blocked, look, open, take } = require('./tasks.js');

/* Runs its argument once a trace is on. */
const TRACED = `function whenTraced(run) {
    const { prototype } = require('events'); const { on } = prototype;
    const { init } = require('events');
    const timer = setInterval(() => {
        if (prototype.on === on && require('events').init === init) return;
        clearInterval(timer); run();
    }, 1);
}`;
const ALIVE = 'setInterval(() => {}, 1e6);';
const MENDED = `const EE = require('events'); const P = EE.prototype; const net = require('net');
    const dc = require('diagnostics_channel');
    const hooks = () => [P.on, P.addListener, P.prependListener, EE.init,
        EventTarget.prototype.addEventListener, net.Socket.prototype.connect,
        dc.hasSubscribers('net.server.socket')];
    const before = hooks();
    const mended = () => hooks().every((one, i) => one === before[i]);
    process.stdin.on('data', () => console.log(mended()));`;

async function start(t, code, options)
{
    const served = await look(`${TRACED}
${code}`, options);

    t.after(() => served.child.kill('SIGKILL'));
    return served;
}

/* The first row about `what`, and where it is from: the first frame that is not Node's. */
function row({ rows }, what)
{
    const found = rows.find((one) => (what instanceof RegExp ? what.test(one.what)
        : one.what === what));

    assert.ok(found, JSON.stringify(rows.map((one) => one.what)));
    return { ...found,
        by: found.frames.find(({ file }) => !file.startsWith('node:'))?.function };
}

async function tell(child)
{
    child.stdin.write('now\n');
    return line(child);
}

/* Wait until a trace is on: another one is refused then. */
async function traceOn(url)
{
    await until(() => ask(url, '/profile?seconds=0.1'), ({ status }) => status === 429);
    await ask(url, '/stack'); /* the loop has been told by now, or is about to be */
}

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

    for (const [what, by] of [['EventEmitter leak', 'leaks'], ['EventEmitter piled', 'piles']]) {
        const { alive, added, by: found } = row(trace, what);

        assert.ok(alive === added && added > 5 && found === by, JSON.stringify([what, alive]));
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
        });`);

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

/* ---- Nothing is left behind -------------------------------------------------------------- */

for (const what of ['listeners', 'sockets']) {
    test(`nothing_stays_hooked_after_a_trace_of_${what}`, async (t) => {
        const { child, url } = await start(t, MENDED);

        assert.strictEqual(await tell(child), 'true');
        const traced = take(url, `/trace?seconds=1&what=${what}`);
        await until(() => tell(child), (text) => text === 'false');
        await traced;

        assert.strictEqual(await tell(child), 'true');
    });

    test(`a_client_that_leaves_ends_its_trace_of_${what}`, async (t) => {
        const { child, url } = await start(t, MENDED);
        const request = open(url, `/trace?seconds=300&what=${what}`, () => {});

        request.on('error', () => {});
        await until(() => tell(child), (text) => text === 'false');
        request.destroy();

        await until(() => tell(child), (text) => text === 'true');
    });
}

test('closing_the_agent_in_the_middle_ends_the_trace', async (t) => {
    const { child, url } = await start(t, `${MENDED}
        whenTraced(() => { agent.close(); console.log(mended()); });`,
    { env: { PORTHOLE_LISTENERS: '0' } });

    const request = open(url, '/trace?seconds=300', () => {});
    request.on('error', () => {});

    assert.strictEqual(await line(child), 'true');
});

test('without_hooks_for_counting_a_trace_works_all_the_same', async (t) => {
    const { url } = await start(t, `const e = new (require('events'))().setMaxListeners(0);
        setInterval(function adds() { e.on('x', () => {}); }, 5);`,
    { env: { PORTHOLE_LISTENERS: '0' } });

    const trace = await take(url, '/trace?seconds=0.5');

    assert.strictEqual(row(trace, 'EventEmitter x').by, 'adds');
});

test('no_trace_is_loaded_or_hooked_before_one_is_asked_for', async (t) => {
    const { child } = await start(t, `${MENDED} process.stdin.on('data', () => console.log(
        Object.keys(require.cache).filter((file) => /addon.trace/.test(file)).length));`);

    assert.strictEqual(await tell(child), 'true');
    assert.strictEqual(await line(child), '0');
});

/* ---- Who is in the way ------------------------------------------------------------------- */

test('a_blocked_loop_is_not_traced_and_told_so', async (t) => {
    const { url } = await start(t, 'setTimeout(() => { for (;;); }, 10);');
    await blocked(url);

    const { status, body } = await ask(url, '/trace?wait_ms=100');

    assert.strictEqual(status, 503);
    assert.strictEqual(body.error.code, 'blocked');
    assert.match(body.error.message, /'main' is blocked.*\/stack/);
});

test('a_trace_whose_loop_is_blocked_at_its_end_ends_when_the_loop_turns', async (t) => {
    const { child, url } = await start(t, `${MENDED}
        whenTraced(() => { const end = Date.now() + 2000; while (Date.now() < end); });`);

    const { status, body } = await ask(url, '/trace?seconds=0.5&wait_ms=100');

    assert.strictEqual(status, 503, JSON.stringify(body));
    await until(() => tell(child), (text) => text === 'true');
});

test('the_same_trace_is_shared_and_another_one_refused', async (t) => {
    const { url } = await start(t, `const e = new (require('events'))().setMaxListeners(0);
        setInterval(() => e.on('x', () => {}), 5);`);
    const all = [1, 2, 3].map(() => take(url, '/trace?seconds=2'));

    await traceOn(url);
    const other = await ask(url, '/trace?seconds=2&what=sockets');
    const bodies = await Promise.all(all);

    assert.strictEqual(other.status, 429);
    assert.ok(other.headers['retry-after'] >= 1);
    assert.deepStrictEqual(bodies[1], bodies[0]);
});

test('an_on_that_the_application_has_replaced_is_kept_and_seen_through', async (t) => {
    const { child, url } = await start(t, `const EE = require('events'); const P = EE.prototype;
        const mine = P.on; let calls = 0;
        P.on = function patched(...args) { calls++; return P.addListener.apply(this, args); };
        const patched = P.on;
        const e = new EE().setMaxListeners(0);
        setInterval(function adds() { e.on('x', () => {}); }, 5);
        process.stdin.on('data', () => console.log(P.on === patched && calls > 10));`);

    const trace = await take(url, '/trace?seconds=0.5');

    const { by, added } = row(trace, 'EventEmitter x');
    assert.strictEqual(by, 'adds');
    assert.ok(added < 200, `${added}: each is counted once`);
    assert.strictEqual(await tell(child), 'true');
});

test('hooks_that_were_wrapped_meanwhile_are_inert', async (t) => {
    const { child, url } = await start(t, `const EE = require('events'); const P = EE.prototype;
        const e = new EE().setMaxListeners(0); const plain = P.on;
        const timer = setInterval(function adds() { e.on('x', () => {}); }, 5);
        let theirs, inner;
        const watch = setInterval(() => {
            if (P.on === plain) return;
            clearInterval(watch); inner = P.on;
            theirs = P.on = function on(...args) { return inner.apply(this, args); };
        }, 1);
        process.stdin.on('data', () => console.log(P.on === theirs && inner !== plain &&
            e.listenerCount('x') > 10));`);

    const first = await take(url, '/trace?seconds=1');
    assert.strictEqual(await tell(child), 'true');
    const second = await take(url, '/trace?seconds=0.5');

    assert.ok(row(first, 'EventEmitter x').added > 10);
    const both = second.rows.filter(({ what }) => what === 'EventEmitter x');
    assert.strictEqual(both.length, 1);
    assert.ok(both[0].added < 150, `${both[0].added}`);
});

test('no_code_of_the_application_is_run', async (t) => {
    const { child, url } = await start(t, `const EE = require('events'); let ran = 0;
        const run = () => { ran++; throw new Error('mine'); };
        Error.prepareStackTrace = run;
        const trap = new Proxy({}, { get: () => run });
        const e = () => new EE().setMaxListeners(0);
        const odd = [e(), new Proxy(e(), {}), Object.assign(e(), { constructor: trap })];
        class Named extends EE { static get name() { return run(); } }
        const named = new Named();
        Object.defineProperty(Named.prototype, 'constructor', { get: run });
        const late = e(); const swapped = e(); const revoked = Proxy.revocable(e(), {});
        globalThis.kept = [odd, named, late, swapped, revoked];
        const { on } = EE.prototype;
        whenTraced(() => {
            for (const one of odd) one.on('x', () => {});
            named.on('x', () => {});
            late.on('x', () => {});
            on.call(revoked.proxy, 'x', () => {});
            Object.defineProperty(late, '_events', { get: run });
            swapped.on('x', () => {}); swapped.on('x', () => {});
            swapped._events = { get x() { return run(); } };
            e().on('y', () => {}); const list = [() => {}, () => {}];
            Object.defineProperty(list, '0', { get: run });
            const listed = e(); kept.push(listed); listed.on('y', () => {});
            listed._events = { y: list };
            const proxied = e(); kept.push(proxied); proxied.on('y', () => {});
            proxied._events = new Proxy({}, trap);
            kept.push(Object.setPrototypeOf({ on: EE.prototype.on }, new Proxy({}, {
                getPrototypeOf: run })));
            revoked.revoke();
            process.stdin.on('data', () => console.log(ran));
        });`);

    const trace = await take(url, '/trace?seconds=1');

    assert.strictEqual(await tell(child), '0');
    assert.ok(trace.added >= 9, JSON.stringify(trace));
});

test('objects_as_events_are_made_text_by_nobody_but_node', async (t) => {
    const { child, url } = await start(t, `const e = new (require('events'))(); let turned = 0;
        whenTraced(() => {
            e.on({ toString() { turned++; return 'odd'; } }, () => {});
            const plain = turned; process.stdin.on('data', () => console.log(plain, turned)); });`);

    const trace = await take(url, '/trace?seconds=1');

    assert.strictEqual(row(trace, 'EventEmitter (other)').added, 1);
    const [plain, turned] = (await tell(child)).split(' ');
    assert.strictEqual(plain, turned);
});

test('frozen_prototypes_are_told', async (t) => {
    const { url } = await start(t, `const EE = require('events');
        Object.freeze(EE); Object.freeze(EE.prototype); ${ALIVE}`);

    for (const what of ['listeners', 'sockets']) {
        const { status, body } = await ask(url, `/trace?seconds=0.1&what=${what}`);

        assert.strictEqual(status, 503);
        assert.match(body.error.message, /frozen/);
    }
});

/* ---- Workers ------------------------------------------------------------------------------ */

const WORKER = `const { Worker } = require('worker_threads');
    const worker = new Worker(\`require('./addon').start();
        const e = new (require('events'))().setMaxListeners(0);
        setInterval(function inWorker() { e.on('w', () => {}); }, 5);
        require('worker_threads').parentPort.postMessage(0)\`, { eval: true });
    worker.on('message', () => console.log('joined'));
    worker.on('exit', () => console.log('gone'));
    process.stdin.on('data', () => worker.terminate());`;

test('a_worker_is_traced_by_its_number', async (t) => {
    const { child, url } = await start(t, WORKER);
    assert.strictEqual(await line(child), 'joined');

    const trace = await take(url, '/trace?seconds=0.5&thread=1');

    assert.strictEqual(trace.thread.id, 1);
    assert.strictEqual(row(trace, 'EventEmitter w').by, 'inWorker');
});

test('a_worker_terminated_during_its_trace_hurts_nobody', async (t) => {
    const { child, url } = await start(t, WORKER);
    assert.strictEqual(await line(child), 'joined');
    const asked = ask(url, '/trace?seconds=300&thread=1');

    await traceOn(url);
    child.stdin.write('end\n');

    assert.strictEqual(await line(child), 'gone');
    const { status, body } = await asked;
    assert.strictEqual(status, 503);
    assert.strictEqual(body.error.code, 'thread-ended');
    await take(url, '/stack');
});

test('workers_that_come_and_go_while_they_are_traced_hurt_nobody', async (t) => {
    const { child, url } = await start(t, `const { Worker } = require('worker_threads');
        let n = 0;
        (function next() {
            if (n++ === 30) return console.log('done');
            const worker = new Worker(\`require('./addon').start();
                const e = new (require('events'))().setMaxListeners(0);
                const on = () => { for (let i = 0; i < 100; i++) e.on('w', () => {});
                    setImmediate(on); };
                on()\`, { eval: true });
            worker.on('online', () => setTimeout(() => worker.terminate(), 40 + n));
            worker.on('exit', next);
        })();
        ${ALIVE}`);
    let going = true;

    const asking = (async () => {
        for (let id = 1; going; id++)
            await Promise.all([id, id + 1, id + 2].map((thread) =>
                ask(url, `/trace?seconds=0.1&thread=${(thread - 1) % 31 + 1}`)));
    })();
    assert.strictEqual(await line(child), 'done');
    going = false;
    await asking;

    child.kill();
    assert.deepStrictEqual(await once(child, 'close'), [null, 'SIGTERM'], child.text);
});
