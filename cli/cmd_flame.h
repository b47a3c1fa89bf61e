/* SPDX-License-Identifier: MIT */
/**
 * porthole flame: a profile as one HTML page.
 *
 * Threads: one.
 */
#ifndef CMD_FLAME_H
#define CMD_FLAME_H

#include "opts.h"

/**
 * Take a profile or read the file of one, and write the page.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_flame(const struct opts *opts, char **arguments, int count);

#endif /* CMD_FLAME_H */
