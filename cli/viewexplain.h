/* SPDX-License-Identifier: MIT */
/**
 * The pane that says what the chosen column's figure is, why it matters, and how the selected
 * process stands in it.
 *
 * Threads: one.
 */
#ifndef VIEWEXPLAIN_H
#define VIEWEXPLAIN_H

#include "viewframe.h"
#include "viewstate.h"

#include <stddef.h>

/**
 * Lines the pane takes on a screen; 0: there is no room, or it is off.
 *
 * Threads: one.
 */
size_t viewexplain_height(const struct view *view, const struct view_place *place);

/**
 * Put it.
 *
 * Threads: one.
 */
void viewexplain_put(const struct view *view, const struct view_place *place, size_t line,
                     struct view_frame *frame);

/**
 * Append a figure of a unit of vitals.h: "38.2M", "12%", "3.2 ms".
 *
 * Threads: any.
 */
void viewexplain_value(struct buf *out, double value, enum vital vital);

#endif /* VIEWEXPLAIN_H */
