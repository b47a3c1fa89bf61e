/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_CLOCK_H
#define PH_HISTORY_CLOCK_H

/**
 * The clock of the rings: CLOCK_BOOTTIME in seconds, so that a machine that was suspended has
 * a gap and a clock that was set has none. For tests it may run faster from its origin on
 * (porthole_config.test_time_scale); a successor goes on with its predecessor's origin.
 */
struct ph_history_clock {
    double origin_s;            /* immutable after start, as below */
    double scale;               /* 1: as it is */
};

/** From now on. Threads: the thread that starts the agent. */
void ph_history_clock_init(struct ph_history_clock *clock, double scale);

/** Where the rings' clock stands. Threads: any. */
double ph_history_clock_s(const struct ph_history_clock *clock);

/** What to add to a time of the rings' clock for seconds since 1970, as the wall clock is set
 *  at this moment. Threads: any. */
double ph_history_clock_unix_offset_s(void);

#endif
