/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_LISTENERS_H
#define PH_THREAD_LISTENERS_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].listeners; null if the host never published them.
 *
 * Threads: tick thread.
 */
void ph_thread_listeners(struct ph_thread_scratch *s, const struct porthole_thread *t,
                         struct ph_builder *b);

#endif
