/* SPDX-License-Identifier: MIT */
/**
 * Moments as documents write them, "2026-11-20T23:06:57.906Z", as Unix seconds.
 *
 * Threads: any; no state.
 */
#ifndef INSTANT_H
#define INSTANT_H

#define INSTANT_BYTES 32

/**
 * @return Unix seconds; NaN if `text` is no such moment.
 *
 * Threads: any.
 */
double instant_read(const char *text);

/**
 * Write a moment by strftime()'s `format`, in UTC; "-" for one that is not known.
 *
 * Threads: any.
 */
void instant_text(char out[INSTANT_BYTES], double unix_s, const char *format);

#endif /* INSTANT_H */
