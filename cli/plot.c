/* SPDX-License-Identifier: MIT */
/*
 * plot: slots of time first, as many as there are steps; columns are one or several of them.
 * The mean has half a row's height, so that 16 rows show 32 levels.
 */
#include "plot.h"

#include "amount.h"
#include "instant.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL 8      /* columns of the numbers at the left, with the axis behind them */
#define STRETCH 8    /* columns of one slot at most */
#define SLOTS_MOST 1e6

struct column {
    double min, mean, max; /* NaN: nothing known */
    size_t n;
};

struct picture {
    const struct plot *plot;
    struct column *columns;
    size_t count;
    double begin, end;  /* Unix time of the left and of the right edge */
    double low, high;   /* of the value axis */
    size_t born;        /* the column; == count: none */
};

/* ---- Columns ------------------------------------------------------------------------- */

static void add(struct column *c, const struct point *p)
{
    c->min = c->n == 0 ? p->min : fmin(c->min, p->min);
    c->max = c->n == 0 ? p->max : fmax(c->max, p->max);
    c->mean = c->n == 0 ? p->mean : c->mean + (p->mean - c->mean) / (double)(c->n + 1);
    c->n++;
}

static size_t column_at(const struct picture *pic, double t)
{
    double at = (t - pic->begin) / (pic->end - pic->begin) * (double)pic->count;

    return at <= 0 ? 0 : at >= (double)pic->count ? pic->count : (size_t)(at + 1e-9);
}

/* A point covers all columns from its beginning to its end. */
static void fill(struct picture *pic)
{
    const struct points *points = pic->plot->points;

    for (size_t i = 0; i < points->count; i++) {
        const struct point *p = &points->items[i];
        size_t first = column_at(pic, p->t), end = column_at(pic, p->t + points->step_s);

        if (isnan(p->mean))
            continue;
        for (size_t c = first; c < pic->count && (c < end || c == first); c++)
            add(&pic->columns[c], p);
    }
}

static void lay_out(struct picture *pic)
{
    const struct points *points = pic->plot->points;
    size_t room = pic->plot->width - LABEL - 1;
    double slots;

    pic->begin = points->items[0].t;
    pic->end = points->items[points->count - 1].t + points->step_s;
    slots = fmin(fmax(round((pic->end - pic->begin) / points->step_s), 1), SLOTS_MOST);
    pic->count = room;
    if (slots <= (double)room)
        pic->count = (size_t)slots * (size_t)fmin(floor((double)room / slots), STRETCH);
    pic->columns = mem_new(pic->count, sizeof *pic->columns);
    pic->born = points->born > pic->begin ? column_at(pic, points->born) : pic->count;
    fill(pic);
}

/* From 0 where that costs little of the picture; a line of one value is in the middle. */
static void scale(struct picture *pic)
{
    pic->low = INFINITY;
    pic->high = -INFINITY;
    for (size_t c = 0; c < pic->count; c++) {
        if (pic->columns[c].n == 0)
            continue;
        pic->low = fmin(pic->low, pic->columns[c].min);
        pic->high = fmax(pic->high, pic->columns[c].max);
    }
    if (pic->low > 0 && pic->low < 0.4 * pic->high)
        pic->low = 0;
    if (!(pic->high > pic->low)) {
        double around = pic->high != 0 ? fabs(pic->high) / 2 : 1;

        pic->low -= around;
        pic->high += around;
    }
}

/* ---- Cells --------------------------------------------------------------------------- */

struct marks {
    const char *upper, *lower, *band, *bar, *axis, *hole, *corner, *edge;
};

static const struct marks marks_of[] = {
    [TEXT_UTF8] = { "▀", "▄", "░", "│", "─", "·", "└", "│" },
    [TEXT_ASCII] = { "*", "*", ":", "|", "-", ".", "+", "|" },
};

/* In half rows from the bottom. */
static size_t level_of(const struct picture *pic, double value)
{
    double halves = 2.0 * (double)pic->plot->rows;
    double at = floor((value - pic->low) / (pic->high - pic->low) * halves);

    return at < 0 ? 0 : (size_t)fmin(at, halves - 1);
}

static const char *cell(const struct picture *pic, size_t column, size_t row)
{
    const struct marks *m = &marks_of[pic->plot->charset];
    const struct column *c = &pic->columns[column];

    if (c->n > 0) {
        size_t mean = level_of(pic, c->mean);

        if (mean / 2 == row)
            return mean % 2 == 1 ? m->upper : m->lower;
        if (row >= level_of(pic, c->min) / 2 && row <= level_of(pic, c->max) / 2)
            return m->band;
    }
    return column == pic->born ? m->bar : " ";
}

