/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_BLOCKS_H
#define PH_THREAD_BLOCKS_H

#include "board.h"
#include "snapshot.h"

/** What "blocks" tells of a thread's loop: how many, how long, and with which stacks.
 *  Threads: tick thread. */
void ph_thread_blocks(struct porthole_thread *thread, const struct ph_loop_stamp *stamp,
                      struct ph_builder *builder);

#endif
