/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_WORKERS_H
#define CORPUS_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "score.h"

/**
 * Score `n` processes, whose family and seed are filled in, with so many workers; shows how
 * far it is if standard error is a terminal.
 *
 * @return false: a worker failed.
 *
 * Threads: main; forks.
 */
bool workers_run(struct outcome *outcomes, size_t n, const struct set *set, unsigned n_workers);

/** Zeroed memory that workers share; NULL. Never freed: it lives as long as the program. */
struct outcome *workers_memory(size_t n);

#endif
