/* SPDX-License-Identifier: MIT */
/**
 * Kang snapshots of many targets, asked for and merged. An answer is read as soon as it is
 * there and only what is wanted of it stays.
 *
 * Threads: one.
 */
#ifndef KANGASK_H
#define KANGASK_H

#include "kangset.h"
#include "opts.h"
#include "session.h"

#include <stdbool.h>
#include <stddef.h>

#define KANGASK_PATH "/kang/snapshot"

/* All that is kept of all targets, at most. */
#define KANGASK_BYTES ((size_t)1 << 30)

struct kangask {
    struct session session;
    struct kangsnap *snaps; /* one a target; without `text`: it did not answer */
    size_t kept;            /* bytes */
    struct kangset set;     /* the merged snapshots */
    size_t count;           /* targets */
};

/**
 * Ask all targets that --sources and `words` name.
 *
 * @param wanted  the one type whose objects are needed; NULL: all.
 *
 * @return EXITCODE_FINE, and something to be given to kangask_end(), however many targets have
 *         failed; else an exitcode, and the reason is said.
 *
 * Threads: one.
 */
int kangask_run(struct kangask *ask, const struct opts *opts, char *const *words, int count,
                const struct slice *wanted);

/**
 * Read the answer of one job, if it is a good one. What is wrong with it becomes its cause.
 *
 * Threads: one.
 */
void kangask_read(struct poll_job *job, const struct slice *wanted, struct kangsnap *snap);

/**
 * Say on stderr which targets failed and which showed copies.
 *
 * @return the exitcode.
 *
 * Threads: one.
 */
int kangask_conclude(const struct kangask *ask);

/**
 * Threads: one.
 */
void kangask_end(struct kangask *ask);

#endif /* KANGASK_H */
