/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_FIGURES_H
#define CORPUS_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "score.h"

/**
 * The figures of the whole corpus, each beside its goal: markdown on standard output.
 *
 * @return false: one of the floors of --quick was missed (said on standard error).
 *
 * Threads: main.
 */
bool figures_print(const struct outcome *outcomes, size_t n, bool assert_floors);

#endif
