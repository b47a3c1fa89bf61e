/* SPDX-License-Identifier: MIT */
/* How many of many additions a trace looks at. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { Pace } = require('../../addon/trace_pace.js');

/* `rate` events a second for some seconds, on a clock of its own. */
function play(pace, clock, rate, seconds)
{
    const seen = { events: 0, taken: 0, weight: 0 };

    for (let i = 0; i < rate * seconds; i++) {
        clock.ms += 1000 / rate;
        seen.events++;
        if (pace.due()) {
            seen.taken++;
            seen.weight += pace.take();
        }
    }
    return seen;
}

function made(seconds)
{
    const clock = { ms: 0 };

    return { clock, pace: new Pace(seconds, () => clock.ms) };
}

test('below_two_thousand_a_second_all_are_taken', () => {
    const { clock, pace } = made(10);

    const { events, taken, weight } = play(pace, clock, 1900, 10);

    assert.deepStrictEqual([taken, weight, pace.total, pace.coarsest],
        [events, events, events, 1]);
});

test('a_flood_is_sampled_and_its_weights_add_up', () => {
    const { clock, pace } = made(10);

    const { events, taken, weight } = play(pace, clock, 1e6, 5);

    assert.ok(taken < 5 * 2000 + 5000, `${taken}`);
    assert.strictEqual(pace.total, events);
    assert.ok(Math.abs(weight / events - 1) < 0.1, `${weight}`);
});

test('after_a_flood_it_is_soon_fine_again', () => {
    const { clock, pace } = made(60);

    play(pace, clock, 1e6, 2);
    play(pace, clock, 100, 15);
    const { events, taken } = play(pace, clock, 100, 5);

    assert.strictEqual(taken, events);
    assert.strictEqual(pace.stride, 1);
    assert.ok(pace.coarsest > 64);
});

test('what_there_is_room_for_is_spread_over_the_whole_time', () => {
    const { clock, pace } = made(300);

    const { taken } = play(pace, clock, 50000, 300);

    assert.ok(taken < 100000, `${taken}`);
});

test('events_at_a_fixed_beat_are_all_sampled_alike', () => {
    const { clock, pace } = made(10);
    const taken = new Array(8).fill(0);

    for (let i = 0; i < 4e6; i++) {
        clock.ms += 0.001;
        if (pace.due()) {
            pace.take();
            taken[i % 8]++;
        }
    }

    assert.ok(Math.min(...taken) > Math.max(...taken) / 2, `${taken}`);
});
