/* SPDX-License-Identifier: MIT */
#include "agent/verdict.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dice.h"

#define MINUTES 2u  /* levels: five minutes, */
#define TWENTY_MINUTES 3u
#define HOURS 4u    /* and an hour */
#define LONG 5u
#define MB 1e6

static struct ph_judge judge;
static struct ph_stretch s;
static struct dice dice;

static void start(void)
{
    dice = (struct dice){ 4 };
    ph_judge_init(&judge, PH_GROWTH_BYTES);
    s = (struct ph_stretch){ .level = HOURS, .end_s = 1e6, .limit = NAN };
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = s.load[i] = NAN;
}

TestSuite(verdict, .init = start);

/* 200 MB and so much more per bucket. */
static void grow(double per_bucket)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 200 * MB + per_bucket * (double)i + 0.2 * MB * dice_noise(&dice);
}

static void fill(double value)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = value;
}

static const struct ph_verdict *look(unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        (void)ph_judge_closed(&judge, &s);
    return &judge.verdict;
}

static bool passed(enum ph_gate gate)
{
    return judge.verdict.passed & 1u << gate;
}

static bool failed(enum ph_gate gate)
{
    return judge.verdict.failed & 1u << gate;
}

static void assert_nothing(const char *what)
{
    cr_assert_eq(look(8)->grade, PH_NO_GRADE, "%s", what);
    cr_assert_neq(judge.verdict.tendency, PH_GROWING, "%s", what);
}

/* ---- Gates --------------------------------------------------------------------------- */

Test(verdict, what_grows_passes_all_gates)
{
    grow(2 * MB);

    look(8);

    cr_assert_eq(judge.verdict.grade, PH_CONFIRMED);
    cr_assert_eq(judge.verdict.tendency, PH_GROWING);
    cr_assert_eq(judge.verdict.passed, (1u << PH_GATES) - 1);
    cr_assert_eq(judge.verdict.failed, 0);
    cr_assert_float_eq(judge.verdict.slope_per_h, 2 * MB, 0.1 * MB);
    cr_assert_float_eq(judge.verdict.value, 326 * MB, 2 * MB);
    cr_assert_eq(judge.verdict.since_s, s.end_s - judge.verdict.window_s);
    cr_assert_gt(judge.verdict.confidence, 0.99);
}

Test(verdict, few_values_are_no_data)
{
    grow(2 * MB);
    for (size_t i = 0; i < 50; i++)
        s.value[i] = NAN;

    assert_nothing("few");

    cr_assert_eq(judge.at_level[HOURS].failed, 1u << PH_GATE_DATA);
    cr_assert_eq(judge.at_level[HOURS].passed, 0);
    cr_assert_eq(judge.verdict.tendency, PH_UNKNOWN);
}

Test(verdict, what_stands_still_has_no_trend)
{
    grow(0);

    assert_nothing("still");

    cr_assert(passed(PH_GATE_DATA) && failed(PH_GATE_TREND));
    cr_assert_eq(judge.verdict.tendency, PH_STABLE);
}

Test(verdict, what_comes_to_rest_is_settling)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 200 * MB + 200 * MB * (1 - exp(-(double)i / 12));

    assert_nothing("a cache");

    cr_assert(failed(PH_GATE_SETTLING));
    cr_assert_eq(judge.verdict.tendency, PH_SETTLING);
}

/* A third of it is seen, beside noise: nobody can tell yet that it will end. */
Test(verdict, what_may_be_a_cache_that_fills_is_not_confirmed)
{
    unsigned confirmed = 0;

    s.level = TWENTY_MINUTES;
    for (unsigned round = 0; round < 40; round++) {
        ph_judge_init(&judge, PH_GROWTH_BYTES);
        for (size_t i = 0; i < PH_BUCKETS; i++) {
            s.value[i] = 200 * MB + 60 * MB * (1 - exp(-(double)i / 3 / 48));
            s.value[i] += 6 * MB * dice_noise(&dice);
            s.load[i] = 100;
        }
        confirmed += look(8)->grade == PH_CONFIRMED;
    }

    cr_assert_leq(confirmed, 1, "%u", confirmed);
}

Test(verdict, what_grows_by_little_has_no_effect)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 200 * MB + 10e3 * (double)i + 20e3 * dice_noise(&dice);

    assert_nothing("little");

    cr_assert(failed(PH_GATE_EFFECT));
}

