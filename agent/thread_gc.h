/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_GC_H
#define PH_THREAD_GC_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].gc; null if the host never published a heap or a collection.
 *
 * Threads: tick thread.
 */
void ph_thread_gc(struct ph_thread_scratch *s, struct porthole_thread *t, struct ph_builder *b);

#endif
