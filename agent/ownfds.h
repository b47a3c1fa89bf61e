/* SPDX-License-Identifier: MIT */
#ifndef PH_OWNFDS_H
#define PH_OWNFDS_H

#include <stdbool.h>

/**
 * Which sockets of the process are the agent's own, so that it does not accuse itself of
 * having them. Descriptors belong to the process, and so does this set.
 */

/**
 * We have opened `fd`. One of PORTHOLE_FD_LIMIT or more is not remembered, nor ever asked for.
 *
 * Threads: any, as all functions here.
 */
void ph_ownfds_add(int fd);

/** We are about to close it: before, or it may be somebody else's by then. */
void ph_ownfds_drop(int fd);

bool ph_ownfds_has(int fd);

#endif
