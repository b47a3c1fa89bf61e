/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <math.h>

#define BEND_MARGIN 6.0 /* a bend has to be worth it */
#define LEAST_AFTER 8u  /* points behind a bend */

double ph_criterion(double sum_squares, size_t n, double quantum, double parameters)
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

void ph_shape_bend(const double *x, const double *y, size_t n, double quantum,
                   struct ph_bend *out)
{
    struct line line = bent_line(x, y, n, 0);

    *out = (struct ph_bend){ 0, line.slope, line.error, line.sum_squares,
                             ph_criterion(line.sum_squares, n, quantum, 2) };
    for (size_t bend = 3; bend + LEAST_AFTER <= n; bend++) {
        double says;

        line = bent_line(x, y, n, bend);
        says = ph_criterion(line.sum_squares, n, quantum, 3) + BEND_MARGIN;
        if (says < out->criterion)
            *out = (struct ph_bend){ bend, line.slope, line.error, line.sum_squares, says };
    }
}
