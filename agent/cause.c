/* SPDX-License-Identifier: MIT */
/* Owns which counters a growth moves with. All series are brought to mean 0 and length 1
 * first: a correlation is a dot product then. */
#include "cause.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define POOL 16u
#define SAME 0.97       /* two counters so alike tell the same */
#define LEAST_R 0.5
#define FISHER_99 2.326 /* one-sided; of one test */
#define COVERED 0.9     /* of the buckets of the growth */

struct vector {
    double at[PH_BUCKETS];
    double scale;       /* what its length was, */
    double mean;        /* and its mean */
    double echo;        /* correlation with itself one bucket later */
};

struct pool {
    size_t n;           /* buckets in use */
    size_t used;
    struct vector growth, load;
    bool   has_load;
    struct vector member[POOL];
    size_t candidate[POOL];
    double r[POOL];     /* with the growth */
    double weight[POOL];    /* the same given the load; the order of the pool */
};

static double dot(const struct vector *a, const struct vector *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a->at[i] * b->at[i];
    return sum;
}

static double echo_of(const struct vector *v, size_t n)
{
    double sum = 0;

    for (size_t i = 1; i < n; i++)
        sum += v->at[i] * v->at[i - 1];
    return sum;
}

/* The buckets in which the growth is known, as a vector. False if it is flat, or too little
 * of it is known. What is missing of a mostly known one counts as its mean. */
static bool make(const double *series, const double *growth, struct vector *out)
{
    double sum = 0, square = 0;
    size_t n = 0, known = 0;

    for (size_t i = 0; i < PH_BUCKETS; i++) {
        if (isnan(growth[i]))
            continue;
        out->at[n++] = series[i];
        if (!isnan(series[i])) {
            sum += series[i];
            known++;
        }
    }
    if (known < PH_CAUSE_LEAST || (double)known < COVERED * (double)n)
        return false;
    for (size_t i = 0; i < n; i++) {
        out->at[i] = isnan(out->at[i]) ? 0 : out->at[i] - sum / (double)known;
        square += out->at[i] * out->at[i];
    }
    out->scale = sqrt(square);
    out->mean = sum / (double)known;
    if (!(out->scale > 1e-9 * fabs(sum)) || !isfinite(out->scale))
        return false;
    for (size_t i = 0; i < n; i++)
        out->at[i] /= out->scale;
    out->echo = echo_of(out, n);
    return true;
}

/* Of two, given a third, from the three correlations. */
static double partial(double r, double with_a, double with_b)
{
    double rest = (1 - with_a * with_a) * (1 - with_b * with_b);

    return rest > 1e-9 ? (r - with_a * with_b) / sqrt(rest) : 0;
}

/* Fisher's z; neighbours in time that are alike count for less, and of many that were tried
 * one goes well by chance (Bonferroni, in the normal tail's own terms). */
static bool is_significant(const struct pool *p, double r, const struct vector *v, size_t given,
                           size_t tried)
{
    double both = p->growth.echo * v->echo;
    double n = (double)p->n * (both > 0 ? (1 - both) / (1 + both) : 1) - 3 - (double)given;
    double bar = sqrt(FISHER_99 * FISHER_99 + 2 * log((double)(tried ? tried : 1)));

    return n > 0 && atanh(fmin(r, 0.999999)) * sqrt(n) >= bar;
}

/* ---- The pool: the best by themselves, given the load ------------------------------- */

static void enter(struct pool *p, size_t candidate, const struct vector *v, double r,
                  double weight)
{
    size_t at = p->used < POOL ? p->used++ : POOL;

    while (at > 0 && weight > p->weight[at - 1]) {
        if (at < POOL) {
            p->member[at] = p->member[at - 1];
            p->candidate[at] = p->candidate[at - 1];
            p->r[at] = p->r[at - 1];
            p->weight[at] = p->weight[at - 1];
        }
        at--;
    }
    if (at == POOL)
        return;
    p->member[at] = *v;
    p->candidate[at] = candidate;
    p->r[at] = r;
    p->weight[at] = weight;
}

