/* SPDX-License-Identifier: MIT */
'use strict';

const assert = require('node:assert');
const { EventEmitter } = require('node:events');
const { test } = require('node:test');
const { Census } = require('../../addon/feeds/census.js');
const { HeavyEmitters } = require('../../addon/feeds/heavy.js');
const { Hooks } = require('../../addon/feeds/hooks.js');
const { ResourceFeed } = require('../../addon/feeds/resources.js');

/* Mulberry32: the same numbers in every run. */
function random(seed)
{
    return () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);

        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

function emittersWith(counts)
{
    return counts.map((listeners) => ({ listeners }));
}

function observe(census, emitters)
{
    for (const emitter of emitters) {
        if (census.due())
            census.remember(emitter);
    }
}

function finishRound(census, steps = 15)
{
    for (let i = 0; i < steps; i++)
        census.step((emitter) => emitter.listeners);
}

/* What a ResourceFeed publishes of a list. */
function publishedOf(list)
{
    const published = {};
    const feed = new ResourceFeed({
        resources(flat) { published.resources = flat; },
        requests(flat) { published.requests = flat; },
        timers(...counts) { published.timers = counts; },
    }, { now: () => 0, list: () => list });

    feed.sample();
    return published;
}

test('resources_counts_by_type', () => {
    const { resources } = publishedOf(['Timeout', 'TCPSocketWrap', 'Timeout']);

    assert.deepStrictEqual(resources, ['Timeout', 2, 'TCPSocketWrap', 1]);
});

test('resources_tells_timers_and_immediates_apart_from_all_others', () => {
    const { timers } = publishedOf(['Immediate', 'Timeout', 'TCPSocketWrap', 'Timeout']);

    assert.deepStrictEqual(timers, [2, 1]);
});

test('resources_takes_for_a_request_what_is_no_handle_and_no_timer', () => {
    const { requests } = publishedOf(['FSReqCallback', 'TCPServerWrap', 'Timeout', 'TTYWrap',
        'SomethingNewWrap', 'FSReqCallback', 'ConnectWrap', 'MessagePort']);

    assert.deepStrictEqual(requests,
        ['FSReqCallback', 2, 'SomethingNewWrap', 1, 'ConnectWrap', 1]);
});

/* A count that takes `cost` ms is not repeated before `due`. */
function checkRest(cost, due)
{
    let clock = 0;
    let calls = 0;
    const list = () => {
        calls++;
        clock += cost;
        return [];
    };
    const binding = { resources() {}, requests() {}, timers() {} };
    const feed = new ResourceFeed(binding, { now: () => clock, list });

    feed.sample();
    clock = due - 1;
    feed.sample();
    clock = due + 1;
    feed.sample();

    assert.strictEqual(calls, 2);
}

test('resources_rests_a_thousand_times_as_long_as_a_slow_count_took', () => {
    checkRest(0.5, 500);
});

test('resources_rests_ten_times_longer_when_a_count_takes_more_than_a_slice', () => {
    checkRest(3, 30000);
});

/* A census with a made-up collector and dice: { census, collect }. */
function newCensus()
{
    let collections = 0;
    const census = new Census(() => collections, random(7));

    return { census, collect() { collections++; } };
}

test('census_estimates_emitters_and_listeners_within_three_standard_errors', () => {
    const next = random(1);
    const counts = Array.from({ length: 100000 }, () => Math.floor(next() * 6));
    const emitters = emittersWith(counts);
    const { census, collect } = newCensus();

    observe(census, emitters);
    collect();
    finishRound(census);

    const truth = counts.reduce((a, b) => a + b);
    const error = Math.sqrt(census.variance);
    assert.ok(Math.abs(census.listeners - truth) < 3 * error, `${census.listeners} ${truth}`);
    assert.ok(error < 0.25 * truth, `${error} ${truth}`);
    assert.ok(Math.abs(census.emitters / 100000 - 1) < 0.4, `${census.emitters}`);
});

test('census_counts_nothing_that_has_not_outlived_a_full_collection', () => {
    const emitters = emittersWith(new Array(1000).fill(3));
    const { census, collect } = newCensus();

    observe(census, emitters);
    finishRound(census);
    const before = census.listeners;
    collect();
    finishRound(census);

    assert.strictEqual(before, 0);
    assert.ok(census.listeners > 0);
});

test('census_is_exact_where_few_emitters_are_made', () => {
    const emitters = emittersWith(new Array(200).fill(5));
    const { census, collect } = newCensus();

    finishRound(census);
    for (let i = 0; i < emitters.length; i += 10) {
        observe(census, emitters.slice(i, i + 10));
        census.step((emitter) => emitter.listeners);
    }
    collect();
    finishRound(census);

    assert.strictEqual(census.stride, 1);
    assert.deepStrictEqual([census.emitters, census.listeners, census.variance],
        [200, 1000, 0]);
});

test('census_takes_few_of_many_in_one_burst', () => {
    const { census } = newCensus();
    let taken = 0;

    for (let i = 0; i < 1000000; i++) {
        if (census.due()) {
            census.remember({});
            taken++;
        }
    }

    assert.ok(taken < 1200, `${taken}`);
});

test('census_halves_its_registry_instead_of_growing_and_stays_right', () => {
    const emitters = emittersWith(new Array(40 * 600).fill(1));
    const { census, collect } = newCensus();

    finishRound(census);
    for (let i = 0; i < emitters.length; i += 40) {
        observe(census, emitters.slice(i, i + 40));
        census.step((emitter) => emitter.listeners);
    }
    collect();
    finishRound(census, 30);

    const off = Math.abs(census.emitters / emitters.length - 1);
    assert.ok(off < 0.05, `${census.emitters}`);
});

