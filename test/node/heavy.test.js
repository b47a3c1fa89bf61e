/* SPDX-License-Identifier: MIT */
/* Emitters that are followed one by one, and how emitters are read; without an agent. */
'use strict';

const assert = require('node:assert');
const { EventEmitter } = require('node:events');
const { test } = require('node:test');
const { HeavyEmitters } = require('../../addon/feeds/heavy.js');
const { History } = require('../../addon/feeds/history.js');
const { Kinds } = require('../../addon/feeds/kinds.js');
const { emitters, className, eventText } = require('../../addon/feeds/reading.js');
const { targets } = require('../../addon/feeds/targets.js');

const MINUTE = 60000;
let clock = 0;
const newHeavy = () => new HeavyEmitters(() => clock);

function emitterWith(n, event = 'data', emitter = new EventEmitter())
{
    emitter.setMaxListeners(0);
    for (let i = 0; i < n; i++)
        emitter.on(event, () => {});
    return emitter;
}

const sum = (heavy) => heavy.tally(new Kinds());
const rows = (heavy) => heavy.top().rows;

test('heavy_counts_an_emitter_once_however_often_it_is_noted', () => {
    const heavy = newHeavy();
    const emitter = emitterWith(20);

    heavy.note(emitter, 'data', emitters, 'first (a.js:1:1)');
    heavy.note(emitter, 'data', emitters);
    heavy.count();

    assert.strictEqual(sum(heavy), 20);
    assert.deepStrictEqual(rows(heavy),
        ['EventEmitter', 'data', 20, null, null, null, 'first (a.js:1:1)']);
});

test('heavy_adds_up_emitters_of_one_class_and_event', () => {
    const heavy = newHeavy();
    const kinds = new Kinds();
    const both = [emitterWith(20), emitterWith(30)];

    both.forEach((emitter) => heavy.note(emitter, 'data', emitters));
    heavy.tally(kinds);
    const { listeners, most, emitters: n, error } = kinds.at('EventEmitter', 'data');

    assert.deepStrictEqual([listeners, most, n, error], [50, 30, 2, 0]);
});

test('heavy_forgets_an_emitter_whose_listeners_were_removed_and_knows_it_again_later', () => {
    const heavy = newHeavy();
    const emitter = emitterWith(16);

    heavy.note(emitter, 'data', emitters);
    emitter.removeAllListeners();
    heavy.count();
    const empty = [sum(heavy), heavy.has(emitter, 'data')];
    heavy.note(emitterWith(16, 'data', emitter), 'data', emitters);

    assert.deepStrictEqual(empty, [0, false]);
    assert.strictEqual(sum(heavy), 16);
});

test('heavy_holds_at_most_1024_entries_and_shows_at_most_20_and_the_cut', () => {
    const heavy = newHeavy();
    const emitter = new EventEmitter();

    for (let event = 0; event < 1100; event++) {
        emitterWith(16, `event ${event}`, emitter);
        heavy.note(emitter, `event ${event}`, emitters);
    }

    assert.strictEqual(sum(heavy), 1024 * 16);
    assert.strictEqual(rows(heavy).length, 20 * 7);
    assert.strictEqual(heavy.top().total, 1100);
});

test('heavy_remembers_what_there_was_minutes_ago', () => {
    const heavy = newHeavy();
    const emitter = emitterWith(16);

    clock = 0;
    heavy.note(emitter, 'data', emitters);
    for (let minute = 1; minute <= 90; minute++) {
        clock = minute * MINUTE;
        emitterWith(1, 'data', emitter);
        heavy.count();
    }

    assert.deepStrictEqual(rows(heavy).slice(2, 6), [106, 105, 96, 46]);
});

test('history_says_nothing_of_the_time_before_it_began', () => {
    const history = new History(5.5 * MINUTE, 3);

    history.note(6 * MINUTE, 4);
    history.note(7 * MINUTE, 9);

    assert.deepStrictEqual([1, 2, 10, 60].map((n) => history.ago(7 * MINUTE, n)),
        [4, 3, null, null]);
});

test('history_fills_a_gap_with_what_came_after_it', () => {
    const history = new History(0, 1);

    history.note(1 * MINUTE, 2);
    history.note(500 * MINUTE, 7);

    assert.deepStrictEqual([1, 10, 60].map((n) => history.ago(500 * MINUTE, n)), [7, 7, 7]);
});

test('heavy_survives_hostile_emitters_and_runs_none_of_their_code', () => {
    const heavy = newHeavy();
    let ran = 0;
    const trap = () => { ran++; throw new Error('no'); };
    const handler = new Proxy({}, { get: trap });
    const hostile = [
        { get constructor() { return trap(); }, get _events() { return trap(); } },
        { constructor: { name: 7 }, _events: { x: 'text' } },
        { constructor: null, _events: new Map([['x', 1]]) },
        { _events: new Proxy({}, handler) },
        { _events: { get x() { return trap(); } } },
        { _events: { x: new Proxy([], handler) } },
        Object.create(new Proxy({}, handler)),
        new Proxy(new EventEmitter(), handler),
    ];

    hostile.forEach((emitter) => heavy.note(emitter, 'x', emitters));
    hostile.forEach((emitter) => heavy.note(emitter, 'y', targets));
    heavy.count();

    assert.deepStrictEqual([sum(heavy), heavy.top().total, ran], [0, 0, 0]);
});

test('class_names_come_from_data_alone', () => {
    class Feed extends EventEmitter {}
    class Named extends EventEmitter { static name = 'Other'; }
    class Hidden extends EventEmitter { static get name() { throw new Error('no'); } }
    function Old() { EventEmitter.call(this); }
    Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);

    assert.deepStrictEqual(
        [new Feed(), new Named(), new Hidden(), new Old(), Object.create(null),
            new Proxy(new Feed(), {}), () => {}, process].map(className),
        ['Feed', 'Other', 'Object', 'Old', 'Object', 'Object', 'Function', 'process']);
});

test('events_are_text_without_asking_objects_for_it', () => {
    const shouting = { toString() { throw new Error('no'); } };

    assert.deepStrictEqual(['a', Symbol('b'), 7, shouting, 'x'.repeat(500)].map(eventText)
        .map((text) => text.slice(0, 9)), ['a', 'Symbol(b)', '7', '(object)', 'xxxxxxxxx']);
});

test('an_emitter_with_a_million_events_is_not_listed', () => {
    const emitter = new EventEmitter();
    const seen = [];

    for (let i = 0; i < 1000000; i++)
        emitter.on(`request ${i}`, () => {});
    const began = process.hrtime.bigint();
    emitters.each(emitter, (event, n) => seen.push([event, n]));
    const took = Number(process.hrtime.bigint() - began) / 1e6;

    assert.deepStrictEqual(seen, [['(many events)', 1000000]]);
    assert.ok(took < 20, `${took} ms`);
});

test('listeners_of_event_targets_are_read', () => {
    const { signal } = new AbortController();
    const seen = [];
    const once = () => {};

    for (let i = 0; i < 3; i++)
        signal.addEventListener('abort', () => {});
    signal.addEventListener('x', once, { once: true });
    signal.addEventListener('y', once);
    signal.removeEventListener('y', once);
    targets.each(signal, (event, n) => seen.push([event, n]));

    assert.deepStrictEqual(seen, [['abort', 3], ['x', 1]]);
    assert.strictEqual(targets.listenersOf(signal, 'abort'), 3);
    assert.strictEqual(targets.listenersOf(signal, 'y'), 0);
});
