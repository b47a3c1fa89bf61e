/* SPDX-License-Identifier: MIT */
#include "agent/hist.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MS UINT64_C(1000000)
#define LARGEST ((UINT64_C(1) << 42) - 1) /* the end of the last bucket */

static struct ph_hist hist;
static struct ph_hist_view view;

static void record(uint64_t ns)
{
    ph_hist_record(&hist, ns, 1);
    ph_hist_read(&hist, &view);
}

static size_t only_bucket(void)
{
    size_t found = PH_HIST_BUCKETS;

    for (size_t i = 0; i < PH_HIST_BUCKETS; i++)
        if (view.count[i])
            found = i;
    return found;
}

Test(hist, every_power_of_two_begins_sixteen_buckets)
{
    for (unsigned octave = 11; octave < 42; octave++) {
        uint64_t first = UINT64_C(1) << octave;

        memset(&hist, 0, sizeof hist);
        record(first);
        cr_assert_eq(only_bucket(), (octave - 10) * PH_HIST_STEPS);
        memset(&hist, 0, sizeof hist);
        record(first - 1);
        cr_assert_eq(only_bucket(), (octave - 10) * PH_HIST_STEPS - 1);
    }
}

Test(hist, the_first_and_the_last_bucket_take_what_lies_outside)
{
    record(0);
    cr_assert_eq(only_bucket(), 0);

    memset(&hist, 0, sizeof hist);
    record(UINT64_MAX);
    cr_assert_eq(only_bucket(), PH_HIST_BUCKETS - 1);
}

Test(hist, counts_sums_and_keeps_the_maximum)
{
    ph_hist_record(&hist, 5 * MS, 1);
    ph_hist_record(&hist, 2 * MS, 3);
    ph_hist_read(&hist, &view);

    cr_assert_eq(view.total, 4);
    cr_assert_eq(view.sum_ns, 11 * MS);
    cr_assert_eq(view.max_ns, 5 * MS);
}

static uint64_t seed = 42;

