/* SPDX-License-Identifier: MIT */
/**
 * `porthole suspects`: what grows for good, in processes or in recorded numbers.
 *
 * Threads: one.
 */
#ifndef CMD_SUSPECTS_H
#define CMD_SUSPECTS_H

#include "opts.h"

/**
 * Show what `arguments` name, or what --series names.
 *
 * @return an exitcode; EXITCODE_RULE if something has a grade.
 *
 * Threads: one.
 */
int cmd_suspects(const struct opts *opts, char **arguments, int count);

#endif /* CMD_SUSPECTS_H */
