/* SPDX-License-Identifier: MIT */
/**
 * `porthole rules`.
 *
 * Threads: one.
 */
#ifndef CMD_RULES_H
#define CMD_RULES_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_rules(const struct opts *opts, char **arguments, int count);

#endif /* CMD_RULES_H */
