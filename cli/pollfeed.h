/* SPDX-License-Identifier: MIT */
/**
 * Rows of targets that we poll ourselves.
 *
 * Threads: one.
 */
#ifndef POLLFEED_H
#define POLLFEED_H

#include "feed.h"
#include "session.h"

struct pollfeed {
    struct feed feed;       /* first: what functions of it get is this */
    struct session session;
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
