/* SPDX-License-Identifier: MIT */
#ifndef PH_PACE_H
#define PH_PACE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * How often a reading may be taken whose cost depends on the host: never more than a
 * share of the time, whatever it turns out to cost. A reading that is not due is
 * repeated from memory.
 */
struct ph_pace {
    uint64_t due_ns;
    uint64_t taken_ns;  /* when the value in memory was read; 0 = never */
};

/** Threads: the owner's. */
bool ph_pace_due(const struct ph_pace *pace, uint64_t now_ns);

/**
 * All readings of the process rest so many times shorter: where the history's clock runs faster
 * for a test (porthole_config.test_time_scale), a number that stood still for ten seconds would
 * have stood still for hours. 1 is as it should be.
 *
 * Threads: any.
 */
void ph_pace_hasten(unsigned times);

/**
 * The reading that began at `now_ns` took `cost_ns`: rest `times` as long, at least
 * `least_ns`.
 *
 * Threads: the owner's.
 */
void ph_pace_done(struct ph_pace *pace, uint64_t now_ns, uint64_t cost_ns, uint64_t times,
                  uint64_t least_ns);

#endif
