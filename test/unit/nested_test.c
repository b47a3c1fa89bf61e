/* SPDX-License-Identifier: MIT */
#include "agent/nested.h"

#include <criterion/criterion.h>

#define US 1000
#define NOON UINT64_C(1000000000000)

static struct ph_nested nested;

/* A span from `from` to `to`, in microseconds after noon; what it adds, in the same. */
static uint64_t span(uint64_t from, uint64_t to)
{
    return ph_nested_end(&nested, NOON + to * US, (to - from) * US) / US;
}

Test(nested, spans_one_after_the_other_add_up)
{
    cr_assert_eq(span(0, 100), 100);
    cr_assert_eq(span(200, 250), 50);
    cr_assert_eq(span(250, 260), 10);
}

Test(nested, a_span_inside_of_another_counts_once)
{
    cr_assert_eq(span(20, 50), 30);
    cr_assert_eq(span(10, 110), 70);
}

Test(nested, several_inside_and_inside_of_those)
{
    cr_assert_eq(span(20, 30), 10);
    cr_assert_eq(span(15, 40), 15, "holds the first");
    cr_assert_eq(span(50, 60), 10);
    cr_assert_eq(span(10, 110), 65, "holds all three");
    cr_assert_eq(span(200, 210), 10, "and no later one does");
}

Test(nested, those_before_a_span_are_not_inside_of_it)
{
    cr_assert_eq(span(0, 40), 40);
    cr_assert_eq(span(50, 60), 10);
    cr_assert_eq(span(45, 100), 45);
}

Test(nested, a_thousand_spans_need_no_more_room)
{
    for (uint64_t i = 0; i < 1000; i++)
        cr_assert_eq(span(i * 10, i * 10 + 5), 5);

    cr_assert_eq(nested.n, PH_NESTED_SPANS);
    cr_assert_eq(span(9900, 10000), 100 - 8 * 5, "the last eight are known");
}

Test(nested, a_span_longer_than_time_itself_is_harmless)
{
    cr_assert_eq(ph_nested_end(&nested, 10, UINT64_MAX), UINT64_MAX);
    cr_assert_eq(ph_nested_end(&nested, 20, 0), 0);
}
