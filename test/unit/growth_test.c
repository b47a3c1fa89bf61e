/* SPDX-License-Identifier: MIT */
#include "agent/growth.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dice.h"

#define PI 3.14159265358979323846
#define HOURS 4u    /* the level of one hour's buckets */
#define MB 1e6

static struct ph_stretch s;
static struct ph_growth g;
static struct ph_course course;
static struct dice dice;

/* 64 hours of 100 MB and a little noise; the load is not known. */
static void start(void)
{
    dice = (struct dice){ 3 };
    s = (struct ph_stretch){ .level = HOURS, .end_s = 64 * 3600, .limit = NAN };
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        s.value[i] = 100 * MB + 0.2 * MB * dice_noise(&dice);
        s.load[i] = NAN;
    }
}

TestSuite(growth, .init = start);

static double day(size_t i)
{
    return sin(2 * PI * (double)i / 24);
}

/* Requests per second: a day of 50 to 150, and chance. */
static void busy(void)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = 100 + 50 * day(i) + 5 * dice_noise(&dice);
}

static void rise(double per_h)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += per_h * (double)i;
}

static void measure(void)
{
    cr_assert(ph_growth_measure(&s, PH_GROWTH_BYTES, &g, &course));
    ph_growth_course(&course, &g);
}

static void assert_slope(double per_h)
{
    cr_assert_float_eq(g.slope_per_h, per_h, 4 * g.error, "%g, not %g, by %g", g.slope_per_h,
                       per_h, g.error);
}

/* ---- The line ------------------------------------------------------------------------ */

Test(growth, is_the_slope_in_the_number_per_hour)
{
    rise(MB);

    measure();

    assert_slope(MB);
    cr_assert_lt(g.error, 0.05 * MB);
    cr_assert_eq(g.n, 64);
    cr_assert_float_eq(g.span_h, 63, 1e-9);
    cr_assert_float_eq(g.level, 163 * MB, MB);
    cr_assert_not(g.by_work || g.load_known || g.stepwise);
}

Test(growth, of_what_stands_still_is_none)
{
    measure();

    cr_assert_lt(fabs(g.slope_per_h), 4 * g.error);
    cr_assert_float_eq(g.rise, 0, MB);
}

Test(growth, ends_as_it_began_where_it_is_straight)
{
    rise(MB);

    measure();

    cr_assert_float_eq(g.ending, 1, 4 * g.ending_error);
    cr_assert_lt(g.ending_error, 0.2);
}

Test(growth, ends_slower_where_it_comes_to_rest)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += 60 * MB * (1 - exp(-(double)i / 16));

    measure();

    cr_assert_lt(g.ending, 0.5, "%g", g.ending);
}

Test(growth, begins_where_it_does)
{
    for (size_t i = 34; i < PH_BUCKETS; i++)
        s.value[i] += 2 * MB * (double)(i - 34);

    measure();

    cr_assert_float_eq(g.since_h, 30, 3, "%g", g.since_h);
    cr_assert_float_eq(g.since_slope, 2 * MB, 0.2 * MB);
}

Test(growth, in_two_steps_is_stepwise)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += (i > 20 ? 30 * MB : 0) + (i > 45 ? 30 * MB : 0);

    measure();

    cr_assert(g.stepwise);
}

/* ---- Load ---------------------------------------------------------------------------- */

Test(growth, by_work_runs_along_the_work_done)
{
    double done = 0;

    busy();
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        s.value[i] += done / 100 * MB; /* least at the beginning of a bucket */
        done += s.load[i];
    }

    measure();

    cr_assert(g.by_work && g.load_known);
    assert_slope((done - s.load[63]) / 100 / 63 * MB);
}

Test(growth, memory_that_the_load_needs_is_no_growth)
{
    busy();
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += s.load[i] * MB;

    measure();

    cr_assert_lt(fabs(g.slope_per_h), 4 * g.error);
    cr_assert_lt(g.sigma, MB);
}

