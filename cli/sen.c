/* SPDX-License-Identifier: MIT */
/*
 * sen: all pairs, sorted; 2016 of them at most.
 */
#include "sen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z_95 1.959964

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double tie_term(double n)
{
    return n * (n - 1) * (2 * n + 5);
}

/* Kendall's Var(S). */
static double variance(const double *v, size_t n)
{
    double sorted[SEN_MOST];
    double sum = tie_term((double)n);

    memcpy(sorted, v, n * sizeof *v);
    qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end] == sorted[i];)
            end++;
        sum -= tie_term((double)(end - i));
    }
    return sum / 18;
}

bool sen_fit(const double *t, const double *v, size_t n, struct sen *out)
{
    double slopes[SEN_MOST * (SEN_MOST - 1) / 2];
    double reach, low, high;
    size_t pairs = 0;

    if (n < SEN_LEAST || n > SEN_MOST)
        return false;
    for (size_t j = 1; j < n; j++)
        for (size_t i = 0; i < j; i++)
            slopes[pairs++] = (v[j] - v[i]) / (t[j] - t[i]);
    qsort(slopes, pairs, sizeof *slopes, by_size);
    reach = Z_95 * sqrt(variance(v, n));
    low = round(((double)pairs - reach) / 2) - 1; /* ranks count from one */
    high = round(((double)pairs + reach) / 2);
    out->slope = (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
    out->low = slopes[(size_t)fmax(low, 0)];
    out->high = slopes[(size_t)fmin(high, (double)pairs - 1)];
    return true;
}
