/* SPDX-License-Identifier: MIT */
/*
 * diff: a merge of two sorted lists.
 */
#include "diff.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

/* What is missing was not there, unless its list ends before it could have come. */
static enum diff_note note_of(const struct diff_row *row, bool before_cut, bool after_cut)
{
    if (isnan(row->before))
        return before_cut ? DIFF_UNKNOWN : DIFF_NEW;
    if (isnan(row->after))
        return after_cut ? DIFF_UNKNOWN : DIFF_VANISHED;
    return DIFF_CHANGED;
}

static int by_growth(const void *a, const void *b)
{
    const struct diff_row *x = a, *y = b;

    if (isnan(x->delta) != isnan(y->delta))
        return isnan(x->delta) ? 1 : -1;
    if (x->delta != y->delta && !isnan(x->delta))
        return x->delta < y->delta ? 1 : -1;
    return strcmp(x->name, y->name);
}

static int by_place(const void *a, const void *b)
{
    const struct diff_row *x = a, *y = b;

    return x->place != y->place ? (x->place > y->place) - (x->place < y->place)
                                : strcmp(x->name, y->name);
}

/* Below 0: the first comes before the second, which may both be at their lists' ends. */
static int order_of(const struct figures *before, size_t b, const struct figures *after,
                    size_t a)
{
    if (b == before->count)
        return 1;
    return a == after->count ? -1 : strcmp(before->items[b].name, after->items[a].name);
}

static void take(struct diff_row *row, double *side, const struct figures *figures, size_t *at)
{
    const struct figure *figure = &figures->items[(*at)++];

    row->name = figure->name;
    row->place = figure->place;
    *side = figure->value;
}

/* Take the figure that comes next by its name, from one list or from both. */
static struct diff_row next_row(const struct figures *before, size_t *b,
                                const struct figures *after, size_t *a)
{
    struct diff_row row = { .before = NAN, .after = NAN };
    int order = order_of(before, *b, after, *a);

    if (order <= 0)
        take(&row, &row.before, before, b);
    if (order >= 0)
        take(&row, &row.after, after, a);
    return row;
}

struct diff diff_make(const struct figures *before, const struct figures *after)
{
    struct diff diff = { .seconds = after->at_s - before->at_s };
    size_t b = 0, a = 0;

    diff.rows = mem_new(before->count + after->count, sizeof *diff.rows);
    while (b < before->count || a < after->count) {
        struct diff_row row = next_row(before, &b, after, &a);

        row.note = note_of(&row, before->truncated, after->truncated);
        row.delta = or_zero(row.after) - or_zero(row.before);
        if (row.note == DIFF_CHANGED && row.delta == 0)
            continue;
        if (row.note == DIFF_UNKNOWN)
            row.delta = NAN;
        row.per_minute = diff.seconds > 0 ? row.delta * 60 / diff.seconds : NAN;
        diff.rows[diff.count++] = row;
    }
    if (diff.count > 1)
        qsort(diff.rows, diff.count, sizeof *diff.rows,
              after->kind == FIGURES_HISTOGRAM ? by_growth : by_place);
    return diff;
}

void diff_fini(struct diff *diff)
{
    free(diff->rows);
    *diff = (struct diff){ 0 };
}
