/* SPDX-License-Identifier: MIT */
/**
 * One look at a process: figures by their names, and when they were taken. Two looks at the
 * same process are what a change is between.
 *
 * A look comes from a file that may hold anything: what is no figure is not there.
 *
 * Threads: one.
 */
#ifndef LOOK_H
#define LOOK_H

#include "buf.h"
#include "names.h"
#include "pool.h"

#include <stdbool.h>
#include <stddef.h>

/* Further ones are dropped: their changes are not known. */
#define LOOK_FIGURES 4096

/* Whose figures they are. A process that was restarted is another one. */
struct look_owner {
    const char *host;
    const char *started;
    double pid;
};

/* Zeroed memory is an empty look. */
struct look {
    struct names keys;
    struct pool texts;
    double *values;  /* by the number of the key; NaN: it was not known */
    size_t room;
    double at_s;     /* Unix time of the document */
};

/**
 * Threads: one.
 */
void look_fini(struct look *look);

/**
 * Keep a figure; the last value of a name counts.
 *
 * Threads: one.
 */
void look_put(struct look *look, const char *key, double value);

/**
 * Whether there is a figure of that name, and which.
 *
 * @param value  untouched if there is none; NaN if it was not known.
 *
 * Threads: one.
 */
bool look_find(const struct look *look, const char *key, double *value);

/**
 * Append a look as JSON.
 *
 * Threads: one.
 */
void look_write(struct buf *out, const struct look *look, const struct look_owner *owner);

/**
 * Read what look_write() wrote.
 *
 * @return false, and an empty look, if it is none or somebody else's.
 *
 * Threads: one.
 */
bool look_read(const char *text, size_t len, const struct look_owner *owner, struct look *look);

#endif /* LOOK_H */
