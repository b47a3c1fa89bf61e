/* SPDX-License-Identifier: MIT */
/**
 * `porthole watch`.
 *
 * Threads: one.
 */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_watch(const struct opts *opts, char **arguments, int count);

#endif /* CMD_WATCH_H */
