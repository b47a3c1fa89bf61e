/* SPDX-License-Identifier: MIT */
/**
 * The lines on top of the live screen: how many targets are up, and what they hold together,
 * now and over the last rounds.
 *
 * Threads: one.
 */
#ifndef VIEWMETERS_H
#define VIEWMETERS_H

#include "viewframe.h"
#include "viewstate.h"

/**
 * Remember the sums of a round that has ended.
 *
 * Threads: one.
 */
void viewmeters_note(struct view *view, struct fleet_row *const *rows, size_t count,
                     double now_s);

/**
 * Put the meters on top: one line on a small screen, up to three, and below them what is worst
 * in words.
 *
 * @return how many lines were used.
 *
 * Threads: one.
 */
size_t viewmeters_put(struct view *view, struct fleet_row *const *rows, size_t count,
                      const struct view_place *place, struct view_frame *frame);

/**
 * Rows have changed, or may be gone: nothing of them is remembered.
 *
 * Threads: one.
 */
void viewmeters_forget(struct view *view);

#endif /* VIEWMETERS_H */
