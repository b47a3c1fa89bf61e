/* SPDX-License-Identifier: MIT */
/**
 * `porthole state [TARGET...]` and `porthole get TARGET [PATH]`: what targets say, whole.
 *
 * Threads: one.
 */
#ifndef CMD_STATE_H
#define CMD_STATE_H

#include "opts.h"

/**
 * Print /state of each target: one document, or for several one line each,
 * {"target":NAME,"state":DOCUMENT}.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_state(const struct opts *opts, char **arguments, int count);

/**
 * Print the body at one path of one target, cleaned if stdout is a terminal. The body of
 * an error is printed as well; the exit code is EXITCODE_SOME then.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_get(const struct opts *opts, char **arguments, int count);

#endif /* CMD_STATE_H */