/* Spaces at the end of a line are left out. */
static void put_row(struct buf *out, const struct picture *pic, size_t row)
{
    size_t spaces = 0;

    for (size_t c = 0; c < pic->count; c++) {
        const char *mark = cell(pic, c, row);

        if (mark[0] == ' ') {
            spaces++;
            continue;
        }
        buf_fill(out, ' ', spaces);
        spaces = 0;
        buf_puts(out, mark);
    }
    buf_puts(out, "\n");
}

/* ---- Values -------------------------------------------------------------------------- */

static int decimals(double scale, double step)
{
    int digits = 0;

    while (digits < 3 && step > 0 && step * 2 < scale) {
        scale /= 10;
        digits++;
    }
    return digits;
}

static void put_bytes(struct buf *out, double value, double step)
{
    struct amount_unit unit = amount_unit_of(value);

    if (unit.bytes > 1)
        buf_printf(out, "%.*f%c", decimals(unit.bytes, step), value / unit.bytes, unit.name[0]);
    else
        buf_printf(out, "%.0f", value);
}

void plot_value(struct buf *out, double value, const char *unit, double step)
{
    if (!isfinite(value) || fabs(value) >= 1e18)
        buf_puts(out, isfinite(value) ? "huge" : "-");
    else if (strcmp(unit, "bytes") == 0)
        put_bytes(out, value, isnan(step) ? amount_unit_of(value).bytes / 10 : step);
    else if (strcmp(unit, "ratio") == 0)
        buf_printf(out, "%.*f%%", isnan(step) ? 1 : decimals(1, 100 * step), 100 * value);
    else if (fabs(value) >= 99999.5)
        amount_count(out, value);
    else
        buf_printf(out, "%.*f",
                   isnan(step) ? (value == round(value) ? 0 : 2) : decimals(1, step), value);
}

/* ---- Axes ---------------------------------------------------------------------------- */

/* At the top, in the middle and at the bottom. */
static void put_label(struct buf *out, const struct picture *pic, size_t row)
{
    const struct plot *plot = pic->plot;
    double step = (pic->high - pic->low) / (double)plot->rows;
    struct buf label = { 0 };

    if (row + 1 == plot->rows)
        plot_value(&label, pic->high, plot->points->unit, step);
    else if (row == 0)
        plot_value(&label, pic->low, plot->points->unit, step);
    else if (row == plot->rows / 2)
        plot_value(&label, (pic->low + pic->high) / 2, plot->points->unit, step);
    text_fit(out, buf_text(&label), LABEL - 1, TEXT_RIGHT, plot->charset);
    buf_puts(out, " ");
    buf_fini(&label);
}

static void put_axis(struct buf *out, const struct picture *pic)
{
    const struct marks *m = &marks_of[pic->plot->charset];

    buf_fill(out, ' ', LABEL);
    buf_puts(out, m->corner);
    for (size_t c = 0; c < pic->count; c++)
        buf_puts(out, pic->columns[c].n > 0 ? m->axis : m->hole);
    buf_puts(out, "\n");
}

/* At both ends, and in the middle if there is room. */
static void put_times(struct buf *out, const struct picture *pic)
{
    double span = pic->end - pic->begin;
    const char *format = span > 86400 ? "%m-%d %H:%M" : span > 600 ? "%H:%M" : "%H:%M:%S";
    char first[INSTANT_BYTES], middle[INSTANT_BYTES], last[INSTANT_BYTES];
    size_t len, room = pic->count;

    instant_text(first, pic->begin, format);
    instant_text(middle, pic->begin + span / 2, format);
    instant_text(last, pic->end, format);
    len = strlen(first);
    buf_fill(out, ' ', LABEL + 1);
    buf_puts(out, first);
    if (room >= 2 * len + 2) {
        size_t gap = room - 2 * len, left = 0;

        if (room >= 5 * len) {
            left = room / 2 - len / 2 - len;
            buf_fill(out, ' ', left);
            buf_puts(out, middle);
            left += len;
        }
        buf_fill(out, ' ', gap - left);
        buf_puts(out, last);
    }
    buf_puts(out, "\n");
}

void plot_write(struct buf *out, const struct plot *plot)
{
    struct picture pic = { .plot = plot };

    if (plot->points->known == 0)
        return;
    lay_out(&pic);
    scale(&pic);
    for (size_t row = plot->rows; row-- > 0;) {
        put_label(out, &pic, row);
        buf_puts(out, marks_of[plot->charset].edge);
        put_row(out, &pic, row);
    }
    put_axis(out, &pic);
    put_times(out, &pic);
    free(pic.columns);
}
