/* SPDX-License-Identifier: MIT */
#ifndef PH_JUDGES_H
#define PH_JUDGES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history.h"
#include "limits.h"
#include "says.h"
#include "verdict.h"
#include "watched.h"

/**
 * A judge for each series of the history that is watched, in memory that is fixed. Buckets
 * that ended are judged a few at a time.
 */
#define PH_JUDGES 512u          /* series judged at most; further ones are counted */
#define PH_JUDGES_PLACES 16384u /* of the history; more than fit into the largest one */
#define PH_GRADES (PH_URGENT + 1)

struct ph_judged {
    /* Of the series that it judges; guarded by judges->lock for readers that are not the tick
     * thread, as the verdict in `judge` is. */
    const struct ph_watched_as *as; /* NULL: free */
    char     series[PH_HISTORY_NAME];
    int      thread;
    struct ph_judge judge;

    /* Tick thread only. */
    size_t   place;                 /* in the history */
    uint32_t epoch;
    unsigned pending;               /* a bit per level: it ended, and was not judged yet */
    bool     moves_due;             /* what it moves with may have changed */
    size_t   n_moves_with;
    struct ph_moves_with moves_with[PH_MOVES_WITH];
    enum ph_grade shown;            /* as a suspect */
    uint64_t reached[PH_GRADES];    /* see ph_suspect */
};

struct ph_judges {
    pthread_mutex_t lock;           /* leaf */
    size_t n;                       /* used so far; those in between may be free */
    size_t used, left_out;          /* series judged, and those that found none free */
    size_t cursor;                  /* where to go on judging */
    struct ph_judged all[PH_JUDGES];
    struct {
        bool     known;
        uint32_t epoch;
        uint16_t judge;             /* + 1; 0: none */
    } place[PH_JUDGES_PLACES];
};

/* Zeroed memory and a mutex. Threads: the owner's. */
void ph_judges_init(struct ph_judges *judges);
void ph_judges_fini(struct ph_judges *judges);

/** Give each watched series its judge, and each judge whose series is gone its freedom.
 *  Threads: tick thread, as below. */
void ph_judges_adopt(struct ph_judges *judges, const struct ph_history *history);

/** These levels have each ended a bucket. */
void ph_judges_ended(struct ph_judges *judges, unsigned ended);

/**
 * Judge what is pending, `most` stretches of it.
 *
 * @return how many were judged.
 */
size_t ph_judges_run(struct ph_judges *judges, const struct ph_history *history,
                     const struct ph_limits *limits, size_t most);

#endif
