/* SPDX-License-Identifier: MIT */
#ifndef PH_LIMITS_H
#define PH_LIMITS_H

#include <stddef.h>

#include "snapshot.h"

/** What the growing numbers of a process may reach at most. NaN: nobody knows one. */
#define PH_LIMITS_HEAPS 128u    /* as many threads as the state shows */

struct ph_limits {
    double memory;              /* of the control group */
    double descriptors;
    size_t n_heaps;
    struct {
        int    thread;
        double bytes;
    } heap[PH_LIMITS_HEAPS];
};

/** Find them in a snapshot. A walk over its containers only. Threads: any. */
void ph_limits_read(const struct ph_snapshot *snapshot, struct ph_limits *out);

/** Of one host thread's heap. Threads: any. */
double ph_limits_heap(const struct ph_limits *limits, int thread);

#endif
