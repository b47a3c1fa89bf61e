/* SPDX-License-Identifier: MIT */
/**
 * Tables whose columns are known only when the data is there: fields of objects. Rows are
 * asked for twice, to measure and to print, so that none is kept.
 *
 * Threads: any; no state.
 */
#ifndef GRID_H
#define GRID_H

#include "buf.h"
#include "names.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct grid_column {
    struct slice title;     /* not clean */
    size_t width;           /* set by grid_measure() */
    bool right;             /* numbers, ages */
};

struct grid {
    struct grid_column *columns;
    size_t count;
    size_t rows;
    size_t most;            /* columns of the terminal that a cell may have */
    bool kang;              /* as kang prints it: titles upper-cased, padded at the end, too */
    enum text_charset charset;

    /* Append the texts of a row, uncleaned, to its cells, which are empty. */
    void (*fill)(const struct grid *grid, size_t row, struct buf *cells);
    void *user;
};

/**
 * Find out how wide each column is.
 *
 * Threads: any.
 */
void grid_measure(struct grid *grid);

/**
 * How many of the first columns fit into `width`, at least one. grid->count may be set to it.
 *
 * Threads: any.
 */
size_t grid_fits(const struct grid *grid, size_t width);

/**
 * Append the line of titles.
 *
 * Threads: any.
 */
void grid_titles(const struct grid *grid, struct buf *out);

/**
 * Append one row.
 *
 * @param cells  grid->count buffers of the caller's, used again for every row.
 *
 * Threads: any.
 */
void grid_row(const struct grid *grid, size_t row, struct buf *cells, struct buf *out);

/**
 * Buffers for grid_row(), to be given back to grid_drop_cells() with the count they were made
 * for.
 *
 * Threads: any.
 */
struct buf *grid_cells(const struct grid *grid);
void grid_drop_cells(struct buf *cells, size_t count);

#endif /* GRID_H */
