/* SPDX-License-Identifier: MIT */
/**
 * Rows of targets that we poll ourselves. Of each state only what rows show is asked for
 * (sample_query()), and it is read as it comes.
 *
 * Threads: one.
 */
#ifndef POLLFEED_H
#define POLLFEED_H

#include "buf.h"
#include "feed.h"
#include "session.h"

#include <stdbool.h>

struct pollfeed {
    struct feed feed;       /* first: what functions of it get is this */
    struct session session;
    struct buf path;        /* /state, and which parts of it */
};

/**
 * Find the targets, as session_open().
 *
 * @return EXITCODE_FINE and a feed to be given to its close(); else an exitcode, the reason is
 *         said, and there is nothing to close.
 *
 * Threads: one.
 */
int pollfeed_open(struct pollfeed *feed, const struct opts *opts, char *const *words,
                  int count);

#endif /* POLLFEED_H */
