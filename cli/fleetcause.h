/* SPDX-License-Identifier: MIT */
/**
 * The same growth in several processes of one service, and what it goes with: the rates of the
 * counters that move with it are asked of those processes, and compared by fleetsays.h.
 *
 * Threads: one.
 */
#ifndef FLEETCAUSE_H
#define FLEETCAUSE_H

#include "fleetsays.h"
#include "suspectask.h"

#include <stddef.h>

#define FLEETCAUSE_GROUPS 256    /* further ones are shown without a word about the fleet */
#define FLEETCAUSE_QUESTIONS 2048

struct fleetcause_group {
    size_t first;       /* its worst row */
    size_t grows;       /* processes in which it grows */
    size_t all;         /* of this service, that answered */
    const char *names[FLEETSAYS_CANDIDATES]; /* borrowed from the rows */
    size_t candidates;
    struct fleetsays says;
};

struct fleetcause {
    struct fleetcause_group *groups; /* in the order of their worst rows */
    size_t count;
};

/**
 * Ask and compare, after suspectask_run(). Only growths that have a grade.
 *
 * Threads: one.
 */
void fleetcause_find(struct fleetcause *cause, struct suspectask *ask);

/**
 * The group whose worst row this is; NULL: it is of none, or not the worst.
 *
 * Threads: any.
 */
const struct fleetcause_group *fleetcause_of(const struct fleetcause *cause, size_t row);

/**
 * Threads: one.
 */
void fleetcause_fini(struct fleetcause *cause);

#endif /* FLEETCAUSE_H */