/* One that is the load itself, by another name, is not asked what it tells beyond it. */
static double given_load(const struct pool *p, const struct vector *v, double r)
{
    double like = p->has_load ? dot(&p->load, v, p->n) : 0;

    if (!p->has_load || like >= SAME)
        return r;
    return partial(r, dot(&p->load, &p->growth, p->n), like);
}

/* What is left of a correlation without the bucket that speaks most for it: what went up once,
 * as all does when a process starts, agrees with whatever did so in the same bucket. */
static double without_best(const struct pool *p, const struct vector *v, double r)
{
    double most = 0, rest = 1;

    for (size_t i = 0; i < p->n; i++) {
        double a = v->at[i], b = p->growth.at[i];

        if (a * b <= most)
            continue;
        most = a * b;
        rest = (1 - a * a) * (1 - b * b);
    }
    return rest > 1e-9 ? (r - most) / sqrt(rest) : 0;
}

static void consider(struct pool *p, const struct ph_cause_look *look, size_t candidate)
{
    struct vector v;
    double r, weight;

    if (!make(look->events[candidate], look->growth, &v))
        return;
    r = dot(&v, &p->growth, p->n);
    weight = given_load(p, &v, r);
    if (r >= LEAST_R && without_best(p, &v, r) >= LEAST_R &&
        is_significant(p, r, &v, 0, look->n) &&
        is_significant(p, weight, &v, p->has_load, look->n))
        enter(p, candidate, &v, r, weight);
}

/* ---- The best of the pool ------------------------------------------------------------ */

static double given(const struct pool *p, size_t i, size_t other)
{
    double like = dot(&p->member[i], &p->member[other], p->n);

    return partial(p->r[i], p->r[other], like);
}

static bool is_same(const struct pool *p, size_t i, size_t other)
{
    return dot(&p->member[i], &p->member[other], p->n) >= SAME;
}

/* What is left of a member given the rival that takes most from it. */
static double alone(const struct pool *p, size_t i)
{
    double least = p->r[i];

    for (size_t j = 0; j < p->used; j++)
        if (j != i && !is_same(p, i, j))
            least = fmin(least, given(p, i, j));
    return least;
}

static struct ph_cause cause_of(const struct pool *p, size_t i)
{
    return (struct ph_cause){ .candidate = p->candidate[i],
                              .correlation = p->r[i],
                              .per_event = p->growth.mean / p->member[i].mean };
}

/* The one that stands out; false if none does. Of those that tell the same, the one the
 * caller named first. */
static bool find_first(const struct pool *p, size_t *best)
{
    double most = 0;

    for (size_t i = 0; i < p->used; i++) {
        double rest = alone(p, i);

        if (rest > most && is_significant(p, rest, &p->member[i], 1, p->used)) {
            most = rest;
            *best = i;
        }
    }
    if (!(most > 0))
        return false;
    for (size_t i = 0, first = *best; i < p->used; i++)
        if (is_same(p, i, first) && p->candidate[i] < p->candidate[*best])
            *best = i;
    return true;
}

/* What tells more besides, or the same by another name. */
static bool find_second(const struct pool *p, size_t first, size_t *second)
{
    double most = 0;

    for (size_t i = 0; i < p->used; i++) {
        double rest = i == first ? 0 : is_same(p, i, first) ? LEAST_R : given(p, i, first);

        if (rest > most && rest >= LEAST_R &&
            (is_same(p, i, first) || is_significant(p, rest, &p->member[i], 1, p->used))) {
            most = rest;
            *second = i;
        }
    }
    return most > 0;
}

size_t ph_cause_find(const struct ph_cause_look *look, struct ph_cause *out, size_t most)
{
    struct pool p = { .n = 0 };
    size_t first = 0, second = 0;

    for (size_t i = 0; i < PH_BUCKETS; i++)
        p.n += !isnan(look->growth[i]);
    if (most == 0 || !make(look->growth, look->growth, &p.growth))
        return 0;
    p.has_load = make(look->load, look->growth, &p.load);
    for (size_t i = 0; i < look->n && i < PH_CAUSE_CANDIDATES; i++)
        consider(&p, look, i);
    if (!find_first(&p, &first))
        return 0;
    out[0] = cause_of(&p, first);
    if (most < 2 || !find_second(&p, first, &second))
        return 1;
    out[1] = cause_of(&p, second);
    return 2;
}
