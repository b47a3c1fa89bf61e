/* SPDX-License-Identifier: MIT */
#ifndef PH_HEADROOM_H
#define PH_HEADROOM_H

#include <stdint.h>

/** What a heap snapshot of a heap of this size will cost, by measurement. */
struct ph_snapshot_estimate {
    double loop_s;         /* for so long the loop stands still */
    uint64_t memory_bytes; /* the process grows by so much meanwhile */
    uint64_t file_bytes;
};

/** Pure arithmetic. Threads: any. */
void ph_snapshot_estimate(uint64_t heap_used_bytes, struct ph_snapshot_estimate *out);

/** Memory this process may still take before the control group's limit, or the machine, ends
 *  it; PORTHOLE_UNKNOWN if the system does not say. Reads three small files. Threads: any of
 *  ours. */
uint64_t ph_headroom_bytes(void);

#endif
