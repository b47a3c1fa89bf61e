/* SPDX-License-Identifier: MIT */
/**
 * porthole snapshot: a heap snapshot, streamed into a file.
 *
 * Threads: one.
 */
#ifndef CMD_SNAPSHOT_H
#define CMD_SNAPSHOT_H

#include "opts.h"

/**
 * Say what it will cost, ask where there is somebody to ask, and take it.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_snapshot(const struct opts *opts, char **arguments, int count);

#endif /* CMD_SNAPSHOT_H */