test('census_keeps_its_figures_until_a_round_is_complete', () => {
    const emitters = emittersWith(new Array(8000).fill(2));
    const { census, collect } = newCensus();

    finishRound(census);
    for (let i = 0; i < emitters.length; i += 40) {
        observe(census, emitters.slice(i, i + 40));
        census.step((emitter) => emitter.listeners);
    }
    collect();
    census.step((emitter) => emitter.listeners);
    const early = census.emitters;
    finishRound(census, 30);

    assert.strictEqual(early, 0);
    assert.strictEqual(census.emitters, 8000);
});

test('heavy_counts_an_emitter_once_however_often_it_is_noted', () => {
    const heavy = new HeavyEmitters();
    const emitter = new EventEmitter().setMaxListeners(0);

    for (let i = 0; i < 20; i++)
        emitter.on('data', () => {});
    heavy.note(emitter, 'data');
    heavy.note(emitter, 'data');

    assert.strictEqual(heavy.count(), 20);
    assert.deepStrictEqual(heavy.top().rows, ['EventEmitter', 'data', 20, 20]);
});

test('heavy_adds_up_emitters_of_one_class_and_event', () => {
    const heavy = new HeavyEmitters();
    const emitters = [20, 30].map((n) => {
        const emitter = new EventEmitter().setMaxListeners(0);

        for (let i = 0; i < n; i++)
            emitter.on('data', () => {});
        return emitter;
    });

    emitters.forEach((emitter) => heavy.note(emitter, 'data'));

    assert.strictEqual(heavy.count(), 50);
    assert.deepStrictEqual(heavy.top(), { rows: ['EventEmitter', 'data', 50, 30], total: 1 });
});

test('heavy_forgets_an_emitter_whose_listeners_were_removed_and_knows_it_again_later', () => {
    const heavy = new HeavyEmitters();
    const emitter = new EventEmitter().setMaxListeners(0);
    const fill = () => {
        for (let i = 0; i < 16; i++)
            emitter.on('data', () => {});
        heavy.note(emitter, 'data');
    };

    fill();
    emitter.removeAllListeners();
    const empty = heavy.count();
    fill();

    assert.strictEqual(empty, 0);
    assert.strictEqual(heavy.count(), 16);
});

test('heavy_holds_at_most_256_entries_and_shows_at_most_20_rows', () => {
    const heavy = new HeavyEmitters();
    const emitter = new EventEmitter().setMaxListeners(0);

    for (let event = 0; event < 300; event++) {
        for (let i = 0; i < 16; i++)
            emitter.on(`event ${event}`, () => {});
        heavy.note(emitter, `event ${event}`);
    }

    assert.strictEqual(heavy.count(), 256 * 16);
    assert.strictEqual(heavy.top().rows.length, 20 * 4);
    assert.strictEqual(heavy.top().total, 256);
});

test('heavy_survives_hostile_emitters', () => {
    const heavy = new HeavyEmitters();
    const hostile = [
        {
            get constructor() { throw new Error('no'); },
            get _events() { throw new Error('no'); },
        },
        { constructor: { name: 7 }, _events: { x: 'text' } },
        { constructor: null },
    ];

    hostile.forEach((emitter) => heavy.note(emitter, 'x'));

    assert.strictEqual(heavy.count(), 0);
    assert.deepStrictEqual(heavy.top(), { rows: [], total: 0 });
});

test('hooks_keep_name_length_attributes_and_identity', () => {
    function twice(a, b)
    {
        return a + b;
    }
    const object = { one: twice, other: twice };
    const hooks = new Hooks();
    const wrap = (original) => function wrapper() {
        return original.apply(this, arguments) + 1;
    };

    Object.defineProperty(object, 'one', { enumerable: false });
    hooks.place(object, 'one', wrap);
    hooks.place(object, 'other', wrap);

    assert.strictEqual(object.one(1, 2), 4);
    assert.strictEqual(object.one, object.other);
    assert.strictEqual(object.one.name, 'twice');
    assert.strictEqual(object.one.length, 2);
    assert.deepStrictEqual(Object.keys(object), ['other']);
});

test('hooks_put_the_original_back', () => {
    const original = () => 1;
    const object = { f: original };
    const hooks = new Hooks();

    hooks.place(object, 'f', (f) => () => f() + 1);
    hooks.remove();

    assert.strictEqual(object.f, original);
});

test('hooks_leave_alone_what_somebody_else_has_replaced', () => {
    const object = { f: () => 1 };
    const hooks = new Hooks();
    hooks.place(object, 'f', (f) => () => f() + 1);
    const ours = object.f;
    const theirs = () => ours() * 10;

    object.f = theirs;
    hooks.remove();

    assert.strictEqual(object.f, theirs);
});

test('hooks_refuse_what_is_frozen_missing_or_a_getter', () => {
    const hooks = new Hooks();
    const frozen = Object.freeze({ f() {} });
    const getter = { get f() { return () => {}; } };

    assert.strictEqual(hooks.place(frozen, 'f', (f) => f), false);
    assert.strictEqual(hooks.place({}, 'f', (f) => f), false);
    assert.strictEqual(hooks.place(getter, 'f', (f) => f), false);
});
