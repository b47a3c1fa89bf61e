/* SPDX-License-Identifier: MIT */
/* The listener hooks in a live process: what they find, and what nobody may notice. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate } = require('./helper.js');

/* Runs `body`, waits until `ready(listeners)` holds in the state, prints `result`. */
const observe = (body, ready, result, options = '') => evaluate(`
    const EventEmitter = require('events'); const p = require('./addon');
    p.start(${options});
    ${body}
    const timer = setInterval(() => {
        const l = p.state().threads[0]?.listeners;
        if (!l) return;
        l.top = l.top.filter(({ emitter }) => emitter !== 'process');
        if (!(${ready})) return;
        clearInterval(timer); console.log(JSON.stringify(${result}));
    }, 20);`, { node: ['--expose-gc'] });

test('counts_heavy_emitters_exactly_by_class_and_event', async () => {
    const { value } = await observe(`
        class Feed extends EventEmitter {}
        const feeds = [new Feed(), new Feed()].map((f) => f.setMaxListeners(0));
        for (let i = 0; i < 50; i++) feeds[0].on('data', () => {});
        for (let i = 0; i < 20; i++) feeds[1].prependListener('data', () => {});
        for (let i = 0; i < 18; i++) feeds[1].once(Symbol('end').description, () => {});`,
    'l.top.length === 2', 'l.top');

    assert.deepStrictEqual(value, [
        { emitter: 'Feed', event: 'data', listeners: 70, most_on_one: 50, emitters: 2,
            standard_error: 0 },
        { emitter: 'Feed', event: 'end', listeners: 18, most_on_one: 18, emitters: 1,
            standard_error: 0 },
    ]);
});

test('follows_a_heavy_emitter_up_and_down', async () => {
    const { value } = await observe(`
        const e = new EventEmitter().setMaxListeners(0); const f = () => {};
        for (let i = 0; i < 100; i++) e.on('data', f);
        let step = 0; const seen = [];
        const go = (l) => {
            const n = l.top[0]?.listeners ?? 0;
            if (n === e.listenerCount('data') && seen.at(-1) !== n) {
                seen.push(n);
                if (++step === 1) for (let i = 0; i < 30; i++) e.on('data', f);
                if (step === 2) for (let i = 0; i < 110; i++) e.off('data', f);
                if (step === 3) e.removeAllListeners();
            } else if (n === 0 && step === 3) { seen.push(0); step = 4; }
            return step === 4;
        };`, 'go(l)', 'seen');

    assert.deepStrictEqual(value, [100, 130, 20, 0]);
});

test('forgets_a_heavy_emitter_that_was_collected', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const p = require('./addon'); p.start();
        let e = new EventEmitter().setMaxListeners(0);
        for (let i = 0; i < 100; i++) e.on('data', () => {});
        let seen = false;
        const timer = setInterval(() => {
            const top = p.state().threads[0]?.listeners?.heavy ?? [];
            if (top?.[0]?.listeners === 100) { seen = true; e = null; }
            if (seen) gc();
            if (!seen || top.length !== 0) return;
            clearInterval(timer); console.log(JSON.stringify(top));
        }, 50);`, { node: ['--expose-gc'] });

    assert.deepStrictEqual(value, []);
});

test('counts_MaxListenersExceededWarnings_and_names_the_last', async () => {
    const { value, stderr } = await observe(`
        const e = new EventEmitter(); for (let i = 0; i < 12; i++) e.on('data', () => {});`,
    'l.max_exceeded.count === 1 && l.top.length === 1',
    '[l.max_exceeded.last, l.top[0].listeners]');

    assert.deepStrictEqual(value, ['EventEmitter data', 12]);
    assert.match(stderr, /MaxListenersExceededWarning/);
});

test('claims_no_total_before_the_first_full_collection', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const p = require('./addon'); p.start();
        globalThis.kept = [];
        for (let i = 0; i < 1000; i++) kept.push(new EventEmitter().on('a', () => {}));
        const { total, emitters, standard_error: error } = p.state().threads[0].listeners;
        console.log(JSON.stringify([total, emitters, error]));
        process.exit();`);

    assert.deepStrictEqual(value, [null, null, null]);
});

