/* SPDX-License-Identifier: MIT */
/**
 * The table of the live screen: the columns of `porthole top`, a line of the last minute beside
 * them, and signs where a figure comes near its limit.
 *
 * Only the rows that are seen are formatted; a sort takes one key of each row.
 *
 * Threads: one.
 */
#ifndef VIEWTABLE_H
#define VIEWTABLE_H

#include "viewframe.h"
#include "viewstate.h"

/* From here on a share of a limit has a sign. */
#define VIEWTABLE_NEAR 0.85   /* '!' */
#define VIEWTABLE_AT 0.95     /* '#' */

/**
 * Columns there are.
 *
 * Threads: any.
 */
size_t viewtable_columns(void);

/**
 * The figure a column shows; VITAL_NONE: none of vitals.h. And its title and help.
 *
 * Threads: any.
 */
enum vital viewtable_vital(size_t column);
const char *viewtable_title(size_t column, enum text_charset charset);
const char *viewtable_help(size_t column);

/**
 * A figure as a share of its limit; NaN: it has none, or that is not known.
 *
 * Threads: any.
 */
double viewtable_share(const struct fleet_row *row, enum vital vital);

/**
 * Sort view->order, and put titles and rows from `line` on, `height` lines in all.
 *
 * Threads: one.
 */
void viewtable_put(struct view *view, const struct view_place *place, size_t line,
                   size_t height, struct view_frame *frame);

#endif /* VIEWTABLE_H */