/* Spread evenly over the octaves, as durations are. */
static uint64_t random_ns(void)
{
    uint64_t mantissa;

    seed = seed * 6364136223846793005u + 1442695040888963407u;
    mantissa = (seed >> 20) | UINT64_C(1) << 43;
    return mantissa >> (2 + (seed >> 59) % 30); /* 4 µs .. 73 min */
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

#define SAMPLES 4000

Test(hist, any_quantile_of_random_samples_is_right_within_a_32nd)
{
    static uint64_t sample[SAMPLES];

    for (size_t i = 0; i < SAMPLES; i++)
        record(sample[i] = random_ns());
    qsort(sample, SAMPLES, sizeof sample[0], by_size);

    for (size_t rank = 1; rank <= SAMPLES; rank++) {
        double told = (double)ph_hist_quantile(&view, (double)rank / SAMPLES);
        double truth = (double)sample[rank - 1];

        cr_assert_leq(fabs(told - truth), truth / 32 + 1, "rank %zu: %g, not %g", rank, told,
                      truth);
    }
}

Test(hist, quantiles_never_exceed_the_maximum)
{
    record(1100); /* the middle of its bucket lies above it */

    cr_assert_eq(ph_hist_quantile(&view, 0), 1100);
    cr_assert_eq(ph_hist_quantile(&view, 0.5), 1100);
    cr_assert_eq(ph_hist_quantile(&view, 1), 1100);
}

Test(hist, an_empty_one_has_only_zeros)
{
    ph_hist_read(&hist, &view);

    cr_assert_eq(ph_hist_quantile(&view, 0.99), 0);
    cr_assert_eq(ph_hist_at_most(&view, 1000 * MS), 0);
    cr_assert_float_eq(ph_hist_mean_square(&view), 0, 0);
}

Test(hist, the_mean_square_is_right_within_a_sixteenth)
{
    double truth = 0;

    for (size_t i = 0; i < 500; i++) {
        uint64_t ns = random_ns();

        record(ns);
        truth += (double)ns * (double)ns / 500;
    }

    cr_assert_leq(fabs(ph_hist_mean_square(&view) - truth), truth / 15);
}

Test(hist, at_most_counts_whole_buckets_exactly)
{
    record(1 * MS);
    record(3 * MS);
    record(200 * MS);

    cr_assert_eq(ph_hist_at_most(&view, 2 * MS), 1);
    cr_assert_eq(ph_hist_at_most(&view, 10 * MS), 2);
    cr_assert_eq(ph_hist_at_most(&view, 1000 * MS), 3);
    cr_assert_eq(ph_hist_at_most(&view, UINT64_MAX), 3);
}

Test(hist, at_most_shares_the_bucket_it_cuts_through)
{
    ph_hist_record(&hist, 1 << 20, 100); /* a bucket of 2^16 ns begins here */
    ph_hist_read(&hist, &view);

    cr_assert_eq(ph_hist_at_most(&view, 1 << 20), 0);
    cr_assert_eq(ph_hist_at_most(&view, (1 << 20) + (1 << 14)), 25);
    cr_assert_eq(ph_hist_at_most(&view, (1 << 20) + (1 << 16)), 100);
}

Test(hist, at_most_never_falls_when_the_bound_rises)
{
    uint64_t before = 0;

    for (size_t i = 0; i < 200; i++)
        record(random_ns());

    for (uint64_t ns = 1; ns < LARGEST; ns += ns / 50 + 1) {
        uint64_t now = ph_hist_at_most(&view, ns);

        cr_assert_geq(now, before);
        before = now;
    }
}

Test(hist, the_summary_has_the_bounds_its_names_say)
{
    struct ph_hist_summary s;

    record(3 * MS);
    record(700 * MS);
    record(9000 * MS);
    ph_hist_summarise(&view, &s);

    cr_assert_eq(s.total, 3);
    cr_assert_eq(s.max_ns, 9000 * MS);
    for (size_t i = 0; i < PH_HIST_BOUNDS; i++) {
        double bound = strtod(ph_hist_bound_s[i], NULL);
        uint64_t below = (bound > 0.003) + (bound > 0.7);

        cr_assert_eq(s.at_most[i], below, "le=%s", ph_hist_bound_s[i]);
    }
}

static struct ph_window window;

Test(window, shows_what_the_last_ten_ticks_added)
{
    record(1 * MS);
    ph_window_advance(&window, &hist, &view);
    cr_assert_eq(view.total, 1);

    for (int tick = 0; tick < PH_WINDOW_TICKS - 1; tick++) {
        record(2 * MS);
        ph_window_advance(&window, &hist, &view);
    }
    cr_assert_eq(view.total, 10, "one that is nine ticks old and nine younger ones");

    ph_window_advance(&window, &hist, &view);
    cr_assert_eq(view.total, 9, "the oldest has left");
    cr_assert_eq(view.sum_ns, 18 * MS);
}

Test(window, forgets_all_after_ten_quiet_ticks)
{
    record(500 * MS);
    for (int tick = 0; tick <= PH_WINDOW_TICKS; tick++)
        ph_window_advance(&window, &hist, &view);

    cr_assert_eq(view.total, 0);
    cr_assert_eq(view.max_ns, 0);
    cr_assert_eq(hist.max_ns, 500 * MS, "the histogram itself keeps it");
}

Test(window, its_maximum_is_its_own_within_a_sixteenth)
{
    record(5000 * MS);
    for (int tick = 0; tick < PH_WINDOW_TICKS; tick++)
        ph_window_advance(&window, &hist, &view);
    record(10 * MS);
    ph_window_advance(&window, &hist, &view);

    cr_assert_geq(view.max_ns, 10 * MS);
    cr_assert_leq(view.max_ns, 10 * MS + 10 * MS / 16);
}

Test(hist, a_block_that_goes_on_counts_for_every_moment_it_has_lasted)
{
    const uint64_t block_ns = UINT64_C(10) * 1000 * 1000 * 1000;

    memset(&view, 0, sizeof view);
    ph_hist_view_block(&view, block_ns);

    cr_assert_eq(view.max_ns, block_ns);
    cr_assert(ph_hist_quantile(&view, 0.5) > block_ns / 10 * 4);
    cr_assert(ph_hist_quantile(&view, 0.5) < block_ns / 10 * 6);
    cr_assert(ph_hist_quantile(&view, 0.99) > block_ns / 10 * 9);
}

Test(hist, octaves_hold_every_sample_once)
{
    uint64_t octaves[PH_HIST_COARSE], sum = 0;

    memset(&view, 0, sizeof view);
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++)
        view.total += view.count[i] = i % 7;
    ph_hist_coarse(&view, octaves);

    for (size_t i = 0; i < PH_HIST_COARSE; i++)
        sum += octaves[i];
    cr_assert_eq(sum, view.total);
}

Test(hist, octaves_end_at_powers_of_two_in_ms)
{
    uint64_t octaves[PH_HIST_COARSE];

    ph_hist_record(&hist, 50 * 1000, 1);          /* below the first end */
    ph_hist_record(&hist, 3 * 1000 * 1000, 5);    /* 2 .. 4 ms */
    ph_hist_record(&hist, UINT64_C(1) << 60, 2);  /* beyond the last */
    ph_hist_read(&hist, &view);
    ph_hist_coarse(&view, octaves);

    cr_assert_eq(octaves[0], 1);
    cr_assert_eq(octaves[5], 5, "0.125 ms times 2 to the 5th is 4 ms");
    cr_assert_eq(octaves[PH_HIST_COARSE - 1], 2);
}
