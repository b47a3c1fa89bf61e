/* SPDX-License-Identifier: MIT */
/**
 * The columns of `top --group`: a row is a struct aggregate_group. Sums where processes add up,
 * else the highest; P99 is that of all event loops together.
 *
 * Threads: any; no state.
 */
#ifndef GROUPCOLUMNS_H
#define GROUPCOLUMNS_H

#include "aggregate.h"
#include "table.h"

#include <stddef.h>

extern const struct table_column groupcolumns[];
extern const size_t groupcolumns_count;

#endif /* GROUPCOLUMNS_H */
