/* SPDX-License-Identifier: MIT */
#ifndef PH_RINGS_H
#define PH_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What one number was over the last ten days, in fixed memory: each second of the last five
 * minutes for the eye, and six levels of 64 buckets for the statistics, each bucket the
 * least, the mean and the greatest. A bucket in which nothing was seen is a gap (NaN).
 *
 * The time is not kept here but once for all numbers that are fed together: ph_timeline.
 * Pure: no clock, no allocation, no lock.
 */
#define PH_LEVELS 6u
#define PH_BUCKETS 64u
#define PH_SECONDS 300u

/** Seconds of a bucket of each level: 15, 60, 300, 1200, 3600, 14400. */
extern const uint32_t ph_level_s[PH_LEVELS];

/** Where time has come to. Zeroed: nowhere yet. Time is in seconds on any clock that does not
 *  go backwards and goes on while the machine is suspended (CLOCK_BOOTTIME). */
struct ph_timeline {
    bool     started;
    uint64_t second;            /* whole seconds */
    uint64_t index[PH_LEVELS];  /* of the bucket that is open: time divided by ph_level_s */
};

struct ph_bucket {
    float min, mean, max;
};

struct ph_open_bucket {
    float    min, max;
    double   sum;
    uint32_t n;
};

struct ph_rings {
    float                 second[PH_SECONDS];             /* at second modulo 300 */
    struct ph_bucket      bucket[PH_LEVELS][PH_BUCKETS];  /* at index modulo 64 */
    struct ph_open_bucket open[PH_LEVELS];
};

/** All gaps. Threads: the owner's, as all below. */
void ph_rings_clear(struct ph_rings *rings);

/**
 * Move on to `now_s`; a time before the last one is taken as the last one.
 *
 * @return a bit per level: that bucket has ended, and ph_rings_move() closes it.
 */
unsigned ph_timeline_move(struct ph_timeline *time, double now_s);

/**
 * Close what has ended between the two; what was skipped becomes gaps. For each of the rings,
 * after each ph_timeline_move() and before ph_rings_add().
 */
void ph_rings_move(struct ph_rings *rings, const struct ph_timeline *before,
                   const struct ph_timeline *now);

/** Note a value; NaN and infinite ones are no value. */
void ph_rings_add(struct ph_rings *rings, const struct ph_timeline *now, double value);

enum ph_part { PH_PART_MIN, PH_PART_MEAN, PH_PART_MAX };

/**
 * Copy the closed buckets of one level, oldest first: out[63] is the one that was closed last,
 * whose index is now->index[level] - 1. Gaps are NaN.
 */
void ph_rings_read(const struct ph_rings *rings, const struct ph_timeline *now, unsigned level,
                   enum ph_part part, double out[PH_BUCKETS]);

#endif
