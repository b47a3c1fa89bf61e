/* SPDX-License-Identifier: MIT */
/**
 * Lives of processes that keep a history, in the scratch directory.
 */
#ifndef TEST_HISTORY_LIFE_H
#define TEST_HISTORY_LIFE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/history_file.h"

struct life {
    struct ph_history *history;
    struct ph_history_clock clock;
    struct ph_history_file file;
    uint64_t ticks;
};

/** One begins, and takes over what it may. Threads: the test's, as all below. */
void life_begin(struct life *life, unsigned pid, const char *service, const char *component);

/** It sees `n` numbers, from `value` on; ticks are a second of work apart. */
void life_tick(struct life *life, size_t n, uint64_t value);

/** It ends in good order. */
void life_stop(struct life *life);

/** How many numbers it knows. */
size_t life_known(const struct life *life);

/** The name of its file; until the next call. */
const char *life_file(unsigned pid);

#endif /* TEST_HISTORY_LIFE_H */
