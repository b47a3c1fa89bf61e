/* SPDX-License-Identifier: MIT */
/**
 * Which rows the live screen has, and in which order they would be without a sort: filtered,
 * put together in groups. And pins.
 *
 * Threads: one.
 */
#ifndef VIEWLIST_H
#define VIEWLIST_H

#include "viewstate.h"

/**
 * Fill view->order and view->rows from all rows of the fleet.
 *
 * Threads: one.
 */
void viewlist_make(struct view *view, struct fleet_row *const *rows, size_t count,
                   double now_s);

/**
 * After a sort: pinned rows to the top, the selection back to the row it was on.
 *
 * Threads: one.
 */
void viewlist_settle(struct view *view);

/**
 * Whether a row is pinned; pin it, or take its pin away. NULL: nothing.
 *
 * Threads: one.
 */
bool viewlist_is_pinned(const struct view *view, const struct fleet_row *row);
void viewlist_pin(struct view *view, const struct fleet_row *row);

/**
 * Leave the groups and filter to the one that `row` stands for.
 *
 * Threads: one.
 */
void viewlist_filter_group(struct view *view, const struct fleet_row *row);

/**
 * The label that rows are grouped by; "": none.
 *
 * Threads: one.
 */
const char *viewlist_group_word(const struct view *view);

/**
 * Group by a label, one of all or of the targets' own.
 *
 * Threads: one.
 */
void viewlist_group_by(struct view *view, const char *label);

/**
 * Note which labels the targets bring along: `g` comes to them after those that all have. A
 * label once known stays where it is.
 *
 * Threads: one.
 */
void viewlist_learn(struct view *view, struct fleet_row *const *rows, size_t count);

/**
 * Free what the list holds.
 *
 * Threads: one.
 */
void viewlist_fini(struct view *view);

#endif /* VIEWLIST_H */
