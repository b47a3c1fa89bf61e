/* SPDX-License-Identifier: MIT */
/**
 * `porthole objects [TYPE[:ID]] [TARGET...]`: the application's own objects.
 *
 * Threads: one.
 */
#ifndef CMD_OBJECTS_H
#define CMD_OBJECTS_H

#include "opts.h"

/**
 * @return an exitcode; EXITCODE_SOME as well if nobody has the one object asked for.
 *
 * Threads: one.
 */
int cmd_objects(const struct opts *opts, char **arguments, int count);

#endif /* CMD_OBJECTS_H */
