/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_LOOP_H
#define PH_THREAD_LOOP_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].loop: state, delay, blocks of one thread's event loop at this moment.
 *
 * Threads: tick thread.
 */
void ph_thread_loop(struct ph_thread_scratch *s, struct porthole_thread *t,
                    struct ph_builder *b);

#endif
