/* SPDX-License-Identifier: MIT */
/**
 * `porthole dead PID|FILE`: the last words of a process, from its recorder file.
 *
 * Threads: one.
 */
#ifndef CMD_DEAD_H
#define CMD_DEAD_H

#include "opts.h"

/**
 * Print what a process that is gone, stopped or silent wrote last, as a page or as the
 * document itself. Connects to nothing.
 *
 * @return an exitcode; EXITCODE_NONE if there is no file that can be read.
 *
 * Threads: one.
 */
int cmd_dead(const struct opts *opts, char **arguments, int count);

#endif /* CMD_DEAD_H */
