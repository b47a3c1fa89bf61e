/* SPDX-License-Identifier: MIT */
/**
 * `porthole links TYPE:ID [TARGET...]`: what an object points to and what points to it, across
 * processes.
 *
 * Threads: one.
 */
#ifndef CMD_LINKS_H
#define CMD_LINKS_H

#include "opts.h"

/**
 * @return an exitcode; EXITCODE_SOME as well if nobody knows the object.
 *
 * Threads: one.
 */
int cmd_links(const struct opts *opts, char **arguments, int count);

#endif /* CMD_LINKS_H */
