/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_COUNTS_H
#define PH_THREAD_COUNTS_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].handles and .resources; null if the host never published them.
 *
 * Threads: tick thread.
 */
void ph_thread_handles(struct ph_thread_scratch *s, const struct porthole_thread *t,
                       struct ph_builder *b);
void ph_thread_resources(struct ph_thread_scratch *s, const struct porthole_thread *t,
                         struct ph_builder *b);

#endif
