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
 * Append "3 targets: 2 up, 1 down  sockets 120 (+12/min)  ...", no line feed.
 *
 * Threads: any.
 */
void columns_totals(struct buf *out, const struct fleet_totals *totals);

#endif /* COLUMNS_H */
