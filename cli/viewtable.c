/* SPDX-License-Identifier: MIT */
/*
 * viewtable: columns.h with one more column. It must format nothing that is not seen: 10,000
 * rows are redrawn within 50 ms.
 */
#include "viewtable.h"

#include "columns.h"
#include "mem.h"
#include "spark.h"
#include "table.h"
#include "viewlist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPARK_LEAST 6
#define SPARK_MOST 24

/* It goes before the column of this rank in columns.c does, and after the one before that. */
#define SPARK_BEFORE 9

/* What cells get as their table's `user`. */
struct cells {
    struct columns_context columns; /* first: what cells of columns.c take it for */
    struct spark spark;             /* but for the values */
    size_t trail;
};

static struct table_column all[TABLE_COLUMNS];
static size_t n_all;

/* ---- Columns ------------------------------------------------------------------------- */

static void spark_cell(struct buf *out, const void *v, const void *user)
{
    const struct fleet_row *row = v;
    const struct cells *cells = user;
    struct spark spark = cells->spark;

    if (cells->trail == FLEET_TRAILS)
        return;
    spark.values = row->trail[cells->trail];
    spark.count = row->point_count;
    spark_write(out, &spark);
}

/* Ranks are doubled, so that one fits between two. */
static void make_columns(void)
{
    while (n_all < columns_top_count && n_all + 1 < TABLE_COLUMNS) {
        all[n_all] = columns_top[n_all];
        all[n_all++].rank *= 2;
    }
    all[n_all++] = (struct table_column){
        .title = "MINUTE",
        .width = SPARK_LEAST,
        .rank = 2 * SPARK_BEFORE - 1,
        .help = "the last minute of the chosen figure, on one scale for all rows",
        .cell = spark_cell,
    };
}

static const struct table_column *column_at(size_t column)
{
    if (n_all == 0)
        make_columns();
    return &all[column < n_all ? column : 0];
}

size_t viewtable_columns(void)
{
    column_at(0);
    return n_all;
}

const char *viewtable_title(size_t column, enum text_charset charset)
{
    const struct table_column *c = column_at(column);

    return charset == TEXT_ASCII && c->ascii_title != NULL ? c->ascii_title : c->title;
}

const char *viewtable_help(size_t column)
{
    return column_at(column)->help;
}

enum vital viewtable_vital(size_t column)
{
    const struct table_column *c = column_at(column);
    /* a column of changes shows the change of the figure it is called after */
    const char *title = c->ascii_title != NULL ? c->ascii_title : c->title;

    title += title[0] == '+';
    if (strcmp(title, "LOOP") == 0)
        return VITAL_UTILIZATION;
    for (size_t v = 0; v < VITALS; v++) {
        if (strcmp(vitals[v].title, title) == 0)
            return (enum vital)v;
    }
    return VITAL_NONE;
}

double viewtable_share(const struct fleet_row *row, enum vital vital)
{
    enum vital limit = vital != VITAL_NONE ? vitals[vital].limit : VITAL_NONE;

    if (limit == VITAL_NONE || !(row->last.v[limit] > 0))
        return NAN;
    return row->last.v[vital] / row->last.v[limit];
}

/* ---- Layout -------------------------------------------------------------------------- */

/* The figure whose last minute is shown: the chosen one, the one sorted by, else sockets. */
static size_t trail_of(const struct view *view)
{
    const size_t columns[] = { view->column, view->sort };

    for (size_t i = 0; i < 2; i++) {
        enum vital vital = viewtable_vital(columns[i]);

        if (vital != VITAL_NONE && fleet_trail(vital) < FLEET_TRAILS)
            return fleet_trail(vital);
    }
    return fleet_trail(VITAL_ESTABLISHED);
}

/* What is left of the width goes to the last minute. */
static void widen(struct table *table, struct cells *cells, size_t width)
{
    size_t used = 0, spark = n_all - 1;

    for (size_t i = 0; i < table->count; i++)
        used += table->widths[i] > 0 ? table->widths[i] + 1 : 0;
    if (table->widths[spark] > 0 && used > 0 && used - 1 < width)
        table->widths[spark] += width - (used - 1);
    if (table->widths[spark] > SPARK_MOST)
        table->widths[spark] = SPARK_MOST;
    cells->spark.width = table->widths[spark];
}

static void note_shown(struct view *view, const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        view->shown[i] = table->widths[i] > 0;
    /* a column that has gone with the width cannot stay chosen */
    if (!view->shown[view->column])
        view->column = view->shown[view->sort] ? view->sort : 0;
}

