/* SPDX-License-Identifier: MIT */
#include "agent/rings.h"

#include <criterion/criterion.h>
#include <math.h>

#include "alloc.h"

static struct ph_timeline now;
static struct ph_rings rings;

static void start(void)
{
    now = (struct ph_timeline){ 0 };
    ph_rings_clear(&rings);
}

TestSuite(rings, .init = start);

static unsigned at(double seconds, double value)
{
    struct ph_timeline before = now;
    unsigned ended = ph_timeline_move(&now, seconds);

    ph_rings_move(&rings, &before, &now);
    ph_rings_add(&rings, &now, value);
    return ended;
}

static double read_one(unsigned level, enum ph_part part, size_t ago)
{
    double out[PH_BUCKETS];

    ph_rings_read(&rings, &now, level, part, out);
    return out[PH_BUCKETS - 1 - ago];
}

static void assert_bucket(unsigned level, size_t ago, double min, double mean, double max)
{
    cr_assert_eq(read_one(level, PH_PART_MIN, ago), min);
    cr_assert_float_eq(read_one(level, PH_PART_MEAN, ago), mean, fabs(mean) * 1e-6 + 1e-6);
    cr_assert_eq(read_one(level, PH_PART_MAX, ago), max);
}

static size_t count(unsigned level)
{
    double out[PH_BUCKETS];
    size_t n = 0;

    ph_rings_read(&rings, &now, level, PH_PART_MEAN, out);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        n += !isnan(out[i]);
    return n;
}

Test(rings, are_empty_at_first)
{
    at(1000, NAN);

    for (unsigned level = 0; level < PH_LEVELS; level++)
        cr_assert_eq(count(level), 0);
}

Test(rings, a_bucket_has_the_least_the_mean_and_the_greatest)
{
    at(0, 1);
    at(1, 5);
    at(14, 3);
    cr_assert_eq(count(0), 0, "it is still open");

    cr_assert_eq(at(15, 7), 1u);
    assert_bucket(0, 0, 1, 3, 5);
}

Test(rings, each_level_is_made_of_the_one_below)
{
    for (int s = 0; s < 86400; s++)
        at(s, s);

    at(86400, 0);
    assert_bucket(0, 0, 86385, 86392, 86399);
    assert_bucket(1, 0, 86340, 86369.5, 86399);
    assert_bucket(3, 1, 84000, 84599.5, 85199);
    assert_bucket(5, 0, 72000, 79199.5, 86399);
    assert_bucket(5, 5, 0, 7199.5, 14399);
    cr_assert_eq(count(5), 6);
}

Test(rings, say_which_levels_have_ended)
{
    at(0, 1);

    cr_assert_eq(at(14.9, 1), 0u);
    cr_assert_eq(at(15, 1), 1u << 0);
    cr_assert_eq(at(60, 1), 3u);
    cr_assert_eq(at(14400, 1), 0x3fu);
}

Test(rings, what_was_skipped_is_a_gap)
{
    at(0, 1);
    at(45, 2);
    at(60, 3);

    assert_bucket(0, 0, 2, 2, 2);
    cr_assert(isnan(read_one(0, PH_PART_MEAN, 1)));
    cr_assert(isnan(read_one(0, PH_PART_MEAN, 2)));
    assert_bucket(0, 3, 1, 1, 1);
    assert_bucket(1, 0, 1, 1.5, 2);
}

Test(rings, a_mean_does_not_count_seconds_with_many_values_for_more)
{
    at(0, 0);
    for (int i = 0; i < 100; i++)
        at(15 + i * 0.1, 10);
    at(60, 0);

    assert_bucket(1, 0, 0, 5, 10);
}

Test(rings, a_machine_that_slept_for_long_leaves_nothing_stale)
{
    for (int s = 0; s < 4000; s++)
        at(s, 1);

    at(4000 + 64 * 14400, 2);
    for (unsigned level = 0; level < PH_LEVELS; level++)
        cr_assert_eq(count(level), level == 5 ? 1u : 0u, "level %u", level);
    for (size_t i = 0; i < PH_SECONDS; i++)
        cr_assert(isnan(rings.second[i]) || rings.second[i] == 2);
}

Test(rings, a_sleep_just_short_of_a_level_keeps_its_oldest_bucket)
{
    at(0, 1);

    at(64 * 15, 2);
    cr_assert_eq(count(0), 1);
    cr_assert_eq(read_one(0, PH_PART_MIN, 63), 1);
    at(65 * 15, 3);
    cr_assert_eq(read_one(0, PH_PART_MIN, 0), 2);
    cr_assert_eq(count(0), 1, "the first one is out of reach");
}

Test(rings, a_clock_that_stands_or_goes_back_stays_where_it_was)
{
    at(100, 1);

    cr_assert_eq(at(100, 2), 0u);
    cr_assert_eq(at(50, 3), 0u);
    cr_assert_eq(at(-5, 4), 0u);
    cr_assert_eq(at(NAN, 5), 0u);
    cr_assert_eq(now.second, 100);
    at(105, 0);
    assert_bucket(0, 0, 1, 3, 5);
}

Test(rings, the_seconds_are_the_last_five_minutes)
{
    for (int s = 0; s < 1000; s++)
        at(s, s);

    for (unsigned ago = 0; ago < PH_SECONDS; ago++)
        cr_assert_eq(rings.second[(999 - ago) % PH_SECONDS], (float)(999 - ago));
    at(1005, 7);
    cr_assert(isnan(rings.second[1004 % PH_SECONDS]));
}

Test(rings, what_is_no_number_is_no_value)
{
    at(0, NAN);
    at(1, INFINITY);
    at(2, -INFINITY);
    at(3, 1e300);
    at(15, 1);

    cr_assert_eq(count(0), 0);
}

Test(rings, hold_what_is_near_two_to_the_53rd)
{
    double large = 9007199254740993.0;

    at(0, large);
    at(1, -large);
    at(15, 0);

    assert_bucket(0, 0, -large, 0, large);
}

Test(rings, allocate_nothing)
{
    size_t before = alloc_calls();

    for (int s = 0; s < 1000; s++)
        at(s * 17.3, s);
    cr_assert_eq(alloc_calls(), before);
}
