/* SPDX-License-Identifier: MIT */
/**
 * The suspects of a fleet, worst first, once or again and again.
 *
 * Threads: one.
 */
#ifndef SUSPECTS_H
#define SUSPECTS_H

#include "opts.h"

/**
 * @return an exitcode: EXITCODE_NONE if no target answered, else EXITCODE_RULE if anything has
 *         a grade, else EXITCODE_SOME if some failed.
 *
 * Threads: one.
 */
int suspects(const struct opts *opts, char **arguments, int count);

#endif /* SUSPECTS_H */
