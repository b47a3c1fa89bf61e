/* SPDX-License-Identifier: MIT */
#include "growthlist.h"

#include "amount.h"
#include "mem.h"
#include "page.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct growth *row_of(const void *v)
{
    return v;
}

CELL(target)
{
    (void)user;
    buf_puts(out, row_of(v)->target);
}

/* The main thread goes without saying. */
CELL(series)
{
    const struct growth *g = row_of(v);

    (void)user;
    buf_puts(out, g->series[0] != '\0' ? g->series : "-");
    if (g->thread > 0)
        buf_printf(out, " (thread %.0f)", g->thread);
}

CELL(tendency)
{
    (void)user;
    buf_puts(out, ph_tendency_name(row_of(v)->verdict.tendency));
}

CELL(grade)
{
    const char *name = ph_grade_name(row_of(v)->verdict.grade);

    (void)user;
    buf_puts(out, name != NULL ? name : "-");
}

CELL(class_of)
{
    (void)user;
    buf_puts(out, row_of(v)->class_of[0] != '\0' ? row_of(v)->class_of : "-");
}

CELL(slope)
{
    (void)user;
    growth_slope(out, row_of(v), false);
}

CELL(slope_and_interval)
{
    (void)user;
    growth_slope(out, row_of(v), true);
}

CELL(since)
{
    (void)user;
    amount_age(out, row_of(v)->since_ago_s);
}

/* A window of nothing is that of a series that could not be judged. */
CELL(window)
{
    double window_s = row_of(v)->verdict.window_s;

    (void)user;
    amount_age(out, window_s > 0 ? window_s : NAN);
}

CELL(gates)
{
    (void)user;
    growth_gates(out, row_of(v));
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column of_file[] = {
    { "SERIES", NULL, 12, 48, true, TEXT_MIDDLE, 0, NULL, series, NULL, NULL },
    { "VERDICT", NULL, 7, 8, true, TEXT_LEFT, 0, NULL, tendency, NULL, NULL },
    { "GRADE", NULL, 5, 9, true, TEXT_LEFT, 0, NULL, grade, NULL, NULL },
    { "SLOPE", NULL, 12, 32, true, TEXT_LEFT, 0, NULL, slope_and_interval, NULL, NULL },
    { "SINCE", NULL, 5, 0, true, TEXT_RIGHT, 2, NULL, since, NULL, NULL },
    { "WINDOW", NULL, 6, 0, true, TEXT_RIGHT, 1, NULL, window, NULL, NULL },
    { "FAILED", NULL, 12, 60, true, TEXT_LEFT, 0, NULL, gates, NULL, NULL },
};

static const struct table_column of_fleet[] = {
    { "TARGET", NULL, 10, 40, true, TEXT_LEFT, 0, NULL, target, NULL, NULL },
    { "GRADE", NULL, 9, 0, false, TEXT_LEFT, 0, NULL, grade, NULL, NULL },
    { "CLASS", NULL, 5, 11, true, TEXT_LEFT, 2, NULL, class_of, NULL, NULL },
    { "SERIES", NULL, 12, 64, true, TEXT_MIDDLE, 0, NULL, series, NULL, NULL },
    { "SLOPE", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, slope, NULL, NULL },
    { "WINDOW", NULL, 6, 0, false, TEXT_RIGHT, 1, NULL, window, NULL, NULL },
};

static const struct table_column of_all[] = {
    { "TARGET", NULL, 10, 40, true, TEXT_LEFT, 0, NULL, target, NULL, NULL },
    { "SERIES", NULL, 12, 64, true, TEXT_MIDDLE, 0, NULL, series, NULL, NULL },
    { "VERDICT", NULL, 7, 8, true, TEXT_LEFT, 0, NULL, tendency, NULL, NULL },
    { "GRADE", NULL, 5, 9, true, TEXT_LEFT, 0, NULL, grade, NULL, NULL },
    { "SLOPE", NULL, 5, 0, true, TEXT_RIGHT, 1, NULL, slope, NULL, NULL },
    { "WINDOW", NULL, 6, 0, false, TEXT_RIGHT, 2, NULL, window, NULL, NULL },
    { "FAILED", NULL, 12, 60, true, TEXT_LEFT, 0, NULL, gates, NULL, NULL },
};

#define COUNT(columns) (sizeof columns / sizeof columns[0])

static const struct {
    const struct table_column *columns;
    size_t count;
} kinds[] = {
    [GROWTHLIST_FILE] = { of_file, COUNT(of_file) },
    [GROWTHLIST_FLEET] = { of_fleet, COUNT(of_fleet) },
    [GROWTHLIST_ALL] = { of_all, COUNT(of_all) },
};

/* One more line below a row, from text that is not clean; nothing if there is none. */
static void put_line(struct page *page, struct buf *raw)
{
    struct buf line = { 0 };

    if (raw->len > 0) {
        buf_puts(&line, "  ");
        text_clean(&line, buf_text(raw), raw->len, page->charset);
        page_line(page, &line);
    }
    buf_clear(raw);
    buf_fini(&line);
}

static void put_words(struct buf *out, const struct growthlist *list, const struct growth *g)
{
    struct page page = { .out = out, .width = list->width, .charset = list->charset };
    struct buf raw = { 0 };

    if (g->verdict.tendency == PH_GROWING || g->verdict.grade != PH_NO_GRADE)
        growth_sentence(&raw, g);
    put_line(&page, &raw);
    if (list->more != NULL)
        list->more(&raw, g, list->user);
    put_line(&page, &raw);
    buf_fini(&raw);
}

void growthlist_write(struct buf *out, const struct growthlist *list,
                      const struct growth *const *growths, size_t count)
{
    struct table table = { .columns = kinds[list->columns].columns,
                           .count = kinds[list->columns].count,
                           .charset = list->charset };
    const void **rows = mem_new(count, sizeof *rows);

    for (size_t i = 0; i < count; i++)
        rows[i] = growths[i];
    table_layout(&table, rows, count, 0);
    table_squeeze(&table, list->width);
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(&table, rows[i], out);
        buf_puts(out, "\n");
        put_words(out, list, growths[i]);
    }
    free(rows);
}