Test(verdict, what_grows_as_the_load_does_is_the_load)
{
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        double more = 1 + (double)i / 32;

        s.load[i] = 100 * more * (1 + 0.01 * dice_noise(&dice));
        s.value[i] = 200 * MB * more * (1 + 0.002 * dice_noise(&dice));
    }

    cr_assert_eq(look(8)->grade, PH_NO_GRADE);
}

Test(verdict, a_step_is_no_growth)
{
    grow(0);
    for (size_t i = 32; i < PH_BUCKETS; i++)
        s.value[i] += 100 * MB;

    assert_nothing("a step");
}

Test(verdict, a_day_up_and_down_is_no_growth)
{
    grow(0);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += 60 * MB * sin((double)i * 6.283185307 / 24);

    assert_nothing("a day");
}

/* Residuals are the rounding of the arithmetic, alike as that may be: see fit.c. */
Test(verdict, of_a_line_without_any_noise_is_growth_as_well)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 200 * MB + 2 * MB * (double)i;
    cr_assert_eq(look(8)->grade, PH_CONFIRMED);

    ph_judge_init(&judge, PH_GROWTH_COUNT);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 50 + 3 * (double)i;
    cr_assert_eq(look(8)->grade, PH_CONFIRMED);
}

/* ---- The limit ----------------------------------------------------------------------- */

Test(verdict, a_limit_that_is_near_is_urgent)
{
    s.level = MINUTES;
    s.limit = 340 * MB;
    grow(2 * MB);

    look(8);

    cr_assert_eq(judge.verdict.grade, PH_URGENT);
    cr_assert_float_eq(judge.verdict.reaches_limit_s, 7 * 300, 400);
}

Test(verdict, a_limit_that_is_far_is_told)
{
    s.limit = 200 * MB + 2000 * MB;
    grow(2 * MB);

    look(8);

    cr_assert_eq(judge.verdict.grade, PH_CONFIRMED);
    cr_assert_float_eq(judge.verdict.reaches_limit_s, 937 * 3600.0, 50 * 3600);
}

Test(verdict, a_limit_below_the_value_is_not_reached)
{
    static const double limits[] = { 100 * MB, 0, -1, NAN, INFINITY, -INFINITY };

    grow(2 * MB);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        ph_judge_init(&judge, PH_GROWTH_BYTES);
        s.limit = limits[i];
        cr_assert_eq(look(8)->grade, PH_CONFIRMED, "%g", limits[i]);
        cr_assert(isnan(judge.verdict.reaches_limit_s), "%g", limits[i]);
    }
}

/* ---- Bad input ----------------------------------------------------------------------- */

Test(verdict, of_nothing_is_unknown)
{
    assert_nothing("all gaps");
    cr_assert_eq(judge.verdict.tendency, PH_UNKNOWN);
    cr_assert(isnan(judge.verdict.slope_per_h) && isnan(judge.verdict.low_per_h));
    cr_assert(isnan(judge.verdict.value) && isnan(judge.verdict.since_s));

    s.value[63] = 5;
    assert_nothing("one point");
    cr_assert_eq(judge.verdict.tendency, PH_UNKNOWN);
}

Test(verdict, of_what_never_changes_is_stable)
{
    static const double values[] = { 0, 5, -5, 1e-30, 0x1p53, 3e38, -3e38 };

    for (unsigned kind = 0; kind < PH_GROWTH_KINDS; kind++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            ph_judge_init(&judge, (enum ph_growth_kind)kind);
            fill(values[i]);
            assert_nothing("constant");
            cr_assert_eq(judge.verdict.tendency, PH_STABLE, "%u: %g", kind, values[i]);
        }
    }
}

Test(verdict, numbers_near_the_end_of_integers_are_judged_as_any)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 0x1p53 + (double)(float)(i % 2 ? 0x1p30 : 0);
    assert_nothing("rounding");

    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = (double)(float)(0x1p52 + 0x1p46 * ((double)i + dice_noise(&dice)));
    cr_assert_eq(look(8)->grade, PH_CONFIRMED);
    cr_assert_float_eq(judge.verdict.slope_per_h, 0x1p46, 0x1p41);
}

Test(verdict, what_falls_in_steps_does_not_grow)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 500 * MB - 100 * MB * (double)(i / 16);

    assert_nothing("falling");
}

Test(verdict, gaps_in_every_other_bucket_do_no_harm)
{
    s.level = LONG;
    grow(2 * MB);
    for (size_t i = 0; i < PH_BUCKETS; i += 2)
        s.value[i] = NAN;

    cr_assert_eq(look(8)->grade, PH_CONFIRMED);
    cr_assert_float_eq(judge.verdict.slope_per_h, 0.5 * MB, 0.05 * MB);
}

