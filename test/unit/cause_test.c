/* SPDX-License-Identifier: MIT */
#include "agent/cause.h"

#include <criterion/criterion.h>
#include <math.h>

#define COUNTERS 8
#define TRIALS 400

static struct ph_cause_look look;
static struct ph_cause found[2];
static double traffic[PH_BUCKETS];
static uint64_t seed;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-300)) * cos(6.283185307179586 * uniform());
}

/* A day's swing and some noise, and counters that follow it with 30 % of their own. */
static void make_traffic(void)
{
    double phase = 6.28 * uniform();

    look.n = COUNTERS;
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        traffic[i] = 1000 * (1 + 0.5 * sin(phase + (double)i * 0.26) + 0.1 * normal());
        look.load[i] = 3 * traffic[i];
        for (size_t c = 0; c < COUNTERS; c++)
            look.events[c][i] = fmax(0, traffic[i] * (double)(c + 1) * (1 + 0.3 * normal()));
    }
}

static void grow_by(size_t counter, double each, double noise)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        look.growth[i] = each * (look.events[counter][i] + noise * normal());
}

Test(cause, names_the_right_one_of_eight_that_follow_the_traffic)
{
    size_t right = 0;

    for (seed = 1; seed <= TRIALS; seed++) {
        uint64_t kept = seed;
        size_t cause = seed % COUNTERS;

        make_traffic();
        grow_by(cause, 0.25, 100 * (double)(cause + 1));
        if (ph_cause_find(&look, found, 2) && found[0].candidate == cause) {
            cr_assert_float_eq(found[0].per_event, 0.25, 0.05);
            right++;
        }
        seed = kept;
    }
    cr_log_info("right in %zu of %d", right, TRIALS);
    cr_assert_geq(right, TRIALS * 9 / 10, "only %zu", right);
}

Test(cause, accuses_nobody_of_a_growth_that_is_steady_in_time)
{
    size_t accused = 0;

    for (seed = 1; seed <= TRIALS; seed++) {
        uint64_t kept = seed;

        make_traffic();
        for (size_t i = 0; i < PH_BUCKETS; i++)
            look.growth[i] = 60 + 2 * normal();
        accused += ph_cause_find(&look, found, 2) > 0;
        seed = kept;
    }
    cr_assert_leq(accused, TRIALS / 20, "%zu of %d", accused, TRIALS);
}

Test(cause, accuses_nobody_when_growth_wanders_slowly_like_the_traffic)
{
    size_t accused = 0;

    for (seed = 1; seed <= TRIALS; seed++) {
        uint64_t kept = seed;
        double level = 0;

        make_traffic();
        for (size_t i = 0; i < PH_BUCKETS; i++)
            look.growth[i] = 60 + (level = 0.9 * level + normal());
        accused += ph_cause_find(&look, found, 2) > 0;
        seed = kept;
    }
    cr_assert_leq(accused, TRIALS / 20, "%zu of %d", accused, TRIALS);
}

Test(cause, accuses_none_of_those_that_only_follow_when_the_load_itself_is_behind_it)
{
    size_t accused = 0;

    for (seed = 1; seed <= TRIALS; seed++) {
        uint64_t kept = seed;

        make_traffic();
        for (size_t i = 0; i < PH_BUCKETS; i++)
            look.growth[i] = traffic[i] * (1 + 0.02 * normal());
        accused += ph_cause_find(&look, found, 2) > 0;
        seed = kept;
    }
    cr_assert_leq(accused, TRIALS / 20, "%zu of %d", accused, TRIALS);
}

Test(cause, names_the_load_by_its_own_name_and_both_names_of_one_thing)
{
    seed = 7;
    make_traffic();
    for (size_t i = 0; i < PH_BUCKETS; i++)
        look.events[2][i] = look.events[5][i] = look.load[i] / 3;
    grow_by(5, 1, 20);

    cr_assert_eq(ph_cause_find(&look, found, 2), 2);
    cr_assert_eq(found[0].candidate, 2, "the one that was named first");
    cr_assert_eq(found[1].candidate, 5);
    cr_assert_gt(found[0].correlation, 0.9);
    cr_assert_float_eq(found[0].per_event, 1, 0.05);
}

Test(cause, knows_nothing_from_less_than_twelve_buckets)
{
    seed = 3;
    make_traffic();
    grow_by(1, 1, 0);
    for (size_t i = 11; i < PH_BUCKETS; i++)
        look.growth[i] = NAN;

    cr_assert_eq(ph_cause_find(&look, found, 2), 0);
}

Test(cause, bears_gaps_flat_lines_and_what_is_no_number)
{
    seed = 5;
    make_traffic();
    grow_by(3, 2, 100);
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        look.events[0][i] = 0;
        look.events[1][i] = NAN;
        look.events[2][i] = i % 2 ? NAN : look.events[2][i];
        look.load[i] = NAN;
    }
    look.growth[10] = look.growth[40] = look.events[3][20] = NAN;

    cr_assert_geq(ph_cause_find(&look, found, 2), 1);
    cr_assert_eq(found[0].candidate, 3);
    cr_assert_float_eq(found[0].per_event, 2, 0.2);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        look.growth[i] = 5;
    cr_assert_eq(ph_cause_find(&look, found, 2), 0, "a growth that never changes");
}

Test(cause, a_counter_that_falls_while_the_growth_rises_is_not_behind_it)
{
    seed = 11;
    make_traffic();
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        look.load[i] = NAN;
        look.growth[i] = 100000 - look.events[4][i];
    }

    cr_assert_eq(ph_cause_find(&look, found, 2), 0);
}

Test(cause, accuses_nobody_of_what_agrees_in_one_bucket_only)
{
    seed = 7;
    make_traffic();
    for (size_t i = 0; i < PH_BUCKETS; i++) {
        look.growth[i] = (i == 0 ? 90 : 60) + 2 * normal();
        look.events[0][i] = i == 0 ? 5 : 0;
    }

    cr_assert_eq(ph_cause_find(&look, found, 2), 0);
}
