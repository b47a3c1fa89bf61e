/* SPDX-License-Identifier: MIT */
/**
 * What several processes of one service say together about one growth: whatever causes it, it
 * grows faster where there is more of the cause. One process cannot tell its causes apart, for
 * all of its counters follow its traffic.
 *
 * Of each candidate counter: growth divided by its rate is growth per event, which is the same
 * in all processes if it is the cause. The one with the least spread of its logarithm wins; if
 * the growth itself is as much alike, it goes with time and nothing is accused.
 *
 * Pure. Threads: any; no state.
 */
#ifndef FLEETSAYS_H
#define FLEETSAYS_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

#define FLEETSAYS_CANDIDATES 8

/* A process in which the number grows. */
struct fleetsays_process {
    double slope_per_h;
    double rate[FLEETSAYS_CANDIDATES]; /* events per second of each candidate; NaN: not known */
};

enum fleetsays_finding {
    FLEETSAYS_TOO_FEW,  /* fewer than two processes in which growth and a rate are known */
    FLEETSAYS_TOO_ALIKE,/* they grow, and have to do, equally much: anything may be the cause */
    FLEETSAYS_TIME,     /* equally fast although they have not equally much to do */
    FLEETSAYS_NONE,     /* no candidate explains it */
    FLEETSAYS_CAUSE,
};

struct fleetsays {
    enum fleetsays_finding finding;
    size_t processes;       /* of which all is known for the winner */
    size_t cause;           /* of the candidates */
    size_t rival;           /* explains it as well; equal to `cause`: none does */
    double per_event;       /* growth for one event: the geometric mean */
    double spread;          /* of it: 0.06 is +-6 % */
    double slope_ratio;     /* the fastest beside the slowest */
    double rate_ratio;      /* of the cause, in the same two processes */
};

/**
 * Find the cause.
 *
 * Threads: any.
 */
struct fleetsays fleetsays_find(const struct fleetsays_process *processes, size_t count,
                                size_t candidates);

/* What the sentence is about. */
struct fleetsays_subject {
    size_t grows;             /* processes in which it grows, */
    size_t all;               /* of so many of this service */
    const char *const *names; /* of the candidates */
    bool bytes;               /* what grows are bytes */
};

/**
 * Append "grows in 2 of 7; twice as fast where http.client.started are twice as many: 1.7K each
 * (+-6 %)".
 *
 * Threads: any.
 */
void fleetsays_write(struct buf *out, const struct fleetsays *says,
                     const struct fleetsays_subject *subject);

#endif /* FLEETSAYS_H */
