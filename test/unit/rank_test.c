/* SPDX-License-Identifier: MIT */
#include "agent/rank.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 300

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Every rank of v[0 .. n-1] is what sorting says, and parts the rest. */
static void check(const double *v, size_t n)
{
    double sorted[MOST], mixed[MOST];

    memcpy(sorted, v, n * sizeof *v);
    qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t k = 0; k < n; k++) {
        memcpy(mixed, v, n * sizeof *v);

        cr_assert_eq(ph_rank(mixed, n, k), sorted[k], "%zu of %zu", k, n);
        cr_assert_eq(mixed[k], sorted[k]);
        for (size_t i = 0; i < n; i++)
            cr_assert(i < k ? mixed[i] <= mixed[k] : mixed[i] >= mixed[k]);
        qsort(mixed, n, sizeof *mixed, by_size);
        cr_assert_eq(memcmp(mixed, sorted, n * sizeof *v), 0, "something was lost");
    }
}

Test(rank, every_rank_is_what_sorting_puts_there)
{
    struct dice dice = { 1 };
    double v[MOST];

    for (size_t n = 1; n <= MOST; n += n < 70 ? 1 : 23) {
        for (size_t i = 0; i < n; i++)
            v[i] = dice_noise(&dice);
        check(v, n);
    }
}

Test(rank, equal_ones_end_too)
{
    struct dice dice = { 2 };
    double v[MOST];

    for (size_t n = 1; n <= 40; n++) {
        for (size_t i = 0; i < n; i++)
            v[i] = floor(4 * dice_roll(&dice));
        check(v, n);
        for (size_t i = 0; i < n; i++)
            v[i] = 7;
        check(v, n);
    }
}

Test(rank, what_is_in_order_already_and_what_is_endless)
{
    double v[MOST];

    for (size_t i = 0; i < MOST; i++)
        v[i] = (double)i;
    check(v, MOST);
    for (size_t i = 0; i < MOST; i++)
        v[i] = -(double)i;
    v[3] = INFINITY;
    v[200] = -INFINITY;
    check(v, MOST);
}

Test(rank, it_ends_whatever_is_no_number)
{
    double v[] = { NAN, 1, NAN, 0, NAN, 2, NAN };
    double none[] = { NAN, NAN, NAN, NAN };

    for (size_t k = 0; k < 7; k++)
        ph_rank(v, 7, k);
    cr_assert(isnan(ph_rank(none, 4, 2)));
}
