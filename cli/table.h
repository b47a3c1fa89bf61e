/* SPDX-License-Identifier: MIT */
/**
 * Tables as text: columns are an array of descriptors, rows are whatever the columns'
 * functions understand. No terminal is needed; the plain printer and the screen share
 * it. Every cell passes text_clean().
 *
 * Threads: any; no state.
 */
#ifndef TABLE_H
#define TABLE_H

#include "buf.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct table_column {
    const char *title;
    const char *ascii_title;  /* NULL: the same */
    size_t width;             /* columns; with `fit` the least, and `most` the largest */
    size_t most;              /* 0: `width` */
    bool fit;                 /* as wide as its widest cell */
    enum text_align align;
    unsigned rank;            /* 0: always shown; else dropped when there is no room, the
                                 highest first */
    const char *help;         /* a line for the help screen; may be NULL */

    /* Append the cell's text, uncleaned. `user` is the table's. */
    void (*cell)(struct buf *out, const void *row, const void *user);

    /* What to sort by, largest first; NULL: by the cell's text. */
    double (*key)(const void *row, const void *user);

    /* How many columns to the right the cell covers as well; NULL: none. */
    size_t (*span)(const void *row, const void *user);
};

#define TABLE_COLUMNS 32

struct table {
    const struct table_column *columns;
    size_t count;             /* at most TABLE_COLUMNS */
    const void *user;
    enum text_charset charset;
    size_t widths[TABLE_COLUMNS]; /* set by table_layout(); 0: not shown */
};

/**
 * Choose the columns that fit into `width` and how wide each is. One space parts two.
 *
 * @param rows   looked at by columns with `fit` only; may be NULL with count 0.
 * @param width  0: no limit.
 *
 * Threads: any.
 */
void table_layout(struct table *table, const void *const *rows, size_t count, size_t width);

/**
 * After table_layout() without a limit: make fitted columns of text narrower, the widest
 * first and none below its least width, until the table fits; then drop columns.
 *
 * Threads: any.
 */
void table_squeeze(struct table *table, size_t width);

/**
 * Append the line of titles, or one row, without a line feed and without spaces at the
 * end.
 *
 * @param sorted  index of the column that is marked as sorted; -1: none.
 *
 * Threads: any.
 */
void table_titles(const struct table *table, int sorted, struct buf *out);
void table_row(const struct table *table, const void *row, struct buf *out);

/**
 * Sort rows by a column: the largest key first (NaN last), or text in its order. Rows
 * that are equal stay in their order.
 *
 * @param reverse  the other way round; NaN still last.
 *
 * Threads: any.
 */
void table_sort(const struct table *table, const void **rows, size_t count, size_t column,
                bool reverse);

#endif /* TABLE_H */
