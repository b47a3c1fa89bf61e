/* SPDX-License-Identifier: MIT */
#include "agent/inertia.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dice.h"

#define SERIES 300u

enum { ONE, CLOCK };

static struct ph_design d;
static struct dice dice;

static void start(void)
{
    dice = (struct dice){ 5 };
    d = (struct ph_design){ .n = PH_BUCKETS, .terms = 2, .quantum = 1e-6 };
    for (size_t i = 0; i < d.n; i++) {
        d.place[i] = i;
        d.x[ONE][i] = 1;
        d.x[CLOCK][i] = 2.0 * (double)i / (PH_BUCKETS - 1) - 1;
    }
}

TestSuite(inertia, .init = start);

/* Noise of which each point keeps so much of the one before. */
static void fill(double memory, double slope)
{
    double x = dice_noise(&dice);

    for (size_t i = 0; i < d.n; i++) {
        x = memory * x + sqrt(1 - memory * memory) * dice_noise(&dice);
        d.y[i] = 100 + x + slope * d.x[CLOCK][i];
    }
}

static struct ph_inertia errors(void)
{
    struct ph_fit fit;

    cr_assert(ph_fit(&d, true, &fit));
    return ph_inertia_errors(&d, &fit, CLOCK);
}

/* How many series without a slope look as if they had one, by three errors. */
static size_t fooled(double memory)
{
    size_t n = 0;

    for (size_t i = 0; i < SERIES; i++) {
        fill(memory, 0);
        n += errors().least > 3;
    }
    return n;
}

Test(inertia, of_noise_without_a_memory_is_rarely_fooled)
{
    cr_assert_leq(fooled(0), 2);
}

Test(inertia, of_noise_with_a_long_memory_is_rarely_fooled)
{
    cr_assert_leq(fooled(0.9), SERIES / 50);
    cr_assert_leq(fooled(0.97), SERIES / 50);
}

Test(inertia, a_slope_is_seen_through_noise)
{
    fill(0, 5);

    cr_assert_gt(errors().least, 8);
    cr_assert_gt(errors().likely, 8);
}

Test(inertia, a_slope_that_falls_is_negative)
{
    fill(0, -5);

    cr_assert_lt(errors().likely, -8);
}

Test(inertia, the_worst_memory_is_never_surer_than_the_likeliest)
{
    for (size_t i = 0; i < 50; i++) {
        struct ph_inertia e;

        fill(0.6, 3);
        e = errors();
        cr_assert_leq(e.least, e.likely);
    }
}

Test(inertia, gaps_are_time_as_well)
{
    for (size_t i = 0; i < d.n; i++)
        d.place[i] = i * 3;
    fill(0.3, 5);

    cr_assert_gt(errors().least, 3);
}

Test(inertia, columns_that_say_the_same_say_nothing)
{
    struct ph_fit fit;

    fill(0, 5);
    cr_assert(ph_fit(&d, true, &fit));
    d.terms = 3;
    for (size_t i = 0; i < d.n; i++)
        d.x[2][i] = d.x[CLOCK][i];

    cr_assert_eq(ph_inertia_errors(&d, &fit, CLOCK).least, 0);
}
