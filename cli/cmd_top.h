/* SPDX-License-Identifier: MIT */
/**
 * `porthole top [TARGET...]`: many processes at a glance, again and again.
 *
 * On a terminal a live screen. Plain frames with --once, --count or when stdout is no
 * terminal; with --json one document a line.
 *
 * Threads: one.
 */
#ifndef CMD_TOP_H
#define CMD_TOP_H

#include "opts.h"

/**
 * @return an exitcode: what the last round was like, EXITCODE_FINE after a live screen.
 *
 * Threads: one.
 */
int cmd_top(const struct opts *opts, char **arguments, int count);

#endif /* CMD_TOP_H */