Test(growth, is_seen_beside_what_the_load_needs_by_its_square)
{
    busy();
    rise(0.2 * MB);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += s.load[i] * s.load[i] / 100 * MB;

    measure();

    assert_slope(0.2 * MB);
    cr_assert_gt(g.slope_per_h, 4 * g.error);
}

Test(growth, is_seen_beside_a_day_whose_load_is_not_known)
{
    rise(0.5 * MB);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] += 20 * MB * day(i);

    measure();

    assert_slope(0.5 * MB);
    cr_assert_lt(g.sigma, MB);
    cr_assert_gt(g.slope_per_h, 4 * g.error);
}

Test(growth, of_the_load_itself_is_told)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = 100 + (double)i + 2 * dice_noise(&dice);

    measure();

    cr_assert_float_eq(g.load_rise, 63 / 131.5, 0.05, "%g", g.load_rise);
}

Test(growth, takes_a_load_for_known_only_if_it_says_something)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = 0;
    measure();
    cr_assert_not(g.load_known);

    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = -5;
    measure();
    cr_assert_not(g.load_known);

    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = i % 2 ? 5 : NAN;
    measure();
    cr_assert_not(g.load_known);

    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.load[i] = 5;
    measure();
    cr_assert(g.load_known);
    cr_assert_eq(g.load_spread, 0);
}

/* ---- Gaps ---------------------------------------------------------------------------- */

Test(growth, is_the_same_beside_gaps)
{
    rise(MB);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        if (i % 3 == 0 || (i > 20 && i < 32))
            s.value[i] = NAN;

    measure();

    assert_slope(MB);
    cr_assert_eq(g.n, 35);
}

Test(growth, work_goes_on_in_a_gap)
{
    double done = 0;

    busy();
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        s.value[i] = i > 20 && i < 32 ? NAN : s.value[i] + done / 100 * MB;
        done += s.load[i];
    }

    measure();

    assert_slope((done - s.load[63]) / 100 / 63 * MB);
}

Test(growth, needs_twelve_values)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = i < 11 ? s.value[i] : NAN;
    g.slope_per_h = 7;
    cr_assert_not(ph_growth_measure(&s, PH_GROWTH_BYTES, &g, &course));
    cr_assert_eq(g.slope_per_h, 7);

    s.value[63] = 100 * MB;
    cr_assert(ph_growth_measure(&s, PH_GROWTH_BYTES, &g, &course));
}

Test(growth, of_nothing_is_not_measured)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        s.value[i] = i % 2 ? NAN : INFINITY;

    cr_assert_not(ph_growth_measure(&s, PH_GROWTH_BYTES, &g, &course));
}

/* ---- Odd numbers --------------------------------------------------------------------- */

static void assert_finite(const char *what)
{
    const double all[] = { g.slope_per_h, g.error, g.sigma, g.level, g.rise, g.load_rise };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cr_assert(isfinite(all[i]), "%s: %zu", what, i);
    cr_assert_geq(g.error, 0, "%s", what);
}

Test(growth, numbers_of_any_size_give_numbers)
{
    static const double sizes[] = { 0, 1e-300, 1e-30, 1, 0x1p53, 3e38 };

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        for (size_t i = 0; i < PH_BUCKETS; i++)
            s.value[i] = sizes[k] * (1 + 0.01 * dice_noise(&dice));
        measure();
        assert_finite("positive");
        for (size_t i = 0; i < PH_BUCKETS; i++)
            s.value[i] = -s.value[i];
        measure();
        assert_finite("negative");
    }
}

Test(growth, loads_of_any_kind_give_numbers)
{
    static const double loads[] = { 0, -3, 1e-300, 3e38, 1, -3e38, 0x1p53, NAN };

    rise(MB);
    for (size_t k = 0; k < 2000; k++) {
        for (size_t i = 0; i < PH_BUCKETS; i++)
            s.load[i] = dice_roll(&dice) < 0.05 ? loads[(k + i) % 8] : loads[k % 8];
        if (!ph_growth_measure(&s, PH_GROWTH_BYTES, &g, &course))
            continue;
        ph_growth_course(&course, &g);
        assert_finite("load");
    }
}
