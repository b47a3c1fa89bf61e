/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_TABLES_H
#define CORPUS_TABLES_H

#include <stddef.h>

#include "score.h"

/** Markdown on standard output. Threads: main, all below. */

/** One row per family. */
void tables_families(const struct outcome *outcomes, size_t n);

/** One row per kind, traffic and rate of leaks. */
void tables_rates(const struct outcome *outcomes, size_t n);

/** Each process that was not told as it is: where, when, and by what. */
void tables_failures(const struct outcome *outcomes, size_t n);

#endif
