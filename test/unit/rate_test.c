/* SPDX-License-Identifier: MIT */
#include "agent/rate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>

#include "porthole.h"

#define S PH_NS_PER_S
#define NOON (100000 * S)

static struct ph_rate rate;

/* Criterion's own comparison of floats asks several times, and each time is a look. */
static bool about(double got, double wanted)
{
    return fabs(got - wanted) <= 3;
}

static bool is(double got, double wanted)
{
    return fabs(got - wanted) <= 1e-6;
}

/* Look `n` times, `step_ns` apart, at a counter that grows by `by` each time. */
static double look(size_t n, uint64_t step_ns, uint64_t by)
{
    static uint64_t now = NOON, value;
    double last = NAN;

    if (rate.n == 0)
        ph_rate_begin(&rate, now, value);
    for (size_t i = 0; i < n; i++)
        last = ph_rate_per_s(&rate, now += step_ns, value += by);
    return last;
}

Test(rate, the_first_value_has_nothing_to_compare_with)
{
    cr_assert(isnan(ph_rate_per_s(&rate, NOON, 5)));
    cr_assert(is(ph_rate_per_s(&rate, NOON + S, 8), 3));
}

Test(rate, a_young_counter_is_averaged_over_its_life)
{
    ph_rate_begin(&rate, NOON, 0);

    cr_assert(is(ph_rate_per_s(&rate, NOON + S / 2, 100), 200));
    cr_assert(is(ph_rate_per_s(&rate, NOON + 2 * S, 100), 50));
}

Test(rate, what_is_longer_ago_than_a_minute_is_forgotten)
{
    look(300, S, 1000);

    cr_assert(is(look(62, S, 1), 1));
}

Test(rate, the_pace_of_looking_does_not_matter)
{
    static const uint64_t step_ms[] = { 50, 333, 999, 1000, 1001, 7000, 59000, 60000 };

    for (size_t i = 0; i < sizeof step_ms / sizeof step_ms[0]; i++) {
        uint64_t step_ns = step_ms[i] * PH_NS_PER_MS;

        rate = (struct ph_rate){ .n = 0 };
        cr_assert(is(look(4000, step_ns, step_ms[i]), 1000), "%lu", (unsigned long)step_ms[i]);
    }
}

Test(rate, quick_looks_see_a_whole_minute)
{
    look(2400, 50 * PH_NS_PER_MS, 10);

    cr_assert(about(look(1, 50 * PH_NS_PER_MS, 6000), 200 + 100), "6000 more in a minute");
}

Test(rate, after_a_long_sleep_the_rate_is_that_of_the_sleep)
{
    look(100, S, 10);

    cr_assert(is(look(1, 3600 * S, 3600), 1));
}

Test(rate, a_counter_that_restarts_begins_anew)
{
    ph_rate_begin(&rate, NOON, 0);
    ph_rate_per_s(&rate, NOON + S, 1000000);

    cr_assert(isnan(ph_rate_per_s(&rate, NOON + 2 * S, 10)));
    cr_assert(is(ph_rate_per_s(&rate, NOON + 3 * S, 15), 5));
}

Test(rate, a_restart_between_two_kept_samples_is_noticed)
{
    ph_rate_begin(&rate, NOON, 100);
    ph_rate_per_s(&rate, NOON + S / 10, 500);

    cr_assert(isnan(ph_rate_per_s(&rate, NOON + S / 5, 200)), "above the sample, not the last");
}

Test(rate, an_unknown_value_is_no_rate_and_no_base)
{
    ph_rate_begin(&rate, NOON, 0);

    cr_assert(isnan(ph_rate_per_s(&rate, NOON + S, PORTHOLE_UNKNOWN)));
    cr_assert(isnan(ph_rate_per_s(&rate, NOON + 2 * S, 100)));
    cr_assert(is(ph_rate_per_s(&rate, NOON + 3 * S, 107), 7));
}

Test(rate, no_time_and_time_that_goes_back_are_no_rate)
{
    ph_rate_begin(&rate, NOON, 0);

    cr_assert(isnan(ph_rate_per_s(&rate, NOON, 10)));
    cr_assert(isnan(ph_rate_per_s(&rate, NOON - S, 10)));
    cr_assert(is(ph_rate_per_s(&rate, NOON + S, 10), 10));
}

Test(rate, a_counter_that_stands_still_has_rate_0)
{
    cr_assert(is(look(200, S, 0), 0));
}
