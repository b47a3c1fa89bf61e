/* SPDX-License-Identifier: MIT */
#ifndef PH_FLOOR_H
#define PH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The floor of the heap: per minute the least that was in use right after a full collection.
 * Single readings carry floating garbage (54 MB after a natural collection against 7.8 MB
 * after a forced one, research gc-and-leaks.md 1.6); the minimum over a minute does so far
 * less, and is what a leak lifts.
 */
#define PH_FLOOR_BUCKETS 64 /* minutes */
#define PH_FLOOR_LEAST 4    /* buckets with a reading, before a trend is told */
#define PH_FLOOR_PAIRS (PH_FLOOR_BUCKETS * (PH_FLOOR_BUCKETS - 1) / 2)

/* Words of a cell. Zeroed memory is empty. */
struct ph_floor {
    uint64_t minute;                /* of the newest bucket, by the monotonic clock */
    uint64_t low[PH_FLOOR_BUCKETS]; /* bucket of minute m at m modulo 64; 0: no reading */
};

/**
 * The heap held `bytes` right after a full collection.
 *
 * @return false if nothing has changed by it: there has been less in this minute.
 *
 * Threads: the one writer, also inside a collector callback: plain stores.
 */
bool ph_floor_note(struct ph_floor *floor, uint64_t now_ns, uint64_t bytes);

struct ph_floor_trend {
    size_t   samples;       /* buckets with a reading */
    uint64_t window_s;      /* from the beginning of the first to the end of the last */
    uint64_t bytes;         /* the lower one of the last two */
    double   slope;         /* bytes an hour: median of the slopes of all pairs (Theil-Sen) */
    double   low, high;     /* its 95 % interval (Sen 1968), Var(S) corrected for ties */
};

/**
 * Where the floor is and where it goes.
 *
 * @param slopes  room for PH_FLOOR_PAIRS.
 *
 * @return false, and nothing written, below PH_FLOOR_LEAST buckets.
 *
 * Threads: any; all of it belongs to the caller. May allocate 16 KiB for sorting; 0.2 ms.
 */
bool ph_floor_trend(const struct ph_floor *floor, double *slopes, struct ph_floor_trend *out);

#endif
