/* SPDX-License-Identifier: MIT */
/**
 * `porthole listeners|sockets|handles|gc|heap [TARGET...]`: tables of what leaks, with what
 * has changed since the last look.
 *
 * Threads: one.
 */
#ifndef CMD_COUNTS_H
#define CMD_COUNTS_H

#include "opts.h"

/**
 * Show one page of each target, or its part of the state as JSON; with --watch again and
 * again. `listeners --exact` takes a census of one target instead.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_listeners(const struct opts *opts, char **arguments, int count);
int cmd_sockets(const struct opts *opts, char **arguments, int count);
int cmd_handles(const struct opts *opts, char **arguments, int count);
int cmd_gc(const struct opts *opts, char **arguments, int count);
int cmd_heap(const struct opts *opts, char **arguments, int count);

#endif /* CMD_COUNTS_H */
