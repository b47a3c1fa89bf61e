/* SPDX-License-Identifier: MIT */
#include "inertia.h"

#include <math.h>

#include "normal.h"

#define CUT 3.0         /* sigmas */
#define ADMITTED 1.92   /* of the logarithm: half of chi-square's 95 % */
#define MEMORIES 10u

/* Of neighbours, how alike they are. Beyond the last one all is a random walk. */
static const double memories[MEMORIES] = {
    0, 0.2, 0.4, 0.55, 0.7, 0.8, 0.88, 0.93, 0.96, 0.98
};

/* The design as it would be if noise had none. */
struct whitened {
    double y[PH_BUCKETS];
    double x[PH_FIT_TERMS][PH_BUCKETS];
    double log_variance;
};

struct says {
    double likelihood;  /* its logarithm, but for a constant */
    double errors;
};

static double cut(double r, double most)
{
    return r > most ? most : r < -most ? -most : r;
}

/* What the point before says is taken off each point, and what is left is scaled alike. */
static void whiten(const struct ph_design *d, const double *y, double memory,
                   struct whitened *w)
{
    double own = 1 - memory * memory;

    w->log_variance = 0;
    for (size_t k = 0; k < d->n; k++) {
        size_t gap = k ? d->place[k] - d->place[k - 1] : 0;
        double keep = k == 0 ? 0 : gap == 1 ? memory : pow(memory, (double)gap);
        double variance = gap == 1 ? own : 1 - keep * keep, scale = 1 / sqrt(variance);

        w->log_variance += log(variance);
        w->y[k] = scale * (y[k] - (k ? keep * y[k - 1] : 0));
        for (size_t i = 0; i < d->terms; i++)
            w->x[i][k] = scale * (d->x[i][k] - (k ? keep * d->x[i][k - 1] : 0));
    }
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

static double left_over(const struct ph_design *d, const struct whitened *w,
                        const double *coefficient)
{
    double squares = 0;

    for (size_t k = 0; k < d->n; k++) {
        double r = w->y[k];

        for (size_t i = 0; i < d->terms; i++)
            r -= coefficient[i] * w->x[i][k];
        squares += r * r;
    }
    return squares;
}

static void judge(const struct ph_design *d, const struct whitened *w, size_t column,
                  struct says *says)
{
    struct ph_normal m;
    double coefficient[PH_FIT_TERMS], unit[PH_FIT_TERMS] = { 0 }, log_size = 0, squares;
    double freedom = (double)(d->n - d->terms);

    *says = (struct says){ -INFINITY, 0 };
    for (size_t i = 0; i < d->terms; i++) {
        for (size_t j = 0; j <= i; j++)
            m.a[i][j] = product(w->x[i], w->x[j], d->n);
        coefficient[i] = product(w->x[i], w->y, d->n);
    }
    if (!ph_normal_decompose(&m, d->terms))
        return;
    for (size_t i = 0; i < d->terms; i++)
        log_size += 2 * log(m.a[i][i]);
    ph_normal_solve(&m, d->terms, coefficient);
    unit[column] = 1;
    ph_normal_solve(&m, d->terms, unit);
    squares = left_over(d, w, coefficient) + freedom * d->quantum * d->quantum;
    says->likelihood = -(freedom * log(squares) + w->log_variance + log_size) / 2;
    says->errors = coefficient[column] / sqrt(squares / freedom * unit[column]);
}

struct ph_inertia ph_inertia_errors(const struct ph_design *d, const struct ph_fit *fit,
                                    size_t column)
{
    struct ph_inertia result = { 0 };
    struct says says[MEMORIES];
    struct whitened w;
    double y[PH_BUCKETS];
    size_t best = 0;

    for (size_t k = 0; k < d->n; k++)
        y[k] = d->y[k] - fit->residual[k] + cut(fit->residual[k], CUT * fit->sigma);
    for (size_t i = 0; i < MEMORIES; i++) {
        whiten(d, y, memories[i], &w);
        judge(d, &w, column, &says[i]);
        if (says[i].likelihood > says[best].likelihood)
            best = i;
    }
    result.likely = result.least = says[best].errors;
    for (size_t i = 0; i < MEMORIES; i++)
        if (says[i].likelihood >= says[best].likelihood - ADMITTED)
            result.least = fmin(result.least, says[i].errors);
    return result;
}
