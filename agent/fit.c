/* SPDX-License-Identifier: MIT */
#include "fit.h"

#include "rank.h"

#include <math.h>

#define ROUNDS 2          /* reweightings; more change nothing that counts */
#define SAME_WEIGHT 0.05
#define COUNTED 4.0     /* squares of a quantum: two counts may fall on either side */
#define HUBER 1.5         /* residuals beyond so many sigmas count less */
#define MAD_SIGMA 1.4826  /* sigma of a normal distribution by its median deviation */
#define RHO_MOST 0.97

static void set_up(const struct ph_design *d, const double *w, struct ph_normal *m,
                   double *right)
{
    for (size_t i = 0; i < d->terms; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;

            for (size_t k = 0; k < d->n; k++)
                sum += w[k] * d->x[i][k] * d->x[j][k];
            m->a[i][j] = sum;
        }
        right[i] = 0;
        for (size_t k = 0; k < d->n; k++)
            right[i] += w[k] * d->x[i][k] * d->y[k];
    }
}

static void take_residuals(const struct ph_design *d, struct ph_fit *out)
{
    out->sum_squares = 0;
    for (size_t k = 0; k < d->n; k++) {
        double r = d->y[k];

        for (size_t i = 0; i < d->terms; i++)
            r -= out->coefficient[i] * d->x[i][k];
        out->residual[k] = r;
        out->sum_squares += r * r;
    }
}

static void take_sigma(const struct ph_design *d, struct ph_fit *out)
{
    double sizes[PH_BUCKETS];

    for (size_t k = 0; k < d->n; k++)
        sizes[k] = fabs(out->residual[k]);
    /* Free parameters make residuals smaller than what they stand for. */
    out->sigma = MAD_SIGMA * ph_rank(sizes, d->n, d->n / 2) *
                 sqrt((double)d->n / (double)(d->n - d->terms));
    out->sigma = fmax(out->sigma, d->quantum);
}

/* false: nothing has changed by it. */
static bool reweigh(const struct ph_design *d, const struct ph_fit *fit, double *w)
{
    bool changed = false;

    for (size_t k = 0; k < d->n; k++) {
        double size = fabs(fit->residual[k]), before = w[k];

        w[k] = size <= HUBER * fit->sigma ? 1 : HUBER * fit->sigma / size;
        changed = changed || fabs(w[k] - before) > SAME_WEIGHT;
    }
    return changed;
}

/* Outliers are cut to what they weigh: they would hide how alike the others are. */
static double cut(double r, double most)
{
    return r > most ? most : r < -most ? -most : r;
}

/* What is left of an exact line is how it was counted, which is alike from neighbour to
 * neighbour and says nothing: the share of the residuals that goes beyond it. */
static double beyond_quantum(const struct ph_design *d, double own)
{
    double counted = COUNTED * d->quantum * d->quantum * (double)d->n;

    return own > counted ? 1 - counted / own : 0;
}

static void correlate(const struct ph_design *d, struct ph_fit *fit)
{
    double own = 0, first = 0, second = 0, most = 2 * HUBER * fit->sigma, rho;
    double terms = (double)d->terms;

    for (size_t k = 0; k < d->n; k++) {
        double r = cut(fit->residual[k], most);

        own += r * r;
        if (k >= 1 && d->place[k] - d->place[k - 1] == 1)
            first += r * cut(fit->residual[k - 1], most);
        if (k >= 2 && d->place[k] - d->place[k - 2] == 2)
            second += r * cut(fit->residual[k - 2], most);
    }
    rho = own > 0 ? first / own : 0;
    if (own > 0 && second > 0)
        rho = fmax(rho, sqrt(second / own));
    rho *= beyond_quantum(d, own);
    rho += (terms + (2 + terms) * fmax(rho, 0)) / (double)d->n;
    fit->rho = fmin(fmax(rho, 0), RHO_MOST);
    fit->n_eff = (double)d->n * (1 - fit->rho) / (1 + fit->rho);
}

/* The inverse's diagonal, column by column. */
static void take_errors(const struct ph_design *d, const struct ph_normal *m,
                        struct ph_fit *out)
{
    double inflate = (1 + out->rho) / (1 - out->rho);
    double spread = out->sum_squares / (double)(d->n - d->terms);

    spread = fmax(fmin(spread, 4 * out->sigma * out->sigma), out->sigma * out->sigma);
    for (size_t i = 0; i < d->terms; i++) {
        double unit[PH_FIT_TERMS] = { 0 };

        unit[i] = 1;
        ph_normal_solve(m, d->terms, unit);
        out->error[i] = sqrt(spread * unit[i] * inflate);
    }
}

static bool solve_weighted(const struct ph_design *d, const double *w, struct ph_normal *m,
                           struct ph_fit *out)
{
    set_up(d, w, m, out->coefficient);
    if (!ph_normal_decompose(m, d->terms))
        return false;
    ph_normal_solve(m, d->terms, out->coefficient);
    take_residuals(d, out);
    return true;
}

bool ph_fit(const struct ph_design *d, bool robustly, struct ph_fit *out)
{
    struct ph_normal m;
    double w[PH_BUCKETS];
    bool more = robustly;

    if (d->n < d->terms + 2)
        return false;
    for (size_t k = 0; k < d->n; k++)
        w[k] = 1;
    if (!solve_weighted(d, w, &m, out))
        return false;
    if (!robustly)
        return true;
    take_sigma(d, out);
    for (unsigned round = 0; round < ROUNDS && more; round++) {
        more = reweigh(d, out, w);
        if (more && !solve_weighted(d, w, &m, out))
            return false;
        take_sigma(d, out);
    }
    correlate(d, out);
    take_errors(d, &m, out);
    return true;
}
