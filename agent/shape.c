/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <math.h>

#include "rings.h"

#define FAR_BETTER 0.4  /* noise with a memory looks like steps a little */
#define BEND_MARGIN 6.0 /* a bend has to be worth it */
#define LEAST_AFTER 8u  /* points behind a bend */

static double criterion(double sum_squares, size_t n, double quantum, double parameters)
{
    double mean = fmax(sum_squares / (double)n, quantum * quantum);

    return (double)n * log(mean) + parameters * log((double)n);
}

/* ---- A line, bent or not -------------------------------------------------------------- */

struct line {
    double slope, error, sum_squares;
};

/* y on max(0, x - x[bend]). */
static struct line bent_line(const double *x, const double *y, size_t n, size_t bend)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, vx, cxy, vy;
    struct line line;

    for (size_t i = 0; i < n; i++) {
        double v = i > bend ? x[i] - x[bend] : 0;

        sx += v;
        sy += y[i];
        sxx += v * v;
        sxy += v * y[i];
        syy += y[i] * y[i];
    }
    vx = sxx - sx * sx / (double)n;
    cxy = sxy - sx * sy / (double)n;
    vy = syy - sy * sy / (double)n;
    line.slope = cxy / vx;
    line.sum_squares = fmax(0, vy - cxy * cxy / vx);
    line.error = sqrt(line.sum_squares / (double)(n - 2) / vx);
    return line;
}

/* ---- Steps ---------------------------------------------------------------------------- */

struct sums {
    double y[PH_BUCKETS + 1], yy[PH_BUCKETS + 1];
};

/* Of points [from, to) around their mean. */
static double scatter(const struct sums *s, size_t from, size_t to)
{
    double y = s->y[to] - s->y[from];

    return s->yy[to] - s->yy[from] - y * y / (double)(to - from);
}

/* least[k]: the sum of squares around k + 1 means, at best. */
static void best_steps(const double *y, size_t n, size_t steps,
                       double least[PH_SHAPE_STEPS + 1])
{
    double reach[PH_BUCKETS + 1] = { 0 }; /* of the first `to` points, with k steps */
    struct sums s = { { 0 }, { 0 } };

    for (size_t i = 0; i < n; i++) {
        double v = y[i] - y[0];

        s.y[i + 1] = s.y[i] + v;
        s.yy[i + 1] = s.yy[i] + v * v;
    }
    for (size_t to = 1; to <= n; to++)
        reach[to] = scatter(&s, 0, to);
    least[0] = reach[n];
    for (size_t k = 1; k <= steps; k++) {
        for (size_t to = n; to > k; to--) { /* downwards: reach[from] is of k - 1 still */
            double best = INFINITY;

            for (size_t from = k; from < to; from++) {
                double sum = reach[from] + scatter(&s, from, to);

                best = sum < best ? sum : best;
            }
            reach[to] = best;
        }
        least[k] = reach[n];
    }
}

bool ph_shape_has_steps(const struct ph_bend *line, const double *y, size_t n, size_t most,
                        double quantum)
{
    double least[PH_SHAPE_STEPS + 1], best = INFINITY;

    best_steps(y, n, most, least);
    for (size_t k = 1; k <= most; k++)
        best = fmin(best, criterion(fmax(0, least[k]), n, quantum, (double)(2 * k + 1)));
    return best < line->criterion && least[most] < FAR_BETTER * line->sum_squares;
}

void ph_shape_bend(const double *x, const double *y, size_t n, double quantum,
                   struct ph_bend *out)
{
    struct line line = bent_line(x, y, n, 0);

    *out = (struct ph_bend){ 0, line.slope, line.error, line.sum_squares,
                             criterion(line.sum_squares, n, quantum, 2) };
    for (size_t bend = 3; bend + LEAST_AFTER <= n; bend++) {
        double says;

        line = bent_line(x, y, n, bend);
        says = criterion(line.sum_squares, n, quantum, 3) + BEND_MARGIN;
        if (says < out->criterion)
            *out = (struct ph_bend){ bend, line.slope, line.error, line.sum_squares, says };
    }
}
