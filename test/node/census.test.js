/* SPDX-License-Identifier: MIT */
/* The sample of emitters, its error, and the tables it fills; without an agent. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { Census } = require('../../addon/feeds/census.js');
const { Kinds } = require('../../addon/feeds/kinds.js');
const { limits, standardError } = require('../../addon/feeds/interval.js');

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
            census.meet(emitter);
    }
}

function finishRound(census, steps = 40)
{
    for (let i = 0; i < steps; i++)
        census.step();
}

/* A census with a made-up collector and dice: { census, collect }. */
function newCensus(seed = 7)
{
    let collections = 0;
    const count = (emitter, _, add) => {
        add('Emitter', emitter.event ?? 'a', emitter.listeners);
        return 1;
    };
    const census = new Census(() => collections, count, random(seed));

    return { census, collect() { collections++; } };
}

/* `perStep` of them in each second. */
function observeSlowly(census, emitters, perStep)
{
    for (let i = 0; i < emitters.length; i += perStep) {
        observe(census, emitters.slice(i, i + perStep));
        census.step();
    }
}

test('census_estimates_emitters_and_listeners_within_three_standard_errors', () => {
    const next = random(1);
    const counts = Array.from({ length: 100000 }, () => Math.floor(next() * 6));
    const emitters = emittersWith(counts);
    const { census, collect } = newCensus();

    observe(census, emitters);
    collect();
    finishRound(census);
    const { sure, sum, variance, emitters: estimate } = census.found;

    const truth = counts.reduce((a, b) => a + b);
    const error = Math.sqrt(variance);
    assert.ok(Math.abs(sure + sum - truth) < 3 * error, `${sure + sum} ${truth}`);
    assert.ok(error < 0.1 * truth, `${error} ${truth}`);
    assert.ok(Math.abs(estimate / 100000 - 1) < 0.15, `${estimate}`);
});

test('census_counts_nothing_that_has_not_outlived_a_full_collection', () => {
    const emitters = emittersWith(new Array(100).fill(3));
    const { census, collect } = newCensus();

    observe(census, emitters);
    finishRound(census);
    const before = [census.known, census.found.sure];
    collect();
    finishRound(census);

    assert.deepStrictEqual(before, [false, 0]);
    assert.deepStrictEqual([census.known, census.found.sure], [true, 300]);
});

test('census_is_exact_and_says_so_where_few_emitters_are_made', () => {
    const emitters = emittersWith(new Array(200).fill(5));
    const { census, collect } = newCensus();

    observeSlowly(census, emitters, 10);
    collect();
    finishRound(census);
    const { emitters: n, sure, sum, variance, cap, kinds } = census.found;

    assert.strictEqual(census.stride, 1);
    assert.deepStrictEqual([n, sure, sum, variance, cap], [200, 1000, 0, 0, 0]);
    assert.strictEqual(kinds.at('Emitter', 'a').error, 0);
});

test('census_takes_few_of_many_in_one_burst', () => {
    const { census } = newCensus();

    for (let i = 0; i < 1000000; i++) {
        if (census.due())
            census.meet({});
    }

    assert.ok(census.stride >= 2048, `${census.stride}`);
});

test('census_follows_a_steady_rate_with_some_sixteen_entries_a_second', () => {
    const { census } = newCensus();

    observeSlowly(census, emittersWith(new Array(60 * 2000).fill(1)), 2000);

    assert.ok(census.stride >= 64 && census.stride <= 256, `${census.stride}`);
});

test('census_returns_to_counting_all_when_a_burst_is_over', () => {
    const { census } = newCensus();

    observe(census, emittersWith(new Array(100000).fill(1)));
    finishRound(census);

    assert.strictEqual(census.stride, 1);
});

