/* SPDX-License-Identifier: MIT */
#ifndef PH_SEN_H
#define PH_SEN_H

#include <stdbool.h>
#include <stddef.h>

/**
 * The slope of few points that some garbage does not pull: the median of the slopes of all
 * pairs (Theil 1950), with Sen's interval of 95 % (1968), Var(S) corrected for ties. What the
 * points are is not its business. Pure.
 */
#define PH_SEN_MOST 64u     /* points */
#define PH_SEN_PAIRS (PH_SEN_MOST * (PH_SEN_MOST - 1) / 2)
#define PH_SEN_LEAST 6u     /* of ph_sen_judge() */

struct ph_sen {
    double slope;           /* per unit of `t` */
    double low, high;
};

/**
 * The interval is that of points which know nothing of each other.
 *
 * @param t       strictly rising.
 * @param n       2 .. PH_SEN_MOST.
 * @param slopes  room for PH_SEN_PAIRS.
 *
 * Threads: any; no state. No allocation.
 */
void ph_sen_fit(const double *t, const double *v, size_t n, double *slopes, struct ph_sen *out);

/**
 * The same for points that may hang together, as those of a process do: a random walk or half
 * a wave looks like a slope. The interval is widened by what the residuals remember of each
 * other, sqrt((1 + r) / (1 - r)), r being the autocorrelation of neighbours, corrected for
 * what a fit to few points takes from it. Where r is more than chance, `low` is also not more
 * than the slope in the slowest fifth of the time: what grows by itself grows all the time.
 *
 * @return false, and nothing written, with less than PH_SEN_LEAST points or more than
 *         PH_SEN_MOST.
 *
 * Threads: any; no state. No allocation.
 */
bool ph_sen_judge(const double *t, const double *v, size_t n, double *slopes,
                  struct ph_sen *out);

#endif
