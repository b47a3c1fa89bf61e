/* SPDX-License-Identifier: MIT */
/* Traces leave nothing behind, run no code of the application, and end whatever happens. */
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { line, until } = require('./helper.js');
const { ask, blocked, open, take } = require('./tasks.js');
const { ALIVE, row, start, tell, traceOn } = require('./traces.js');

const MENDED = `const EE = require('events'); const P = EE.prototype;
    const net = require('net');
    const dc = require('diagnostics_channel');
    const hooks = () => [P.on, P.addListener, P.prependListener, EE.init,
        EventTarget.prototype.addEventListener, net.Socket.prototype.connect,
        dc.hasSubscribers('net.server.socket')];
    const before = hooks();
    const mended = () => hooks().every((one, i) => one === before[i]);
    process.stdin.on('data', () => console.log(mended()));`;

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
            const plain = turned;
            process.stdin.on('data', () => console.log(plain, turned)); });`);

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

/* ---- Workers ------------------------------------------------------------------------- */

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
    assert.match(body.error.message, /thread (has ended|is ending)/);
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
