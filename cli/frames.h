/* SPDX-License-Identifier: MIT */
/**
 * `porthole top` without a screen: frames as text, JSON, NDJSON or CSV, one after the other.
 *
 * Threads: one.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "feed.h"
#include "opts.h"

/**
 * Ask, print, wait, opts->count times or for ever. Each frame is flushed.
 *
 * @return an exit code: EXITCODE_USAGE, with a message and before anything is asked, for an
 *         unknown format or column; EXITCODE_INTERNAL if stdout failed; else that of the feed.
 *
 * Threads: one.
 */
int frames_run(struct feed *feed, const struct opts *opts);

#endif /* FRAMES_H */
