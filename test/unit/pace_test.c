/* SPDX-License-Identifier: MIT */
#include "agent/pace.h"

#include <criterion/criterion.h>

Test(pace, the_first_reading_is_due_at_once)
{
    const struct ph_pace pace = { 0 };

    cr_assert(ph_pace_due(&pace, 0));
}

Test(pace, a_reading_rests_so_many_times_what_it_cost)
{
    struct ph_pace pace = { 0 };

    ph_pace_done(&pace, 1000, 10, 200, 0);

    cr_assert_eq(pace.taken_ns, 1000);
    cr_assert_not(ph_pace_due(&pace, 1000 + 10 + 2000 - 1));
    cr_assert(ph_pace_due(&pace, 1000 + 10 + 2000));
}

Test(pace, a_cheap_reading_rests_the_least_time)
{
    struct ph_pace pace = { 0 };

    ph_pace_done(&pace, 1000, 10, 200, 5000);

    cr_assert_not(ph_pace_due(&pace, 1000 + 10 + 5000 - 1));
    cr_assert(ph_pace_due(&pace, 1000 + 10 + 5000));
}

Test(pace, a_reading_that_costs_nothing_is_due_again_at_once)
{
    struct ph_pace pace = { 0 };

    ph_pace_done(&pace, 1000, 0, 200, 0);

    cr_assert(ph_pace_due(&pace, 1000));
}

Test(pace, a_test_that_makes_time_fly_is_not_kept_waiting)
{
    struct ph_pace pace = { 0 };

    ph_pace_hasten(100);
    ph_pace_done(&pace, 1000, 10, 200, 5000);

    cr_assert_not(ph_pace_due(&pace, 1000 + 10 + 50 - 1));
    cr_assert(ph_pace_due(&pace, 1000 + 10 + 50));
}
