/* SPDX-License-Identifier: MIT */
/**
 * `porthole listeners --exact TARGET`: all emitters and listeners of a thread, counted. The
 * loop stands still meanwhile; for how long is said before.
 *
 * Threads: one.
 */
#ifndef CENSUS_H
#define CENSUS_H

#include "opts.h"

/**
 * Ask what it costs, say so, and take it if that is agreed.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int census(const struct opts *opts, char *word);

#endif /* CENSUS_H */
