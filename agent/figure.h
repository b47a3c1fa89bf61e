/* SPDX-License-Identifier: MIT */
#ifndef PH_FIGURE_H
#define PH_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "ruledata.h"

/**
 * The numbers of /state that rules speak of, by their paths: which there are, what they are a
 * share of, and how those of several threads become one. "threads." may stand before those of
 * threads.
 *
 * Pure. Threads: any, all functions here.
 */

/**
 * Check what the language of rules cannot: that the figure of a rule may exist, and that a
 * percentage is one of something. Names that applications choose, and those that are like
 * nothing we know, may be a later agent's.
 *
 * @return false, and in `err` where and why: "no figure is called 'sokets.total'; is it
 *         'sockets.total'?"
 */
bool ph_figure_check(const struct ph_rulefile_rule *rule, struct ph_rulefile_error *err);

/** The figure without "threads.": what /history calls it. */
const char *ph_figure_bare(const char *figure);

/** Whether each thread has one. */
bool ph_figure_is_of_threads(const char *figure);

/** Whether all threads' together is the highest of them, because a sum says nothing. */
bool ph_figure_is_highest(const char *figure);

/** The figure that it is a share of; NULL: of none. */
const char *ph_figure_limit(const char *figure);

/** The share of its limit that a thread's heap uses: no number of /state by itself. */
extern const char ph_figure_heap_share[], ph_figure_heap_used[], ph_figure_heap_limit[];

/** How many threads there are. */
extern const char ph_figure_threads[];

/** For how long the loop has not turned, in ms. */
extern const char ph_figure_blocked[];

#endif
