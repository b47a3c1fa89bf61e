/* SPDX-License-Identifier: MIT */
#ifndef PH_RATE_H
#define PH_RATE_H

#include <stdint.h>

#include "clock.h"

/**
 * How fast a counter grew over the last minute, whatever the pace at which it is looked at.
 * 1 KiB; zeroed memory is a counter never seen.
 */
#define PH_RATE_WINDOW_NS (60 * PH_NS_PER_S)
#define PH_RATE_SAMPLES 64 /* kept a second apart: a window and a little */

struct ph_rate {
    struct {
        uint64_t at_ns, value;
    } sample[PH_RATE_SAMPLES];
    uint64_t last;      /* value at the last look, kept as a sample or not */
    unsigned next, n;
};

/**
 * The counter stood at `value` at that time: what is before is forgotten.
 *
 * Threads: the owner's.
 */
void ph_rate_begin(struct ph_rate *rate, uint64_t at_ns, uint64_t value);

/**
 * The counter stands at `value` now: its growth in a second, over the last minute, or since
 * the beginning where that is less, or since the look before where looks are rarer. NaN where
 * there is nothing to compare with: PORTHOLE_UNKNOWN, the first value after it, and a value
 * below the last one (the counter has restarted).
 *
 * Threads: the owner's.
 */
double ph_rate_per_s(struct ph_rate *rate, uint64_t now_ns, uint64_t value);

#endif
