/* SPDX-License-Identifier: MIT */
/**
 * porthole profile: a CPU or heap profile of one thread, kept as a file.
 *
 * Threads: one.
 */
#ifndef CMD_PROFILE_H
#define CMD_PROFILE_H

#include "opts.h"

/**
 * Ask for the profile, write the file, print the hottest functions.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_profile(const struct opts *opts, char **arguments, int count);

#endif /* CMD_PROFILE_H */
