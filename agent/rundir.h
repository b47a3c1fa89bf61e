/* SPDX-License-Identifier: MIT */
#ifndef PH_RUNDIR_H
#define PH_RUNDIR_H

#include <stddef.h>

#include "porthole.h"

#define PH_RUNDIR_BYTES 96 /* the path of a unix socket has 108 in all */

/**
 * Make sure there is a private run directory (see porthole_wire.h) and write its path to
 * `path` (PH_RUNDIR_BYTES).
 *
 * @param configured  a directory to use instead, or NULL; created if its parent exists.
 *
 * @return PORTHOLE_OK; _ESYSTEM if it cannot be made, is not ours alone, or does not lie
 *         in memory (a page write to a disk could stall the host).
 *
 * Threads: the thread that starts the agent.
 */
enum porthole_status ph_rundir_open(const char *configured, char *path, porthole_error *err);

#define PH_RUNDIR_KEPT_DEAD 16

/**
 * Remove what dead processes left: sockets nobody listens on, and all but the newest
 * PH_RUNDIR_KEPT_DEAD of recorder files nobody has written to for two minutes. At most
 * 4,096 directory entries are looked at.
 *
 * Threads: tick thread.
 */
void ph_rundir_sweep(const char *path);

#endif
