/* SPDX-License-Identifier: MIT */
#include "agent/trial.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "dice.h"

#define HOUR 3600.0
#define DAY 86400.0
#define MB 1e6

static struct ph_trial trial, other;
static struct dice dice;
static unsigned graded;    /* verdicts that assert_sane() has seen */

static void start(void)
{
    dice = (struct dice){ 9 };
    ph_trial_begin(&trial, PH_GROWTH_BYTES, NAN);
}

TestSuite(trial, .init = start);

/* 250 MB that grow by so much an hour, sampled every `step`, from one time to another. */
static void feed(double from_s, double to_s, double step, double per_h)
{
    for (double t = from_s; t < to_s; t += step)
        (void)ph_trial_add(&trial, t,
                           250 * MB + per_h * t / HOUR + 0.3 * MB * dice_noise(&dice), NAN);
}

static const struct ph_verdict *now(void)
{
    return &trial.judge.verdict;
}

static void assert_sane(const struct ph_verdict *v)
{
    if (v->grade == PH_NO_GRADE)
        return;
    graded++;
    cr_assert(isfinite(v->slope_per_h) && isfinite(v->value) && isfinite(v->since_s));
    cr_assert(v->low_per_h <= v->slope_per_h && v->slope_per_h <= v->high_per_h);
    cr_assert(v->confidence >= 0 && v->confidence <= 1);
    cr_assert(v->window_s > 0 && v->window_s <= 64 * 14400.0);
    cr_assert(isnan(v->reaches_limit_s) || v->reaches_limit_s >= 0);
    cr_assert_eq(v->passed & v->failed, 0);
}

/* ---- What grows ---------------------------------------------------------------------- */

Test(trial, a_clear_leak_is_confirmed)
{
    feed(0, 3 * DAY, 15, 10 * MB);

    cr_assert_geq(now()->grade, PH_CONFIRMED);
    cr_assert_eq(now()->tendency, PH_GROWING);
    cr_assert_float_eq(now()->slope_per_h, 10 * MB, 0.5 * MB);
    assert_sane(now());
}

Test(trial, what_stands_still_is_not)
{
    feed(0, 5 * DAY, 15, 0);

    cr_assert_eq(now()->grade, PH_NO_GRADE);
    cr_assert_eq(now()->tendency, PH_STABLE);
}

Test(trial, what_shrinks_is_not)
{
    feed(0, 3 * DAY, 15, -1 * MB);

    cr_assert_eq(now()->grade, PH_NO_GRADE);
}

/* ---- Time ---------------------------------------------------------------------------- */

Test(trial, one_point_says_nothing)
{
    cr_assert_not(ph_trial_add(&trial, 1e9, 5, NAN));

    cr_assert_eq(now()->tendency, PH_UNKNOWN);
}

Test(trial, time_that_stands_says_nothing)
{
    for (int i = 0; i < 100000; i++)
        cr_assert_not(ph_trial_add(&trial, 1e9, i * MB, NAN));

    cr_assert_eq(now()->tendency, PH_UNKNOWN);
}

Test(trial, time_that_goes_back_stands)
{
    feed(0, DAY, 15, 0);

    for (int i = 1; i < 1000; i++)
        cr_assert_not(ph_trial_add(&trial, DAY - 100 * i, 1e12, NAN));

    cr_assert_eq(now()->grade, PH_NO_GRADE);
}

Test(trial, a_leak_goes_on_over_a_day_without_data)
{
    feed(0, 2 * DAY, 15, 10 * MB);
    feed(3 * DAY, 4 * DAY, 15, 10 * MB);

    cr_assert_geq(now()->grade, PH_CONFIRMED);
    cr_assert_float_eq(now()->slope_per_h, 10 * MB, 0.5 * MB);
}

Test(trial, a_month_without_data_begins_anew)
{
    feed(0, 3 * DAY, 15, 10 * MB);
    (void)ph_trial_add(&trial, 33 * DAY, 250 * MB, NAN);
    feed(33 * DAY, 34 * DAY, 15, 0);

    cr_assert_eq(now()->grade, PH_NO_GRADE);
}

