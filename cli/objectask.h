/* SPDX-License-Identifier: MIT */
/**
 * Objects of many targets: porthole agents are asked at /objects, and what turns out to be
 * another server at /kang/snapshot, within the same deadline.
 *
 * Threads: one.
 */
#ifndef OBJECTASK_H
#define OBJECTASK_H

#include "objects.h"
#include "opts.h"
#include "query.h"
#include "session.h"

struct objectask {
    struct session session;
    const struct query *query;      /* NULL: the types */
    char *path;                     /* what agents are asked */
    struct kangsnap *snaps;         /* one a target; of kang servers only */
    struct objects_answer *answers; /* one a target */
    struct objects objects;
    size_t count;                   /* targets */
};

/**
 * Ask all targets that --sources and `words` name.
 *
 * @param limit  objects to read of each target.
 *
 * @return EXITCODE_FINE, and something to be given to objectask_end(), however many targets
 *         have failed; else an exitcode, and the reason is said.
 *
 * Threads: one.
 */
int objectask_run(struct objectask *ask, const struct opts *opts, char *const *words, int count,
                  uint32_t limit);

/**
 * Threads: one.
 */
void objectask_end(struct objectask *ask);

#endif /* OBJECTASK_H */
