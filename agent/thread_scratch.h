/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_SCRATCH_H
#define PH_THREAD_SCRATCH_H

#include "board.h"
#include "floor.h"
#include "hist.h"

/**
 * Where the parts of a thread's section read the board into: too large for the stack of
 * a small thread. Tick thread only.
 */
struct ph_thread_scratch {
    struct ph_table_view table;
    struct ph_hist_view hist;
    struct ph_floor floor;
    double slopes[PH_FLOOR_PAIRS];
    double http[PORTHOLE_HTTP_CELLS];
};

#endif
