/* SPDX-License-Identifier: MIT */
/**
 * `porthole check`.
 *
 * Threads: one.
 */
#ifndef CMD_CHECK_H
#define CMD_CHECK_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_check(const struct opts *opts, char **arguments, int count);

#endif /* CMD_CHECK_H */
