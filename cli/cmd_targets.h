/* SPDX-License-Identifier: MIT */
/**
 * `porthole targets`.
 *
 * Threads: one.
 */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_targets(const struct opts *opts, char **arguments, int count);

#endif /* CMD_TARGETS_H */
