/* SPDX-License-Identifier: MIT */
/**
 * The live screen of `porthole top`: rows of a feed, keys, and one process at a time in detail.
 *
 * Threads: one.
 */
#ifndef LIVE_H
#define LIVE_H

#include "feed.h"
#include "opts.h"

/**
 * Show the feed until somebody quits, or a signal ends it. The feed stays the caller's.
 *
 * @return an exitcode. A signal that ended the screen ends the process.
 *
 * Threads: one.
 */
int live(const struct opts *opts, struct feed *feed);

#endif /* LIVE_H */