test('census_takes_an_emitter_once_although_its_base_constructors_run_twice', () => {
    let sum = 0;

    for (let seed = 1; seed <= 20; seed++) {
        const { census, collect } = newCensus(seed);
        const twice = emittersWith(new Array(5000).fill(1)).flatMap((e) => [e, e]);

        observe(census, twice);
        collect();
        finishRound(census);
        sum += census.found.emitters / 5000 / 20;
        globalThis.kept = twice;
    }

    assert.ok(Math.abs(sum - 1) < 0.1, `${sum}`);
});

test('census_halves_its_registry_instead_of_growing_and_stays_right', () => {
    const emitters = emittersWith(new Array(40 * 600).fill(1));
    const { census, collect } = newCensus();

    observeSlowly(census, emitters, 24);
    collect();
    finishRound(census, 60);

    const off = Math.abs(census.found.emitters / emitters.length - 1);
    assert.ok(off < 0.05, `${census.found.emitters}`);
    assert.ok(census.found.heaviest > 1);
});

test('census_keeps_its_figures_until_a_round_is_complete', () => {
    const emitters = emittersWith(new Array(4000).fill(2));
    const { census, collect } = newCensus();

    observeSlowly(census, emitters, 20);
    finishRound(census);
    collect();
    census.step();
    const early = census.found.emitters;
    finishRound(census);

    assert.strictEqual(early, 0);
    assert.strictEqual(census.found.emitters, 4000);
});

test('census_that_was_cleared_holds_nothing_more', () => {
    const { census, collect } = newCensus();

    observe(census, emittersWith(new Array(50).fill(1)));
    collect();
    finishRound(census);
    census.clear();
    finishRound(census);

    assert.strictEqual(census.found.emitters, 0);
});

test('census_does_not_call_an_empty_sample_of_many_certain', () => {
    const { census, collect } = newCensus();

    observe(census, emittersWith(new Array(50000).fill(1)));
    census.clear(); /* as if all of the sample had been collected */
    collect();
    finishRound(census);
    const { sum, variance, cap } = census.found;

    assert.strictEqual(sum, 0);
    assert.ok(limits(sum, variance, cap).high > 1000);
});

test('limits_of_an_empty_sample_are_those_of_poisson', () => {
    const { low, high } = limits(0, 0, 10);

    assert.strictEqual(low, 0);
    assert.ok(Math.abs(high / 36.89 - 1) < 0.01, `${high}`); /* 97.5 % of no event */
});

test('limits_of_three_counted_are_those_of_poisson', () => {
    const { low, high } = limits(3, 3, 1); /* Garwood: 0.6187 .. 8.767 */

    assert.ok(low <= 0.6187 && low > 0.5, `${low}`);
    assert.ok(Math.abs(high / 8.767 - 1) < 0.01, `${high}`);
});

test('limits_of_what_was_counted_are_the_count', () => {
    assert.deepStrictEqual(limits(12, 0, 0), { low: 12, high: 12 });
    assert.strictEqual(standardError(12, limits(12, 0, 0)), 0);
});

test('kinds_beyond_512_share_a_row_and_nothing_is_lost', () => {
    const kinds = new Kinds();

    for (let i = 0; i < 100000; i++) {
        const kind = kinds.at(i % 2 === 0 ? 'A' : 'B', `request-${i}`);

        kind.add(1, 1);
        kind.emitters++;
    }
    const [first] = kinds.top(1);

    assert.strictEqual(kinds.total, 513);
    assert.deepStrictEqual([first.name, first.event, first.listeners],
        ['(other)', '(other)', 100000 - 512]);
});

test('kinds_of_two_tables_become_one', () => {
    const [one, two] = [new Kinds(), new Kinds()];

    one.at('A', 'x').add(20, 1);
    two.at('A', 'x').add(3, 4);
    two.at('A', Symbol('x')).add(1, 1);
    one.merge(two);

    assert.deepStrictEqual(one.top(9).map((k) => [k.name, k.event, k.listeners, k.most]),
        [['A', 'x', 32, 20], ['A', 'Symbol(x)', 1, 1]]);
});