Test(verdict, a_load_that_says_nothing_is_no_load)
{
    static const double loads[] = { NAN, 0, -100, INFINITY };

    grow(2 * MB);
    for (size_t k = 0; k < sizeof loads / sizeof loads[0]; k++) {
        ph_judge_init(&judge, PH_GROWTH_BYTES);
        for (size_t i = 0; i < PH_BUCKETS; i++)
            s.load[i] = loads[k];
        cr_assert_eq(look(8)->grade, PH_CONFIRMED, "%g", loads[k]);
        cr_assert_float_eq(judge.verdict.slope_per_h, 2 * MB, 0.1 * MB);
    }
}

/* ---- From one time to the next ------------------------------------------------------- */

Test(verdict, once_is_not_enough)
{
    grow(2 * MB);

    cr_assert_eq(look(1)->grade, PH_NO_GRADE);
    cr_assert_eq(judge.verdict.tendency, PH_GROWING);
    cr_assert(failed(PH_GATE_PERSISTS));
    cr_assert_neq(look(7)->grade, PH_NO_GRADE);
    cr_assert_not(failed(PH_GATE_PERSISTS));
}

Test(verdict, it_changes_once)
{
    unsigned changes = 0;

    grow(2 * MB);
    for (int i = 0; i < 20; i++)
        changes += ph_judge_closed(&judge, &s);

    cr_assert_leq(changes, 3); /* growing, suspect, confirmed */
}

Test(verdict, stands_for_a_while_when_growth_ends)
{
    unsigned stood = 0;

    grow(2 * MB);
    look(8);
    grow(0);
    while (stood < 100 && look(1)->grade != PH_NO_GRADE)
        stood++;

    cr_assert(stood >= 2 && stood <= 12, "%u", stood);
    cr_assert_eq(judge.verdict.tendency, PH_STABLE);
}

Test(verdict, while_it_stands_it_has_the_numbers_it_was_given_for)
{
    double slope;

    grow(2 * MB);
    slope = look(8)->slope_per_h;
    fill(NAN);
    look(1);

    cr_assert_eq(judge.verdict.grade, PH_CONFIRMED);
    cr_assert_eq(judge.verdict.slope_per_h, slope);
    cr_assert(failed(PH_GATE_DATA));
}

Test(verdict, a_longer_time_that_shows_it_coming_to_rest_knows_better)
{
    s.level = 1;
    ph_judge_init(&judge, PH_GROWTH_COUNT);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = floor(50 + 3 * (double)i + dice_noise(&dice));
    cr_assert_eq(look(8)->grade, PH_SUSPECT);

    s.level = HOURS;
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = 50 + 200 * (1 - exp(-(double)i / 12));

    cr_assert_eq(look(2)->grade, PH_NO_GRADE);
    cr_assert_eq(judge.at_level[HOURS].tendency, PH_SETTLING);
    cr_assert_eq(judge.at_level[1].grade, PH_SUSPECT);
}

/* ---- Names --------------------------------------------------------------------------- */

Test(verdict, everything_has_a_name)
{
    cr_assert_null(ph_grade_name(PH_NO_GRADE));
    cr_assert_str_eq(ph_grade_name(PH_SUSPECT), "suspect");
    cr_assert_str_eq(ph_grade_name(PH_CONFIRMED), "confirmed");
    cr_assert_str_eq(ph_grade_name(PH_URGENT), "urgent");
    cr_assert_str_eq(ph_tendency_name(PH_UNKNOWN), "unknown");
    cr_assert_str_eq(ph_tendency_name(PH_GROWING), "growing");
    cr_assert_str_eq(ph_gate_name(PH_GATE_DATA), "data");
    for (int gate = 0; gate < PH_GATES; gate++)
        cr_assert_not_null(ph_gate_name((enum ph_gate)gate));
}

Test(verdict, of_bytes_is_of_their_floor_of_rates_of_their_mean)
{
    cr_assert_eq(ph_growth_part(PH_GROWTH_HEAP), PH_PART_MIN);
    cr_assert_eq(ph_growth_part(PH_GROWTH_BYTES), PH_PART_MIN);
    cr_assert_eq(ph_growth_part(PH_GROWTH_COUNT), PH_PART_MIN);
    cr_assert_eq(ph_growth_part(PH_GROWTH_RATE), PH_PART_MEAN);
}
