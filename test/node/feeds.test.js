/* SPDX-License-Identifier: MIT */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { Hooks } = require('../../addon/feeds/hooks.js');
const { ResourceFeed } = require('../../addon/feeds/resources.js');

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

/* Counts that take `cost` ms rest for `rest` after the fourth, which is the first one known
 * not to be slow by chance. */
function checkRest(cost, rest)
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

    for (let i = 0; i < 3; i++)
        feed.sample();
    const last = clock;
    feed.sample();
    const early = calls;
    clock = last + rest - 1;
    feed.sample();
    clock = last + rest + 1;
    feed.sample();

    assert.deepStrictEqual([early, calls], [4, 5]);
}

test('resources_rests_a_thousand_times_as_long_as_a_slow_count_took', () => {
    checkRest(0.5, 500);
});

test('resources_rests_ten_times_longer_when_a_count_takes_more_than_a_slice', () => {
    checkRest(3, 30000);
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

test('hooks_know_whether_they_are_in_place', () => {
    const object = { f: () => 1 };
    const hooks = new Hooks();

    hooks.place(object, 'f', (f) => () => f() + 1);
    const before = hooks.areInPlace();
    object.f = () => 2;

    assert.deepStrictEqual([before, hooks.areInPlace()], [true, false]);
});

test('hooks_refuse_what_is_frozen_missing_or_a_getter', () => {
    const hooks = new Hooks();
    const frozen = Object.freeze({ f() {} });
    const getter = { get f() { return () => {}; } };

    assert.strictEqual(hooks.place(frozen, 'f', (f) => f), false);
    assert.strictEqual(hooks.place({}, 'f', (f) => f), false);
    assert.strictEqual(hooks.place(getter, 'f', (f) => f), false);
});