Test(trial, times_that_no_clock_shows_do_no_harm)
{
    static const double times[] = { -1e300, -1, 0, 1e18, 1e300, NAN, 0.5, INFINITY, -INFINITY };

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        (void)ph_trial_add(&trial, times[i], (double)i, (double)i);

    cr_assert_eq(now()->grade, PH_NO_GRADE);
}

Test(trial, irregular_samples_give_the_same_slope)
{
    double t = 0;

    while (t < 3 * DAY) {
        (void)ph_trial_add(&trial, t, 250 * MB + 10 * MB * t / HOUR, NAN);
        t += dice_roll(&dice) < 0.01 ? 2000 * dice_roll(&dice) : 40 * dice_roll(&dice);
    }

    cr_assert_geq(now()->grade, PH_CONFIRMED);
    cr_assert_float_eq(now()->slope_per_h, 10 * MB, 0.5 * MB);
}

Test(trial, a_sample_a_minute_is_enough)
{
    feed(0, 3 * DAY, 60, 10 * MB);

    cr_assert_geq(now()->grade, PH_CONFIRMED);
}

/* ---- Numbers ------------------------------------------------------------------------- */

Test(trial, no_number_at_all_says_nothing)
{
    for (double t = 0; t < 3 * DAY; t += 15)
        (void)ph_trial_add(&trial, t, NAN, NAN);

    cr_assert_eq(now()->tendency, PH_UNKNOWN);
    cr_assert(isnan(now()->slope_per_h));
}

Test(trial, a_counter_that_is_reset_each_hour_does_not_grow)
{
    for (double t = 0; t < 5 * DAY; t += 15)
        (void)ph_trial_add(&trial, t, fmod(t, HOUR) * MB, NAN);

    cr_assert_eq(now()->grade, PH_NO_GRADE);
}

Test(trial, is_deterministic)
{
    feed(0, 2 * DAY, 30, 3 * MB);
    other = trial;
    dice = (struct dice){ 9 };
    ph_trial_begin(&trial, PH_GROWTH_BYTES, NAN);
    feed(0, 2 * DAY, 30, 3 * MB);

    cr_assert_eq(trial.judge.verdict.grade, other.judge.verdict.grade);
    cr_assert_eq(trial.judge.verdict.slope_per_h, other.judge.verdict.slope_per_h);
    cr_assert_eq(trial.judge.verdict.passed, other.judge.verdict.passed);
    cr_assert_arr_eq(trial.judge.passes, other.judge.passes, sizeof other.judge.passes);
    cr_assert_arr_eq(&trial.value, &other.value, sizeof other.value);
}

/* ---- Whatever comes ------------------------------------------------------------------ */

/* A walk that drifts, jumps, is reset, and has gaps; with a load as odd. */
static void wander(enum ph_growth_kind kind, double limit)
{
    double value = 1e3 * exp(25 * dice_roll(&dice)), drift = value * 1e-4 * dice_roll(&dice);
    double size = value, load = 100 * dice_noise(&dice), t = 1e9 * dice_roll(&dice);

    ph_trial_begin(&trial, kind, limit);
    for (int i = 0; i < 4000; i++) {
        double chance = dice_roll(&dice);

        t += chance < 0.001 ? DAY * dice_roll(&dice) : 60 + 60 * dice_roll(&dice);
        value += drift + size * 1e-4 * dice_noise(&dice);
        if (chance > 0.9999)
            value = 0;
        load += dice_noise(&dice);
        (void)ph_trial_add(&trial, t, chance > 0.8 && chance < 0.9 ? NAN : value,
                           chance > 0.5 && chance < 0.51 ? NAN : load);
        assert_sane(now());
        if (now()->tendency != PH_UNKNOWN)
            cr_assert(now()->low_per_h <= now()->high_per_h || isnan(now()->slope_per_h));
    }
}

Test(trial, whatever_comes_a_grade_has_its_numbers)
{
    for (int round = 0; round < 24; round++) {
        static const double limits[] = { NAN, 0, -5, 1e9, INFINITY, 0x1p53 };

        wander((enum ph_growth_kind)(round % PH_GROWTH_KINDS), limits[round % 6]);
    }

    cr_assert_gt(graded, 500, "%u: too few to say anything", graded);
}
