/* SPDX-License-Identifier: MIT */
/* Owns the ring of heap minima. The writing half runs in the
 * garbage collector's callbacks and must stay a few plain stores. */
#include "floor.h"

#include <math.h>

#include "clock.h"
#include "sen.h"

#define MINUTE_NS (60 * PH_NS_PER_S)

bool ph_floor_note(struct ph_floor *floor, uint64_t now_ns, uint64_t bytes)
{
    uint64_t minute = now_ns / MINUTE_NS;
    uint64_t *low;

    if (bytes == 0)
        return false;
    if (minute > floor->minute + PH_FLOOR_BUCKETS)
        floor->minute = minute - PH_FLOOR_BUCKETS;
    while (floor->minute < minute)
        floor->low[++floor->minute % PH_FLOOR_BUCKETS] = 0;
    low = &floor->low[floor->minute % PH_FLOOR_BUCKETS];
    if (*low && *low <= bytes)
        return false;
    *low = bytes;
    return true;
}

/* ---- Statistics -------------------------------------------------------------------- */

_Static_assert(PH_FLOOR_BUCKETS <= PH_SEN_MOST, "all of them must fit into a trend");

struct points {
    size_t n;
    double minute[PH_FLOOR_BUCKETS], bytes[PH_FLOOR_BUCKETS];
};

/* Oldest first; minutes from the oldest bucket there could be. */
static void take_points(const struct ph_floor *floor, struct points *out)
{
    out->n = 0;
    for (size_t i = 0; i < PH_FLOOR_BUCKETS; i++) {
        uint64_t low = floor->low[(floor->minute + 1 + i) % PH_FLOOR_BUCKETS];

        if (!low)
            continue;
        out->minute[out->n] = (double)i;
        out->bytes[out->n++] = (double)low;
    }
}

bool ph_floor_trend(const struct ph_floor *floor, double *slopes, struct ph_floor_trend *out)
{
    struct points p;
    struct ph_sen fit;

    take_points(floor, &p);
    if (p.n < PH_FLOOR_LEAST)
        return false;
    ph_sen_fit(p.minute, p.bytes, p.n, slopes, &fit);
    out->samples = p.n;
    out->window_s = (uint64_t)(p.minute[p.n - 1] - p.minute[0] + 1) * 60;
    out->bytes = (uint64_t)fmin(p.bytes[p.n - 1], p.bytes[p.n - 2]);
    out->slope = 60 * fit.slope;
    out->low = 60 * fit.low;
    out->high = 60 * fit.high;
    return true;
}
