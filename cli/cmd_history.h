/* SPDX-License-Identifier: MIT */
/**
 * `porthole history`: what an agent remembers of its numbers.
 *
 * Threads: one.
 */
#ifndef CMD_HISTORY_H
#define CMD_HISTORY_H

#include "opts.h"

/**
 * List the series of a target, or draw one.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_history(const struct opts *opts, char **arguments, int count);

#endif /* CMD_HISTORY_H */
