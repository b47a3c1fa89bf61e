/* SPDX-License-Identifier: MIT */
#include "agent/shape.h"
#include "agent/steps.h"

#include <criterion/criterion.h>
#include <math.h>

#include "agent/rings.h"
#include "dice.h"

#define N PH_BUCKETS

static double x[N], y[N];
static struct ph_bend bend;
static struct dice dice;

static void start(void)
{
    dice = (struct dice){ 5 };
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)i;
        y[i] = dice_noise(&dice);
    }
}

TestSuite(shape, .init = start);

static void rise(size_t from, double slope)
{
    for (size_t i = from; i < N; i++)
        y[i] += slope * (double)(i - from);
}

static void step(size_t at, double height)
{
    for (size_t i = at; i < N; i++)
        y[i] += height;
}

static bool in_steps(size_t most, double quantum)
{
    struct ph_stairs stairs = { .n = N, .most = most, .quantum = quantum, .y = y, .start = y };

    ph_shape_bend(x, y, N, quantum, &bend);
    return ph_steps_fit_better(&stairs, &bend);
}

static bool steps(size_t most)
{
    return in_steps(most, 1e-6);
}

/* ---- The bend ------------------------------------------------------------------------ */

Test(shape, what_grows_all_along_has_no_bend)
{
    rise(0, 2);

    ph_shape_bend(x, y, N, 1e-6, &bend);

    cr_assert_eq(bend.since, 0);
    cr_assert_float_eq(bend.slope, 2, 4 * bend.error);
    cr_assert_lt(bend.error, 0.02);
}

Test(shape, growth_begins_where_it_bends)
{
    rise(30, 2);

    ph_shape_bend(x, y, N, 1e-6, &bend);

    cr_assert(bend.since >= 27 && bend.since <= 33, "%zu", bend.since);
    cr_assert_float_eq(bend.slope, 2, 0.2);
}

Test(shape, few_points_behind_a_bend_are_none)
{
    rise(N - 4, 20);

    ph_shape_bend(x, y, N, 1e-6, &bend);

    cr_assert_leq(bend.since + 8, N);
}

Test(shape, noise_alone_has_neither_bend_nor_steps)
{
    unsigned bends = 0, stepped = 0;

    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < N; i++)
            y[i] = 1e6 + dice_noise(&dice);
        stepped += steps(PH_STEPS);
        bends += bend.since > 0;
    }

    cr_assert_leq(bends, 5, "%u", bends);
    cr_assert_leq(stepped, 5, "%u", stepped);
}

/* ---- Steps --------------------------------------------------------------------------- */

Test(shape, one_step_is_one)
{
    step(30, 50);

    cr_assert(steps(1));
}

Test(shape, steps_are_found_up_to_as_many_as_asked_for)
{
    for (size_t k = 1; k <= 6; k++)
        step(k * 9, 40);

    cr_assert(steps(6));
    cr_assert_not(steps(1));
}

Test(shape, a_line_is_not_made_of_steps)
{
    rise(0, 1);
    cr_assert_not(steps(PH_STEPS));

    start();
    rise(30, 5);
    cr_assert_not(steps(PH_STEPS));
}

Test(shape, counts_that_are_rounded_are_still_a_line)
{
    for (size_t i = 0; i < N; i++)
        y[i] = floor((double)i / 2);

    ph_shape_bend(x, y, N, 0.3, &bend);

    cr_assert_not(in_steps(PH_STEPS, 0.3));
}

Test(shape, numbers_near_the_end_of_integers_keep_their_steps)
{
    for (size_t i = 0; i < N; i++)
        y[i] = 0x1p53 - 0x1p40 + 1e9 * y[i] + (i < 32 ? 0 : 1e11);

    cr_assert(steps(2));
}

Test(shape, what_never_moves_has_no_slope)
{
    for (size_t i = 0; i < N; i++)
        y[i] = 7;

    ph_shape_bend(x, y, N, 1e-3, &bend);

    cr_assert_float_eq(bend.slope, 0, 1e-9);
    cr_assert_not(in_steps(PH_STEPS, 1e-3));
}

/* What goes on beside the steps is found with them, not beside a line before. */
Test(shape, steps_are_seen_under_a_load_that_moves_as_well)
{
    double load[1][PH_BUCKETS];
    struct ph_stairs stairs = {
        .n = N, .most = 4, .quantum = 1e-3, .y = y, .start = y, .n_beside = 1, .beside = NULL
    };

    for (size_t i = 0; i < N; i++) {
        load[0][i] = sin((double)i * 0.7);
        y[i] += 30 * load[0][i];
    }
    step(N / 4, 20);
    step(N / 2, 25);
    step(3 * N / 4, 22);
    stairs.beside = (const double(*)[PH_BUCKETS])load;
    ph_shape_bend(x, y, N, 1e-3, &bend);

    cr_assert(ph_steps_fit_better(&stairs, &bend));
}
