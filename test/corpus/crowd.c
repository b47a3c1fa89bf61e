/* SPDX-License-Identifier: MIT */
#include "crowd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const struct family *family_of(const struct outcome *o)
{
    size_t n;

    return &families(&n)[o->family];
}

static void *memory(size_t bytes)
{
    void *at = malloc(bytes ? bytes : 1);

    if (!at) {
        fputs("corpus: out of memory\n", stderr);
        exit(2);
    }
    return at;
}

struct crowd crowd_pick(const struct outcome *all, size_t n,
                        bool (*wanted)(const struct outcome *, const void *), const void *arg)
{
    struct crowd crowd = { .of = memory(n * sizeof(struct outcome *)) };

    for (size_t i = 0; i < n; i++)
        if (wanted(&all[i], arg))
            crowd.of[crowd.n++] = &all[i];
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    free(crowd->of);
}

static int by_size(const void *a, const void *b)
{
    const double *p = a, *q = b;

    return (*p > *q) - (*p < *q);
}

double crowd_quantile(const struct crowd *crowd, double (*of)(const struct outcome *), double q)
{
    double *x = memory(crowd->n * sizeof *x), result;
    size_t n = 0;

    for (size_t i = 0; i < crowd->n; i++)
        if (!isnan(of(crowd->of[i])))
            x[n++] = of(crowd->of[i]);
    qsort(x, n, sizeof *x, by_size);
    result = n ? x[(size_t)(q * (double)(n - 1) + 0.5)] : NAN;
    free(x);
    return result;
}

double crowd_share(const struct crowd *crowd, bool (*is)(const struct outcome *))
{
    size_t yes = 0;

    for (size_t i = 0; i < crowd->n; i++)
        yes += is(crowd->of[i]);
    return crowd->n ? (double)yes / (double)crowd->n : NAN;
}

double crowd_sum(const struct crowd *crowd, double (*of)(const struct outcome *))
{
    double sum = 0;

    for (size_t i = 0; i < crowd->n; i++)
        sum += of(crowd->of[i]);
    return sum;
}

double hours_to_suspect(const struct outcome *o)
{
    return o->grade[0].first_h;
}

double hours_to_confirmed(const struct outcome *o)
{
    return o->grade[1].first_h;
}

double hours_to_urgent(const struct outcome *o)
{
    return o->grade[2].first_h;
}

double error_when_confirmed(const struct outcome *o)
{
    return o->error_first;
}

double error_at_end(const struct outcome *o)
{
    return o->error_end;
}
