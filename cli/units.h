/* SPDX-License-Identifier: MIT */
/**
 * Numbers for people, and durations from them.
 *
 * Every units_* writer takes a double so that NaN can say "unknown"; it is shown as "-".
 * All results fit into UNITS_BYTES with their NUL.
 *
 * Threads: any; no state.
 */
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>

#define UNITS_BYTES 16

/**
 * Bytes in at most 5 columns, powers of 1024: "0", "812", "9.8K", "412M", "1.2G".
 *
 * Threads: any.
 */
void units_bytes(char out[UNITS_BYTES], double bytes);

/**
 * A count in at most 5 columns, powers of 1000: "0", "812", "81234", "123k", "1.2M".
 *
 * Threads: any.
 */
void units_count(char out[UNITS_BYTES], double count);

/**
 * Seconds in at most 5 columns: "0s", "86s", "4m05s", "14m", "4h05m", "12h", "3d04h",
 * "120d".
 *
 * Threads: any.
 */
void units_age(char out[UNITS_BYTES], double seconds);

/**
 * Milliseconds in at most 6 columns, no unit below a second: "0.3", "12.4", "812",
 * "1.2s", "14s", "14m".
 *
 * Threads: any.
 */
void units_ms(char out[UNITS_BYTES], double ms);

/**
 * A change per minute with its sign, at most 6 columns: "0", "+0.4", "+12", "-3".
 *
 * Threads: any.
 */
void units_change(char out[UNITS_BYTES], double per_minute);

/**
 * Parse `2`, `2s`, `500ms`, `5m`, `1.5h` or `1d`; a bare number is seconds.
 *
 * @return false, `*ms` untouched, unless the whole text is a duration from 1 ms to 365
 *         days.
 *
 * Threads: any.
 */
bool units_parse_duration(const char *text, double *ms);

/**
 * Parse a number from 1 on, "400", "1.5" or with K, M, G or T (powers of 1024) behind it.
 *
 * @return false, `*value` untouched, if it is none.
 *
 * Threads: any.
 */
bool units_parse_amount(const char *text, double *value);

/**
 * Parse an integer from `least` to `most`, decimal, no sign, no spaces.
 *
 * @return false, `*value` untouched, if it is none.
 *
 * Threads: any.
 */
bool units_parse_count(const char *text, unsigned least, unsigned most, unsigned *value);

#endif /* UNITS_H */
