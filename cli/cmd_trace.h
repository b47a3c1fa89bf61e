/* SPDX-License-Identifier: MIT */
/**
 * `porthole trace listeners|sockets TARGET`: who adds what is not removed.
 *
 * Threads: one.
 */
#ifndef CMD_TRACE_H
#define CMD_TRACE_H

#include "opts.h"

/**
 * Have one target traced for a while, and show who added what is still alive.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_trace(const struct opts *opts, char **arguments, int count);

#endif /* CMD_TRACE_H */
