/* SPDX-License-Identifier: MIT */
/**
 * The columns of `porthole top`, their help, its line of totals.
 *
 * The first 12 columns take exactly 80 characters; wider terminals get more.
 *
 * Threads: any; no state.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "buf.h"
#include "fleet.h"
#include "table.h"

#include <stddef.h>

/* The table's `user`: the moment that ages and states refer to. */
struct columns_context {
    double now_s;
};

/* Index of the column that sorts by badness, the default order. */
#define COLUMNS_STATE 0

extern const struct table_column columns_top[];
extern const size_t columns_top_count;

/**
 * Index of a column by its title ("SOCK", "+SOCK"; any case); columns_top_count: none.
 *
 * Threads: any.
 */
size_t columns_find(const char *name);

/**
 * Sort rows by a column or by any figure, the largest first.
 *
 * @param name  a title ("SOCK", "+SOCK"; any case) or a figure as vitals_find() has it; NULL:
 *              worst first.
 *
 * @return false, and nothing sorted, if there is none of that name.
 *
 * Threads: any.
 */
bool columns_sort(const void **rows, size_t count, const char *name, bool reverse,
                  double now_s);

/**
 * Append "2 up, 1 down, 1 missing  sockets 120 (+12/min)  ...", no line feed, at most 80
 * columns: what does not fit any more is left out from the end, whole.
 *
 * Threads: any.
 */
void columns_totals(struct buf *out, const struct fleet_totals *totals);

#endif /* COLUMNS_H */
