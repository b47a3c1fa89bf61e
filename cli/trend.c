/* SPDX-License-Identifier: MIT */
#include "trend.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The last points that are known. */
static size_t gather(const struct points *points, struct point *out)
{
    size_t count = 0;

    for (size_t i = points->count; i-- > 0 && count < TREND_MOST;) {
        if (!isnan(points->items[i].mean))
            out[count++] = points->items[i];
    }
    return count;
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

struct trend trend_of(const struct points *points)
{
    struct trend trend = { NAN, 0 };
    struct point known[TREND_MOST];
    size_t n = gather(points, known), pairs = 0;
    double *slopes, sum = 0, m = (double)n;

    if (n < TREND_LEAST)
        return trend;
    slopes = mem_new(n * (n - 1) / 2, sizeof *slopes);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) { /* known[j] is the earlier one */
            double rise = known[i].mean - known[j].mean;

            slopes[pairs++] = rise / (known[i].t - known[j].t);
            sum += (rise > 0) - (rise < 0);
        }
    }
    trend.per_s = median(slopes, pairs);
    trend.z = sum / sqrt(m * (m - 1) * (2 * m + 5) / 18);
    free(slopes);
    return trend;
}
