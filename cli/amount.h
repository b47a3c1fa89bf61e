/* SPDX-License-Identifier: MIT */
/**
 * Figures appended to a line: units.h with a buffer, and the changes beside them.
 *
 * What is not known (NaN) is "-", never 0. A change that is infinite is that of a row which
 * was not there before: "new".
 *
 * Threads: any; no state.
 */
#ifndef AMOUNT_H
#define AMOUNT_H

#include "buf.h"

/**
 * Append a count, bytes, an age in seconds, or milliseconds with their unit.
 *
 * Threads: any.
 */
void amount_count(struct buf *out, double count);
void amount_bytes(struct buf *out, double bytes);
void amount_age(struct buf *out, double seconds);
void amount_ms(struct buf *out, double ms);

/**
 * Append a count whole, in groups of three digits: "1,240".
 *
 * Threads: any.
 */
void amount_grouped(struct buf *out, double count);

/**
 * Append a change with its sign: "+12", "-1.2M", "0".
 *
 * Threads: any.
 */
void amount_change(struct buf *out, double change);
void amount_change_bytes(struct buf *out, double change);

/**
 * Append a rate per second in at most 5 columns: "0.4", "12", "1.2k".
 *
 * Threads: any.
 */
void amount_rate(struct buf *out, double per_second);

/* Bytes as a sentence has them: one unit for all figures of a clause. */
struct amount_unit {
    const char *name; /* "MB" */
    double bytes;
};

/**
 * The largest unit, in powers of 1024, of which `bytes` (its sign aside) is at least one.
 *
 * Threads: any.
 */
struct amount_unit amount_unit_of(double bytes);

#endif /* AMOUNT_H */
