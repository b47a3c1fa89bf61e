/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_FIGURES_H
#define CORPUS_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "score.h"

/**
 * The figures of the whole corpus, each beside its goal: markdown on standard output; or, to
 * assert floors that are far from the goals, lines of TAP instead.
 *
 * @return false: a floor was missed.
 *
 * Threads: main.
 */
bool figures_print(const struct outcome *outcomes, size_t n, bool assert_floors);

#endif
