/* SPDX-License-Identifier: MIT */
#ifndef PH_CLOCK_H
#define PH_CLOCK_H

#include <stdint.h>

#define PH_NS_PER_MS UINT64_C(1000000)
#define PH_NS_PER_S UINT64_C(1000000000)

#define PH_ISO_BYTES sizeof("2026-11-20T23:06:57.906Z")

/**
 * CLOCK_MONOTONIC in nanoseconds; the only clock deadlines and ages are computed from.
 *
 * Threads: any.
 */
uint64_t ph_clock_ns(void);

/**
 * CLOCK_BOOTTIME in nanoseconds: as ph_clock_ns(), but it goes on while the machine is
 * suspended, and all processes of the machine share it.
 *
 * Threads: any.
 */
uint64_t ph_clock_boot_ns(void);

/**
 * Wall-clock time in nanoseconds since 1970, for display only.
 *
 * Threads: any.
 */
uint64_t ph_clock_unix_ns(void);

/**
 * CPU time of the calling thread in nanoseconds.
 *
 * Threads: any.
 */
uint64_t ph_clock_thread_cpu_ns(void);

/** Nanoseconds as milliseconds. Threads: any. */
double ph_clock_ms(uint64_t ns);

/**
 * Write `unix_ns` as an ISO 8601 UTC time with milliseconds. `out` has PH_ISO_BYTES.
 * Returns `out`.
 *
 * Threads: any.
 */
const char *ph_clock_iso(uint64_t unix_ns, char *out);

/**
 * The first gmtime_r() of a process reads TZ from the environment. Let that happen now, on
 * the thread of the host that changes the environment, and not on ours while it does so.
 *
 * Threads: the thread that starts the agent.
 */
void ph_clock_settle_time_zone(void);

#endif
