/* SPDX-License-Identifier: MIT */
/**
 * Whether points rise, and how fast, without an assumption about their noise.
 *
 * A glance at one stretch for one line below a plot; verdicts are agent/verdict.h's.
 *
 * Threads: any; no state.
 */
#ifndef TREND_H
#define TREND_H

#include "points.h"

struct trend {
    double per_s;   /* Theil-Sen; NaN: fewer than TREND_LEAST points */
    double z;       /* of Mann-Kendall's test; above 3 it is hardly chance */
};

#define TREND_LEAST 10u
#define TREND_MOST 320u /* the last so many are looked at */

/**
 * Of the means of all points that are known.
 *
 * Threads: one.
 */
struct trend trend_of(const struct points *points);

#endif /* TREND_H */