/* Keep the selection on the screen and the screen on the rows. */
static void scroll(struct view *view, size_t page)
{
    view->page = page;
    if (view->selected >= view->rows)
        view->selected = view->rows > 0 ? view->rows - 1 : 0;
    if (view->selected < view->top)
        view->top = view->selected;
    if (view->selected >= view->top + page)
        view->top = view->selected - page + 1;
    if (view->rows <= page)
        view->top = 0;
}

static void find_scale(const struct view *view, struct cells *cells)
{
    cells->spark.scale = spark_scale_none();
    for (size_t i = view->top; i < view->rows && i < view->top + view->page; i++)
        spark_scale_add(&cells->spark.scale, view->order[i]->trail[cells->trail],
                        view->order[i]->point_count);
}

/* ---- Lines --------------------------------------------------------------------------- */

static enum view_style style_of(const struct fleet_row *row, double now_s)
{
    static const enum view_style styles[] = {
        [FLEET_FINE] = VIEW_PLAIN,     [FLEET_WAITING] = VIEW_FAINT,
        [FLEET_ATTENTION] = VIEW_WARN, [FLEET_MISSING] = VIEW_FAINT,
        [FLEET_BLOCKED] = VIEW_BAD,    [FLEET_DOWN] = VIEW_BAD,
    };

    return styles[fleet_state(row, now_s)];
}

static void put_titles(const struct view *view, const struct table *table, size_t line,
                       struct view_frame *frame)
{
    struct buf titles = { 0 };

    table_titles(table, (int)view->sort, &titles);
    viewframe_put(frame, line, VIEW_HEADER, buf_text(&titles));
    for (size_t i = 0, at = 0; i < table->count; i++) {
        if (i == view->column && table->widths[i] > 0)
            viewframe_mark(frame, line, at, table->widths[i], VIEW_CHOSEN);
        at += table->widths[i] > 0 ? table->widths[i] + 1 : 0;
    }
    buf_fini(&titles);
}

/* A sign behind each figure that is near its limit, and its colour. */
static void mark_limits(const struct table *table, const struct fleet_row *row, size_t line,
                        struct view_frame *frame)
{
    for (size_t i = 0, at = 0; i < table->count; i++) {
        double share = viewtable_share(row, viewtable_vital(i));
        bool is_change = table->columns[i].ascii_title != NULL;

        if (table->widths[i] == 0)
            continue;
        if (share >= VIEWTABLE_NEAR && !is_change) {
            viewframe_mark(frame, line, at, table->widths[i] + 1,
                           share >= VIEWTABLE_AT ? VIEW_BAD : VIEW_WARN);
            viewframe_sign(frame, line, at + table->widths[i],
                           share >= VIEWTABLE_AT ? '#' : '!');
        }
        at += table->widths[i] + 1;
    }
}

static void put_row(const struct view *view, const struct table *table, size_t i, size_t line,
                    struct view_frame *frame)
{
    const struct fleet_row *row = view->order[i];
    const struct cells *cells = table->user;
    struct buf text = { 0 };

    table_row(table, row, &text);
    viewframe_put(frame, line, style_of(row, cells->columns.now_s), buf_text(&text));
    frame->lines[line].selected = i == view->selected;
    if (row->known)
        mark_limits(table, row, line, frame);
    if (viewlist_is_pinned(view, row))
        viewframe_sign(frame, line, 1, '^');
    buf_fini(&text);
}

static void sort(struct view *view, const struct table *table)
{
    table_sort(table, (const void **)view->order, view->rows, view->sort, view->reverse);
    viewlist_settle(view);
}

void viewtable_put(struct view *view, const struct view_place *place, size_t line,
                   size_t height, struct view_frame *frame)
{
    struct cells cells = { .columns = { place->now_s },
                           .spark = { .charset = place->charset },
                           .trail = trail_of(view) };
    struct table table = { .columns = column_at(0),
                           .count = viewtable_columns(),
                           .user = &cells,
                           .charset = place->charset };

    table_layout(&table, NULL, 0, place->width);
    widen(&table, &cells, place->width);
    note_shown(view, &table);
    sort(view, &table);
    scroll(view, height > 1 ? height - 1 : 1);
    find_scale(view, &cells);
    put_titles(view, &table, line, frame);
    for (size_t i = view->top; i < view->rows && i < view->top + view->page; i++)
        put_row(view, &table, i, line + 1 + i - view->top, frame);
    if (view->rows == 0)
        viewframe_put(frame, line + 1, VIEW_FAINT,
                      view->filter[0] != '\0' ? "no target passes the filter"
                      : place->none != NULL   ? place->none
                                              : "no target");
}
