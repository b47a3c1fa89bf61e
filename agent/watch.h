/* SPDX-License-Identifier: MIT */
#ifndef PH_WATCH_H
#define PH_WATCH_H

#include <stdint.h>

#include "board.h"

/**
 * Watches all loops for blocks, and has the stack taken of each while it lasts. Asks for
 * nothing but a look at the clock as long as no loop is blocked.
 *
 * A loop that was idle at one look cannot be blocked before a threshold has passed; one
 * that was busy, not before the rest of it. Looking again exactly then finds every block
 * at the moment it becomes one, with one or two looks per threshold.
 *
 * @return when to look again (CLOCK_MONOTONIC); UINT64_MAX if there is no loop.
 *
 * Threads: tick thread.
 */
uint64_t ph_watch_run(struct ph_board *board, uint64_t now_ns);

#endif
