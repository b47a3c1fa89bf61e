/* SPDX-License-Identifier: MIT */
/**
 * Where rows come from: targets that are polled, or a Prometheus that polls them. Commands that
 * show a fleet know only this.
 *
 * Threads: one.
 */
#ifndef FEED_H
#define FEED_H

#include "buf.h"
#include "fleet.h"

#include <stddef.h>

struct feed {
    struct fleet_row **rows; /* valid until the next feed_begin() */
    size_t count;
    const char *from;        /* "" : polled; else what to name beside the totals; borrowed */
    double due_s;            /* before begin(): when the next round is to begin, by
                                clock_now_s(); 0: this one waits for everybody */

    /* Begin a round: targets are found anew if that is due. */
    void (*begin)(struct feed *feed);

    /* Go on; 0 once the round has ended, and the rows are up to date. As round_step(). */
    size_t (*step)(struct feed *feed, int wait_ms, int fd);

    /* Name on stderr what failed, each once until its cause changes. */
    void (*say_failures)(struct feed *feed);

    /* Append what stands in the way of the whole, for as long as it does, not clean: texts,
     * each with its NUL. For a screen, which cannot use stderr. */
    void (*note)(struct feed *feed, struct buf *out);

    /* Why there is no row. */
    const char *(*none)(const struct feed *feed);

    /* EXITCODE_FINE, _SOME or _NONE, of the last round. */
    int (*exitcode)(const struct feed *feed);

    void (*close)(struct feed *feed);
};

#endif /* FEED_H */
