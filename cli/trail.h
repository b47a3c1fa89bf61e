/* SPDX-License-Identifier: MIT */
/**
 * The trail of a recorder file as a table: how key figures went in the last minutes.
 *
 * Threads: one.
 */
#ifndef TRAIL_H
#define TRAIL_H

#include "buf.h"
#include "porthole_wire.h"
#include "text.h"

#include <stddef.h>

/**
 * Append heading and table, at most 80 columns wide: of each figure the first value, the
 * last, the change, the most, and a line of TRAIL_PIECES signs, each the most of its piece of
 * the time, from the least of all to the most. Figures that are unknown throughout are left
 * out; those that only count up are shown as what they gained from row to row.
 *
 * @param rows  as record_read_trail() leaves them; nothing is appended if nothing is known.
 *
 * Threads: one.
 */
void trail_table(struct buf *out, const struct porthole_record_row *rows, size_t count,
                 enum text_charset charset);

#define TRAIL_PIECES 30

/**
 * Append the signs for `count` values, at most TRAIL_PIECES of them; a space for a piece in
 * which nothing is known.
 *
 * Threads: any.
 */
void trail_signs(struct buf *out, const double *values, size_t count,
                 enum text_charset charset);

#endif /* TRAIL_H */
