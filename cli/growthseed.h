/* SPDX-License-Identifier: MIT */
/**
 * What a target remembers itself, so that growth needs no waiting: the trails of rules about
 * growth begin with its /history. Who has none (kang, the too young) begins empty.
 *
 * Threads: one.
 */
#ifndef GROWTHSEED_H
#define GROWTHSEED_H

#include "patrol.h"

/* Questions after one round; the rest comes after the next ones. */
#define GROWTHSEED_QUESTIONS 4096

/**
 * Between round_finish() and patrol_round(): ask those whose trails have never been filled,
 * all at once, and wait for them.
 *
 * Threads: one.
 */
void growthseed_run(struct patrol *patrol, struct round *round);

#endif /* GROWTHSEED_H */
