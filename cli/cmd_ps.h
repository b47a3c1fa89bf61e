/* SPDX-License-Identifier: MIT */
/**
 * `porthole ps`: the local processes that carry an agent, from their recorder files,
 * without connecting to any.
 *
 * Threads: one.
 */
#ifndef CMD_PS_H
#define CMD_PS_H

#include "opts.h"

/**
 * @return an exitcode; EXITCODE_FINE also if there is no process.
 *
 * Threads: one.
 */
int cmd_ps(const struct opts *opts, char **arguments, int count);

#endif /* CMD_PS_H */
