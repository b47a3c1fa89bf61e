/* SPDX-License-Identifier: MIT */
#ifndef PH_SUSPECTS_MOVES_H
#define PH_SUSPECTS_MOVES_H

#include "cause.h"
#include "history.h"
#include "judges.h"

/**
 * Find out what a judged series moves with, over the window of its verdict, and note it there.
 *
 * @param look  scratch: too large for a stack.
 *
 * Threads: tick thread. No allocation; some 100 us.
 */
void ph_suspects_find_moves(struct ph_judged *judged, const struct ph_history *history,
                            struct ph_cause_look *look);

#endif
