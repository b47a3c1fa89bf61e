/* SPDX-License-Identifier: MIT */
/**
 * Rows of `top` as CSV (RFC 4180, but lines end in a line feed): a line of names, then a line
 * per target. An empty cell is what is not known. Texts are cleaned, quoted, and where a
 * spreadsheet would take them for a formula (= + - @) they begin with an apostrophe.
 *
 * Threads: any; no state.
 */
#ifndef FRAMECSV_H
#define FRAMECSV_H

#include "buf.h"
#include "fleet.h"

#include <stddef.h>

/**
 * Append the line of names.
 *
 * Threads: any.
 */
void framecsv_names(struct buf *out);

/**
 * Append a line per row.
 *
 * @param at  the time of the frame, for the first column.
 *
 * Threads: any.
 */
void framecsv_rows(struct buf *out, struct fleet_row *const *rows, size_t count, const char *at,
                   double now_s);

#endif /* FRAMECSV_H */
