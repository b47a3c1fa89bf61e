/* SPDX-License-Identifier: MIT */
/**
 * Rows of targets that a Prometheus, or a VictoriaMetrics, polls: instant queries of its HTTP
 * API. One screen for a fleet that no single poller should poll.
 *
 * The server says which instances there are, in two steps: `up` first, then all figures for the
 * moment that it answered for. The token of agents is not sent: PORTHOLE_TOKEN means them, and
 * only --token-file says that a server is to have one.
 *
 * Threads: one.
 */
#ifndef PROMFEED_H
#define PROMFEED_H

#include "feed.h"
#include "opts.h"
#include "poll.h"
#include "promrows.h"
#include "target.h"

#include <stdbool.h>

#define PROMFEED_ASKS (PROMROWS_PARTS + VITALS)

struct promfeed_ask {
    struct poll_job job;
    struct buf path;
    struct buf says;         /* what the server said is wrong with it */
    bool read;               /* the answer of this round has been taken in */
    enum cause cause;        /* of this round; CAUSE_NONE also of what was not asked */
    enum cause said;         /* that was last told to the user */
};

struct promfeed {
    struct feed feed;        /* first: what functions of it get is this */
    struct poll *poll;
    struct target_list server; /* one */
    struct promrows rows;
    struct promfeed_ask asks[PROMFEED_ASKS];
    struct poll_job *jobs[PROMFEED_ASKS];
    size_t first, count;     /* asks that are under way */
    double at_s;             /* of this round, by the server's clock; NaN: not known yet */
    bool running;
    bool said_empty, said_left_out;
    char from[160];
};

/**
 * Make a feed of opts->from, "prometheus=URL". No server is asked yet.
 *
 * @param count  of words; with one the command line is wrong: the server knows the targets.
 *
 * @return EXITCODE_FINE and a feed to be given to its close(); else an exitcode, the reason is
 *         said, and there is nothing to close.
 *
 * Threads: one.
 */
int promfeed_open(struct promfeed *feed, const struct opts *opts, char *const *words,
                  int count);

#endif /* PROMFEED_H */
