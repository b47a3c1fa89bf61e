/* SPDX-License-Identifier: MIT */
/*
 * grid: cleaning, measuring, padding.
 */
#include "grid.h"

#include "mem.h"

#include <ctype.h>
#include <stdlib.h>

#define CELL_BYTES 8192

struct buf *grid_cells(const struct grid *grid)
{
    return mem_new(grid->count, sizeof(struct buf));
}

void grid_drop_cells(struct buf *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_fini(&cells[i]);
    free(cells);
}

static void fill(const struct grid *grid, size_t row, struct buf *cells)
{
    for (size_t i = 0; i < grid->count; i++)
        buf_clear(&cells[i]);
    grid->fill(grid, row, cells);
}

/* What a terminal may show of a cell. A long one is cut before it is cleaned, so that a
 * megabyte of text costs a few kilobytes. */
static void clean(const struct grid *grid, const struct buf *cell, struct buf *out)
{
    size_t len = cell->len < CELL_BYTES ? cell->len : CELL_BYTES;

    buf_clear(out);
    text_clean(out, buf_text(cell), len, grid->charset);
}

static void clean_title(const struct grid *grid, size_t i, struct buf *out)
{
    struct slice title = grid->columns[i].title;

    buf_clear(out);
    text_clean(out, title.text, title.len < CELL_BYTES ? title.len : CELL_BYTES, grid->charset);
    for (size_t c = 0; grid->kang && c < out->len; c++)
        out->data[c] = (char)toupper((unsigned char)out->data[c]);
}

static void widen(struct grid *grid, size_t i, const struct buf *text)
{
    size_t width = text_width(buf_text(text));

    width = width < grid->most ? width : grid->most;
    if (width > grid->columns[i].width)
        grid->columns[i].width = width;
}

void grid_measure(struct grid *grid)
{
    struct buf *cells = grid_cells(grid), text = { 0 };

    for (size_t i = 0; i < grid->count; i++) {
        grid->columns[i].width = 0;
        clean_title(grid, i, &text);
        widen(grid, i, &text);
    }
    for (size_t row = 0; row < grid->rows; row++) {
        fill(grid, row, cells);
        for (size_t i = 0; i < grid->count; i++) {
            clean(grid, &cells[i], &text);
            widen(grid, i, &text);
        }
    }
    buf_fini(&text);
    grid_drop_cells(cells, grid->count);
}

size_t grid_fits(const struct grid *grid, size_t width)
{
    size_t used = 0, count = 0;

    while (count < grid->count && used + grid->columns[count].width <= width)
        used += grid->columns[count++].width + 1;
    return count > 0 ? count : grid->count > 0;
}

static void end_line(const struct grid *grid, struct buf *out, size_t from)
{
    while (!grid->kang && out->len > from && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    buf_puts(out, "\n");
}

static void add(const struct grid *grid, size_t i, const struct buf *text, struct buf *out)
{
    const struct grid_column *column = &grid->columns[i];

    text_fit(out, buf_text(text), column->width, column->right ? TEXT_RIGHT : TEXT_LEFT,
             grid->charset);
    buf_puts(out, " ");
}

void grid_titles(const struct grid *grid, struct buf *out)
{
    struct buf text = { 0 };
    size_t from = out->len;

    for (size_t i = 0; i < grid->count; i++) {
        clean_title(grid, i, &text);
        add(grid, i, &text, out);
    }
    end_line(grid, out, from);
    buf_fini(&text);
}

void grid_row(const struct grid *grid, size_t row, struct buf *cells, struct buf *out)
{
    struct buf text = { 0 };
    size_t from = out->len;

    fill(grid, row, cells);
    for (size_t i = 0; i < grid->count; i++) {
        clean(grid, &cells[i], &text);
        add(grid, i, &text, out);
    }
    end_line(grid, out, from);
    buf_fini(&text);
}
