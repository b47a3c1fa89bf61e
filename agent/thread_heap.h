/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_HEAP_H
#define PH_THREAD_HEAP_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].heap; null if the host never published it.
 *
 * Threads: tick thread.
 */
void ph_thread_heap(struct ph_thread_scratch *s, const struct porthole_thread *t,
                    struct ph_builder *b);

#endif
