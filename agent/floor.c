/* SPDX-License-Identifier: MIT */
/* Owns the ring of heap minima and the statistics over it. The writing half runs in the
 * garbage collector's callbacks and must stay a few plain stores. */
#include "floor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define MINUTE_NS (60 * PH_NS_PER_S)
#define Z_95 1.959963984540054

bool ph_floor_note(struct ph_floor *floor, uint64_t now_ns, uint64_t bytes)
{
    uint64_t minute = now_ns / MINUTE_NS;
    uint64_t *low;

    if (bytes == 0)
        return false;
    if (minute > floor->minute + PH_FLOOR_BUCKETS)
        floor->minute = minute - PH_FLOOR_BUCKETS;
    while (floor->minute < minute)
        floor->low[++floor->minute % PH_FLOOR_BUCKETS] = 0;
    low = &floor->low[floor->minute % PH_FLOOR_BUCKETS];
    if (*low && *low <= bytes)
        return false;
    *low = bytes;
    return true;
}

/* ---- Statistics -------------------------------------------------------------------- */

struct points {
    size_t n;
    double minute[PH_FLOOR_BUCKETS], bytes[PH_FLOOR_BUCKETS];
};

/* Oldest first; minutes from the oldest bucket there could be. */
static void take_points(const struct ph_floor *floor, struct points *out)
{
    out->n = 0;
    for (size_t i = 0; i < PH_FLOOR_BUCKETS; i++) {
        uint64_t low = floor->low[(floor->minute + 1 + i) % PH_FLOOR_BUCKETS];

        if (!low)
            continue;
        out->minute[out->n] = (double)i;
        out->bytes[out->n++] = (double)low;
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static size_t take_slopes(const struct points *p, double *slopes)
{
    size_t n = 0;

    for (size_t j = 1; j < p->n; j++)
        for (size_t i = 0; i < j; i++)
            slopes[n++] = (p->bytes[j] - p->bytes[i]) / (p->minute[j] - p->minute[i]) * 60;
    qsort(slopes, n, sizeof slopes[0], by_size);
    return n;
}

static double tie_term(double n)
{
    return n * (n - 1) * (2 * n + 5);
}

/* Kendall's Var(S). `bytes` is sorted here: the points are not needed in order any more. */
static double variance_of_s(struct points *p)
{
    double sum = tie_term((double)p->n);

    qsort(p->bytes, p->n, sizeof p->bytes[0], by_size);
    for (size_t i = 0, end; i < p->n; i = end) {
        for (end = i + 1; end < p->n && p->bytes[end] == p->bytes[i];)
            end++;
        sum -= tie_term((double)(end - i));
    }
    return sum / 18;
}

/* The slopes at Sen's ranks (N - C) / 2 and (N + C) / 2 + 1, counted from one. */
static void take_interval(struct points *p, const double *slopes, size_t n,
                          struct ph_floor_trend *out)
{
    double reach = Z_95 * sqrt(variance_of_s(p));
    double low = round(((double)n - reach) / 2) - 1;
    double high = round(((double)n + reach) / 2);

    out->low = slopes[(size_t)fmax(low, 0)];
    out->high = slopes[(size_t)fmin(high, (double)n - 1)];
}

bool ph_floor_trend(const struct ph_floor *floor, double *slopes, struct ph_floor_trend *out)
{
    struct points p;
    size_t n;

    take_points(floor, &p);
    if (p.n < PH_FLOOR_LEAST)
        return false;
    n = take_slopes(&p, slopes);
    out->samples = p.n;
    out->window_s = (uint64_t)(p.minute[p.n - 1] - p.minute[0] + 1) * 60;
    out->bytes = (uint64_t)fmin(p.bytes[p.n - 1], p.bytes[p.n - 2]);
    out->slope = (slopes[(n - 1) / 2] + slopes[n / 2]) / 2;
    take_interval(&p, slopes, n, out);
    return true;
}
