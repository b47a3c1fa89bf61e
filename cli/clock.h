/* SPDX-License-Identifier: MIT */
/**
 * The two clocks.
 *
 * Threads: any.
 */
#ifndef CLOCK_H
#define CLOCK_H

#define CLOCK_TEXT_BYTES 32

/**
 * CLOCK_MONOTONIC in seconds: for intervals and deadlines.
 *
 * Threads: any.
 */
double clock_now_s(void);

/**
 * Write the time of day, UTC: "2026-11-20T23:06:57Z".
 *
 * Threads: any.
 */
void clock_text(char out[CLOCK_TEXT_BYTES]);

#endif /* CLOCK_H */
