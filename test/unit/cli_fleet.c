/* SPDX-License-Identifier: MIT */
#include "cli/fleet.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

static struct fleet_row row;
static struct sample sample;

static void begin(void)
{
    fleet_init(&row, "target");
    sample_clear(&sample);
    sample.pid = 1;
    sample.v[VITAL_UPTIME] = 100;
    sample.captured_unix_s = 1000;
    sample.v[VITAL_ESTABLISHED] = 10;
    sample.v[VITAL_LISTENERS] = 200;
}

TestSuite(cli_fleet, .init = begin);

/* One more answer, `seconds` later by the agent's clock. */
static void answer(double seconds, double sockets, double listeners)
{
    sample.captured_unix_s += seconds;
    sample.v[VITAL_UPTIME] += seconds;
    sample.v[VITAL_ESTABLISHED] = sockets;
    sample.v[VITAL_LISTENERS] = listeners;
    fleet_answered(&row, &sample, 1, sample.captured_unix_s);
}

Test(cli_fleet, one_sample_has_no_rate)
{
    answer(0, 10, 200);

    cr_assert(isnan(fleet_change(&row, VITAL_ESTABLISHED)));
    cr_assert_eq(fleet_state(&row, 1000), FLEET_FINE);
}

Test(cli_fleet, two_samples_have_a_rate_per_minute)
{
    answer(0, 10, 200);
    answer(2, 11, 190);

    cr_assert_float_eq(fleet_change(&row, VITAL_ESTABLISHED), 30, 1e-9);
    cr_assert_float_eq(fleet_change(&row, VITAL_LISTENERS), -300, 1e-9);
}

Test(cli_fleet, the_same_document_twice_is_no_new_point)
{
    answer(0, 10, 200);
    answer(2, 11, 200);
    answer(0, 11, 200);

    cr_assert_float_eq(fleet_change(&row, VITAL_ESTABLISHED), 30, 1e-9);
    cr_assert_eq(row.point_count, 2);
}

Test(cli_fleet, rates_look_back_over_a_minute_and_no_further)
{
    for (int i = 0; i <= 100; i++)
        answer(i > 0 ? 2 : 0, i < 50 ? 10 : 10 + (i - 50), 200);

    cr_assert_float_eq(fleet_change(&row, VITAL_ESTABLISHED), 30, 1e-9);
    cr_assert_leq(row.trail_s[row.point_count - 1] - row.trail_s[0], FLEET_WINDOW_S);
}

Test(cli_fleet, unknown_values_have_no_rate)
{
    answer(0, 10, NAN);
    answer(2, 12, 200);

    cr_assert_float_eq(fleet_change(&row, VITAL_ESTABLISHED), 60, 1e-9);
    cr_assert(isnan(fleet_change(&row, VITAL_LISTENERS)));
}

Test(cli_fleet, another_pid_is_a_restart)
{
    answer(0, 10, 200);
    sample.pid = 2;
    answer(2, 500, 200);

    cr_assert_eq(row.restarts, 1);
    cr_assert(isnan(fleet_change(&row, VITAL_ESTABLISHED)), "no rate across a restart");
    cr_assert_eq(fleet_state(&row, row.last_s + 1), FLEET_ATTENTION);
    cr_assert_eq(fleet_state(&row, row.last_s + 61), FLEET_FINE);
}

Test(cli_fleet, an_uptime_that_falls_is_a_restart)
{
    answer(0, 10, 200);
    sample.v[VITAL_UPTIME] = 0;
    answer(2, 10, 200);

    cr_assert_eq(row.restarts, 1);
}

Test(cli_fleet, another_start_time_is_a_restart)
{
    snprintf(sample.started, sizeof sample.started, "2026-11-20T23:05:31.506Z");
    answer(0, 10, 200);
    snprintf(sample.started, sizeof sample.started, "2026-11-20T23:09:31.506Z");
    answer(2, 10, 200);

    cr_assert_eq(row.restarts, 1);
}

