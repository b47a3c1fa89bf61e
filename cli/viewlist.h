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
 * "service", "version", "host"; "" for VIEW_BY_NONE.
 *
 * Threads: any.
 */
const char *viewlist_group_word(enum view_group group);

/**
 * Free what the list holds.
 *
 * Threads: one.
 */
void viewlist_fini(struct view *view);

#endif /* VIEWLIST_H */
