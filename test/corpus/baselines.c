/* SPDX-License-Identifier: MIT */
#include "baselines.h"

#include <math.h>
#include <stdlib.h>

#define HOUR_S 3600.0
#define BUCKET_S 1200.0

void baselines_begin(struct baselines *b, double begin_s)
{
    *b = (struct baselines){ .usual = NAN, .begin_s = begin_s };
    b->bucket_end_s = begin_s + BUCKET_S;
}

/* As in its later versions; the first ten collections only warm it up. */
static bool usage_trend(struct baselines *b, double value)
{
    double n = b->n < 120 ? b->n : 120;
    double recent = b->n < 10 ? b->n : 10;

    b->recent += (value - b->recent) / recent;
    b->ancient += (value - b->ancient) / n;
    return b->n >= 10 && b->recent > b->ancient * 1.05;
}

static bool memwatch(struct baselines *b, double value)
{
    b->rises = b->n > 1 && value > b->last ? b->rises + 1 : 0;
    b->last = value;
    if (b->rises < 5)
        return false;
    b->rises = 0;
    return true;
}

static int by_size(const void *a, const void *b)
{
    const double *p = a, *q = b;

    return (*p > *q) - (*p < *q);
}

static bool threshold(struct baselines *b, double t_s, double value)
{
    if (t_s < b->begin_s + HOUR_S && b->n_first_hour < FIRST_HOUR) {
        b->first_hour[b->n_first_hour++] = value;
        return false;
    }
    if (isnan(b->usual) && b->n_first_hour) {
        qsort(b->first_hour, b->n_first_hour, sizeof b->first_hour[0], by_size);
        b->usual = b->first_hour[b->n_first_hour / 2];
    }
    return value > 1.5 * b->usual;
}

/* True: the buckets lie on a rising line. Gaps (NaN) are left out. */
static bool rising_line(const struct baselines *b)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;

    for (size_t i = 0; i < LINE_BUCKETS; i++) {
        double v = b->line[(b->n_line + i) % LINE_BUCKETS], at = (double)i;

        if (isnan(v))
            continue;
        v -= b->line[(b->n_line + LINE_BUCKETS - 1) % LINE_BUCKETS];
        n++, x += at, y += v, xx += at * at, xy += at * v, yy += v * v;
    }
    xy -= x * y / n, xx -= x * x / n, yy -= y * y / n;
    return n >= 40 && xy > 0 && xy * xy > 0.8 * xx * yy;
}

static void least_squares(struct baselines *b, double t_s)
{
    for (; t_s >= b->bucket_end_s; b->bucket_end_s += BUCKET_S) {
        b->line[b->n_line++ % LINE_BUCKETS] = b->bucket_n > 0 ? b->sum / b->bucket_n : NAN;
        b->sum = b->bucket_n = 0;
        b->line_says = b->n_line >= LINE_BUCKETS && rising_line(b);
    }
}

unsigned baselines_next(struct baselines *b, double t_s, double value)
{
    unsigned says = 0;

    least_squares(b, t_s);
    if (!isnan(value)) {
        b->n++;
        b->sum += value;
        b->bucket_n++;
        says |= (unsigned)usage_trend(b, value) << BASE_USAGE_TREND;
        says |= (unsigned)memwatch(b, value) << BASE_MEMWATCH;
        says |= (unsigned)threshold(b, t_s, value) << BASE_THRESHOLD;
    }
    return says | (unsigned)b->line_says << BASE_LEAST_SQUARES;
}

const char *baseline_name(enum baseline baseline)
{
    static const char *const names[] = { "usage_trend", "memwatch", "threshold",
                                         "least squares" };

    return names[baseline];
}
