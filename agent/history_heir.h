/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_HEIR_H
#define PH_HISTORY_HEIR_H

#include <stdbool.h>
#include <stdint.h>

#include "porthole_wire.h"

/**
 * Which of the history files in a run directory is ours to go on with.
 */

/** The checksum a header has to have. Threads: any, as all here. */
uint64_t ph_history_head_sum(const struct porthole_history *head);

/** Is this a whole header of a layout that we can read? */
bool ph_history_head_is_sound(const struct porthole_history *head);

/**
 * Open and lock the file whose owner is dead, or this very process, and which was written
 * last; of the same boot, service, component and time scale as `ours`. At most 4,096 entries
 * are looked at. One that another successor holds is not found; only what is taken is ever
 * locked, so that those who start together do not hide the files from each other.
 *
 * @param theirs  its header.
 * @param name    its name in the directory (40 bytes).
 *
 * @return the descriptor, or -1.
 */
int ph_history_heir_find(const char *run_dir, const struct porthole_history *ours,
                         struct porthole_history *theirs, char *name);

#endif
