/* SPDX-License-Identifier: MIT */
/**
 * porthole diff: what changed between two histograms or two states.
 *
 * Threads: one.
 */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "opts.h"

/**
 * Read or ask for both sides and print the difference.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_diff(const struct opts *opts, char **arguments, int count);

#endif /* CMD_DIFF_H */
