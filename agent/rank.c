/* SPDX-License-Identifier: MIT */
/*
 * Quickselect. What a comparison says of a random number no processor can foresee, and a wrong
 * guess costs as much as ten numbers: so every number is swapped, and the border moves or not.
 */
#include "rank.h"

#include <stdbool.h>

static void swap(double *a, double *b)
{
    double kept = *a;

    *a = *b;
    *b = kept;
}

static double middle_of(double a, double b, double c)
{
    double least = a < b ? a : b, most = a < b ? b : a;

    return c < least ? least : c > most ? most : c;
}

/* What is less than the pivot goes to the front, with `or_equal` also what is as it; how many
 * that are. */
static size_t split(double *v, size_t n, double pivot, bool or_equal)
{
    size_t front = 0;

    for (size_t i = 0; i < n; i++) {
        double one = v[i];

        v[i] = v[front];
        v[front] = one;
        front += or_equal ? one <= pivot : one < pivot;
    }
    return front;
}

double ph_rank(double *v, size_t n, size_t k)
{
    while (n > 2) {
        double pivot = middle_of(v[0], v[n / 2], v[n - 1]);
        size_t less = split(v, n, pivot, false), same;

        if (k < less) {
            n = less;
            continue;
        }
        same = split(v + less, n - less, pivot, true);
        if (k < less + same || same == 0) /* none is as itself: a NaN */
            return pivot;
        v += less + same;
        n -= less + same;
        k -= less + same;
    }
    if (n == 2 && v[1] < v[0])
        swap(&v[0], &v[1]);
    return v[k];
}