test('estimates_many_light_emitters_that_outlived_a_collection', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const p = require('./addon'); p.start();
        globalThis.kept = [];
        for (let i = 0; i < 20000; i++)
            kept.push(new EventEmitter().on('a', () => {}).on('b', () => {})
                .on('b', () => {}));
        gc();
        const timer = setInterval(() => {
            const l = p.state().threads[0]?.listeners;
            if (!l?.total) return;
            clearInterval(timer); console.log(JSON.stringify(l));
        }, 20);`, { node: ['--expose-gc'] });

    assert.ok(Math.abs(value.total - 60000) < 5 * value.standard_error, JSON.stringify(value));
    assert.ok(value.standard_error > 0 && value.standard_error < 30000);
    assert.match(value.counted_by, /sampled after a full GC/);
});

test('changes_nothing_anyone_can_see_on_EventEmitter', async () => {
    const { value: [before, during, after] } = await evaluate(`
        const EventEmitter = require('events'); const P = EventEmitter.prototype;
        const look = (object) => Reflect.ownKeys(object).map((key) => {
            const { value, ...rest } = Object.getOwnPropertyDescriptor(object, key);
            return [String(key), rest, value?.name, value?.length, typeof value];
        });
        const see = () => [look(P), look(EventEmitter), P.on === P.addListener,
            Object.keys(P.on), new EventEmitter().on('a', () => {}).eventNames()];
        const before = see(); const p = require('./addon'); p.start();
        const during = see(); p.close();
        console.log(JSON.stringify([before, during, see()]))`);

    assert.deepStrictEqual(during, before);
    assert.deepStrictEqual(after, before);
});

test('returns_throws_and_emits_as_before', async () => {
    const code = `const EventEmitter = require('events'); const log = [];
        const e = new EventEmitter({ captureRejections: true });
        e.on('newListener', (type) => log.push(String(type)));
        log.push(e.on('a', () => {}) === e, e.addListener(Symbol.for('s'), () => {}) === e);
        try { e.on('a', 7); } catch (x) { log.push(x.code, x.message); }
        try { EventEmitter.prototype.on.call(undefined, 'a', () => {}); }
        catch (x) { log.push(x.name); }
        let turned = 0;
        e.on({ toString() { turned++; return 'odd'; } }, () => {});
        const borrowed = Object.assign(Object.create(null), { on: EventEmitter.prototype.on });
        borrowed.on('x', () => {});
        log.push(turned, borrowed._eventsCount, e.eventNames().map(String));
        console.log(JSON.stringify(log))`;

    const plain = await evaluate(code);
    const observed = await evaluate(`require('./addon').start(); ${code}`);

    assert.deepStrictEqual(observed.value, plain.value);
});

test('puts_the_original_functions_back_on_close', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const P = EventEmitter.prototype;
        const read = () => [P.on, P.addListener, P.prependListener, EventEmitter.init,
            EventTarget.prototype.addEventListener];
        const before = read(); const p = require('./addon');
        const warnings = process.listenerCount('warning');
        p.start(); const during = read(); p.close();
        console.log(JSON.stringify([during.some((f, i) => f === before[i]),
            read().every((f, i) => f === before[i]),
            process.listenerCount('warning') === warnings]))`);

    assert.deepStrictEqual(value, [false, true, true]);
});

test('is_inert_after_close_inside_the_wrapper_of_somebody_else', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const P = EventEmitter.prototype;
        const p = require('./addon'); p.start();
        const ours = P.on; let calls = 0;
        const e = new EventEmitter().setMaxListeners(0);
        P.on = function on(...args) {
            if (this === e) calls++;
            return ours.apply(this, args);
        };
        p.close();
        for (let i = 0; i < 40; i++) e.on('x', () => {});
        p.start(); p.close();
        console.log(JSON.stringify([calls, e.listenerCount('x')]))`);

    assert.deepStrictEqual(value, [40, 40]);
});

test('works_with_frozen_prototypes_and_says_what_it_cannot_count', async () => {
    const { value, stderr } = await evaluate(`
        const EventEmitter = require('events'); const fs = require('fs');
        Object.freeze(EventEmitter); Object.freeze(EventEmitter.prototype);
        const p = require('./addon'); p.start();
        const timer = setInterval(() => {
            const l = p.state().threads[0]?.listeners;
            if (!l?.counted_by) return;
            clearInterval(timer); fs.writeSync(1, JSON.stringify(l.counted_by));
        }, 20);`);

    assert.strictEqual(value, 'warnings only; others: not counted');
    assert.strictEqual(stderr, '');
});

test('listeners_false_places_no_hook', async () => {
    const { value } = await evaluate(`
        const EventEmitter = require('events'); const P = EventEmitter.prototype;
        const before = [P.on, P.addListener, P.prependListener, EventEmitter.init];
        const warnings = process.listenerCount('warning');
        const p = require('./addon'); p.start({ listeners: false });
        const after = [P.on, P.addListener, P.prependListener, EventEmitter.init];
        console.log(JSON.stringify([after.every((f, i) => f === before[i]),
            process.listenerCount('warning') === warnings]))`);

    assert.deepStrictEqual(value, [true, true]);
});

test('survives_emitters_whose_events_are_getters_or_proxies', async () => {
    const { value, stderr } = await observe(`
        const hostile = new EventEmitter();
        Object.defineProperty(hostile, '_events', { get() { throw new Error('mine'); } });
        try { hostile.on('x', () => {}); } catch (error) { console.error(error.message); }
        globalThis.kept = [new Proxy(new EventEmitter().setMaxListeners(0), {})];
        for (let i = 0; i < 40; i++) kept[0].on('x', () => {});
        for (let i = 0; i < 128; i++) {
            const e = new EventEmitter(); kept.push(e);
            Object.defineProperty(e, '_events', { get() { throw new Error('no'); } });
        }
        gc();`, 'l.total >= 40 && l.emitters > 0', 'l.top');

    assert.strictEqual(value[0].listeners, 40);
    assert.strictEqual(stderr, 'mine\n');
});
