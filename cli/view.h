/* SPDX-License-Identifier: MIT */
/**
 * The live screen without a screen: which lines it shows. Pure, so that it can be tested
 * without a terminal.
 *
 * Threads: one.
 */
#ifndef VIEW_H
#define VIEW_H

#include "viewframe.h"
#include "viewkeys.h"
#include "viewstate.h"

/**
 * Begin with the worst first. To be given to view_fini().
 *
 * Threads: one.
 */
void view_init(struct view *view, double interval_ms);

/**
 * Threads: one.
 */
void view_fini(struct view *view);

/**
 * Lay out one screen. A terminal below VIEW_LEAST_* gets one line that says so.
 *
 * @param frame  overwritten; zero it before the first use, view_frame_fini() at the end.
 *
 * Threads: one.
 */
void view_compose(struct view *view, struct fleet_row *const *rows, size_t count,
                  const struct view_place *place, struct view_frame *frame);

#endif /* VIEW_H */
