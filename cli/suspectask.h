/* SPDX-License-Identifier: MIT */
/**
 * The questions of `porthole suspects`: which suspects the targets have, of which services they
 * are, and how fast counters went.
 *
 * Threads: one.
 */
#ifndef SUSPECTASK_H
#define SUSPECTASK_H

#include "growth.h"
#include "jsonspan.h"
#include "opts.h"
#include "session.h"

#include <stdbool.h>
#include <stddef.h>

#define SUSPECTASK_ROWS 65536 /* of all targets; more are not read, which is said */
#define SUSPECTASK_SERVICE 64

struct suspectask_target {
    struct round_entry *entry;
    struct doc *document;    /* NULL: it did not answer */
    char service[SUSPECTASK_SERVICE]; /* "": not known */
    double judged;           /* how many series are; NaN: it does not say */
    double watched_s;        /* for how long they have been watched */
    double cut;              /* suspects that are not in its answer */
};

struct suspectask_row {
    struct growth growth;
    size_t target;
    struct jsonspan span;    /* as it came */
};

struct suspectask {
    struct session session;
    struct suspectask_target *targets;
    size_t count;
    size_t answered;
    struct suspectask_row *rows; /* worst first */
    size_t n_rows;
    bool cut;                /* there were more */
};

/* One more thing to ask of a target that has answered. */
struct suspectask_question {
    size_t target;
    struct buf path;
    struct poll_job job;     /* set by suspectask_more() */
};

/**
 * Find the targets: zeroed memory to begin with, as session_open(). With --all everything that
 * is judged will be asked for, not only what has a grade.
 *
 * Threads: one.
 */
int suspectask_open(struct suspectask *ask, const struct opts *opts, char *const *words,
                    int count);

/**
 * Ask all targets. What was known before is freed.
 *
 * Threads: one.
 */
void suspectask_run(struct suspectask *ask);

/**
 * Ask more, all at once. A target with a path of its own is not asked.
 *
 * @param questions  filled in but for `job`; to be given to suspectask_drop().
 *
 * Threads: one.
 */
void suspectask_more(struct suspectask *ask, struct suspectask_question *questions,
                     size_t count);
void suspectask_drop(struct suspectask *ask, struct suspectask_question *questions,
                     size_t count);

/**
 * Threads: one.
 */
void suspectask_close(struct suspectask *ask);

#endif /* SUSPECTASK_H */
