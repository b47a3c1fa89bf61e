/* SPDX-License-Identifier: MIT */
#include "points.h"

#include "instant.h"
#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TIME_MOST 1e11
#define STEP_MOST 1e7

static double finite_at(const struct doc *list, size_t i)
{
    double value = doc_value(doc_item(list, i));

    return isfinite(value) ? value : NAN;
}

/* What a float's rounding has done to the mean is no reason to drop it. */
static struct point point_of(const struct doc *item)
{
    double min = finite_at(item, 1), mean = finite_at(item, 2), max = finite_at(item, 3);

    if (min <= max && !isnan(mean))
        mean = fmin(fmax(mean, min), max);
    else
        min = mean = max = NAN;
    return (struct point){ finite_at(item, 0), min, mean, max };
}

static void read_items(struct points *points, const struct doc *list)
{
    size_t count = doc_count(list);
    double last = -1;

    count = count < POINTS_MOST ? count : POINTS_MOST;
    points->items = mem_new(count, sizeof *points->items);
    for (size_t i = 0; i < count; i++) {
        struct point p = point_of(doc_item(list, i));

        if (!(p.t > last && p.t < TIME_MOST))
            continue;
        last = p.t;
        points->items[points->count++] = p;
        points->known += !isnan(p.mean);
    }
}

bool points_read(struct points *points, const struct doc *document)
{
    const struct doc *list = doc_at(document, "points");

    *points = (struct points){
        .thread = doc_number(document, "thread", DOC_COUNT_MOST),
        .per_second = doc_is_true(document, "per_second"),
        .step_s = doc_number(document, "step_s", STEP_MOST),
        .until = instant_read(doc_text(document, "until", NULL)),
        .born = instant_read(doc_text(document, "born", NULL)),
    };
    if (!doc_is_array(document, "points") || !(points->step_s > 0))
        return false;
    snprintf(points->series, sizeof points->series, "%s", doc_text(document, "series", NULL));
    snprintf(points->unit, sizeof points->unit, "%s", doc_text(document, "unit", NULL));
    snprintf(points->resolution, sizeof points->resolution, "%s",
             doc_text(document, "resolution", NULL));
    read_items(points, list);
    return true;
}

void points_fini(struct points *points)
{
    free(points->items);
    *points = (struct points){ 0 };
}

double points_mean(const struct points *points, double window_s)
{
    double begin = points->count > 0
                       ? points->items[points->count - 1].t + points->step_s - window_s
                       : NAN;
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < points->count; i++) {
        const struct point *p = &points->items[i];

        if (p->t < begin || isnan(p->mean))
            continue;
        sum += p->mean;
        n++;
    }
    return n > 0 ? sum / (double)n : NAN;
}
