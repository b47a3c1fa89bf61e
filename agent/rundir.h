/* SPDX-License-Identifier: MIT */
#ifndef PH_RUNDIR_H
#define PH_RUNDIR_H

#include <stdbool.h>
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

#define PH_RUNDIR_KEPT_DEAD 16              /* processes */
#define PH_RUNDIR_KEPT_S (7 * 24 * 60 * 60) /* since the last of it was written */
#define PH_RUNDIR_KEPT_BYTES (64u << 20)    /* in all */

/**
 * Remove what dead processes left: sockets nobody listens on, files they were about to
 * write, and their evidence (recorder file, history and captured files together) but that of
 * those who wrote last, within the three limits above. Of the histories of one service only
 * the newest stays for longer than ten minutes. A process whose recorder file was written
 * in the last two minutes is not dead. At most 4,096 directory entries are looked at.
 *
 * A directory that was removed is made again. False, and nothing is touched, if there is
 * none that ph_rundir_open() would take.
 *
 * Threads: tick thread.
 */
bool ph_rundir_sweep(const char *path);

#endif
