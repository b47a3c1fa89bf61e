/* SPDX-License-Identifier: MIT */
/**
 * The two encodings of source maps: Base64, and Base64 VLQ, in which a number is a row of
 * digits of five bits, the lowest first, its sign in the lowest bit of the first.
 *
 * Threads: any; no state.
 */
#ifndef VLQ_H
#define VLQ_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read one number from `*at`, which is moved behind it.
 *
 * @return false, nothing moved, if there is none that fits into 32 bits before `end`.
 *
 * Threads: any.
 */
bool vlq_read(const char **at, const char *end, int32_t *value);

/**
 * Append the bytes that `len` characters of Base64 stand for; both alphabets, padding may be
 * missing.
 *
 * @return false if it is no Base64, or the ceiling of `out` was met; what was appended
 *         before stays.
 *
 * Threads: any.
 */
bool vlq_base64(struct buf *out, const char *text, size_t len);

#endif /* VLQ_H */