Test(cli_fleet, a_clock_that_steps_back_makes_no_negative_rate)
{
    answer(0, 10, 200);
    answer(2, 12, 200);
    sample.captured_unix_s -= 3600;
    fleet_answered(&row, &sample, 1, 1004);

    cr_assert(isnan(fleet_change(&row, VITAL_ESTABLISHED)));
    answer(2, 13, 200);
    cr_assert_float_eq(fleet_change(&row, VITAL_ESTABLISHED), 30, 1e-9);
    cr_assert_eq(row.restarts, 0);
}

static void miss(struct fleet_row *r, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        fleet_failed(r, CAUSE_REFUSED, 0);
}

Test(cli_fleet, one_or_two_misses_do_not_make_it_down)
{
    answer(0, 10, 200);
    miss(&row, FLEET_MISSES - 1);
    cr_assert_eq(fleet_state(&row, 1001), FLEET_MISSING);

    answer(1, 10, 200);
    miss(&row, FLEET_MISSES - 1);
    cr_assert_eq(fleet_state(&row, 1001), FLEET_MISSING);
}

Test(cli_fleet, who_never_answered_is_down_at_once)
{
    miss(&row, 1);

    cr_assert_eq(fleet_state(&row, 1001), FLEET_DOWN);
}

Test(cli_fleet, a_target_that_goes_down_keeps_its_last_values)
{
    answer(0, 10, 200);
    miss(&row, FLEET_MISSES);

    cr_assert_eq(fleet_state(&row, 1001), FLEET_DOWN);
    cr_assert(row.known);
    cr_assert_float_eq(row.last.v[VITAL_LISTENERS], 200, 0);
}

Test(cli_fleet, worse_is_sorted_first)
{
    struct fleet_row waiting, fine, slow, blocked, down;

    answer(0, 10, 200);
    fine = row;
    sample.v[VITAL_UTILIZATION] = 0.95;
    answer(1, 10, 200);
    slow = row;
    sample.loop = SAMPLE_LOOP_BLOCKED;
    sample.v[VITAL_BLOCKED] = 5000;
    answer(1, 10, 200);
    blocked = down = row;
    miss(&down, FLEET_MISSES);
    fleet_init(&waiting, "new");

    cr_assert_lt(fleet_badness(&fine, 1010), fleet_badness(&waiting, 1010));
    cr_assert_lt(fleet_badness(&waiting, 1010), fleet_badness(&slow, 1010));
    cr_assert_lt(fleet_badness(&slow, 1010), fleet_badness(&blocked, 1010));
    cr_assert_lt(fleet_badness(&blocked, 1010), fleet_badness(&down, 1010));
}

Test(cli_fleet, totals_leave_out_what_is_down)
{
    struct fleet_row dead;
    struct fleet_row *rows[2] = { &row, &dead };
    struct fleet_totals totals;

    answer(0, 10, 200);
    dead = row;
    miss(&dead, FLEET_MISSES);
    fleet_sum(rows, 2, 1001, &totals);

    cr_assert_eq(totals.up, 1);
    cr_assert_eq(totals.down, 1);
    cr_assert_float_eq(totals.sockets, 10, 0);
    cr_assert(isnan(totals.heap_used_bytes), "nobody knows");
}

Test(cli_fleet, who_is_awaited_shows_old_values_and_has_missed_nothing)
{
    answer(0, 10, 200);
    fleet_waits(&row);

    cr_assert_eq(fleet_state(&row, 1000), FLEET_MISSING);
    cr_assert_eq(row.cause, CAUSE_WAITING);
    cr_assert_eq(row.misses, 0);
}

Test(cli_fleet, who_is_down_stays_down_while_it_is_awaited)
{
    answer(0, 10, 200);
    for (unsigned i = 0; i < FLEET_MISSES; i++)
        fleet_failed(&row, CAUSE_TIMEOUT_BODY, 0);
    fleet_waits(&row);

    cr_assert_eq(fleet_state(&row, 1000), FLEET_DOWN);
    cr_assert_eq(row.cause, CAUSE_TIMEOUT_BODY);
}
