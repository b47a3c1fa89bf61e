/* SPDX-License-Identifier: MIT */
/**
 * The slope of few points that some garbage does not pull: the median of the slopes of all
 * pairs (Theil 1950), with Sen's interval of 95 % (1968), Var(S) corrected for ties.
 *
 * Threads: any; no state.
 */
#ifndef SEN_H
#define SEN_H

#include <stdbool.h>
#include <stddef.h>

#define SEN_MOST 64     /* points */
#define SEN_LEAST 6

struct sen {
    double slope;       /* per unit of `t` */
    double low, high;
};

/**
 * @param t  strictly rising.
 *
 * @return false, and nothing written, with less than SEN_LEAST points or more than SEN_MOST.
 *
 * Threads: any.
 */
bool sen_fit(const double *t, const double *v, size_t n, struct sen *out);

#endif /* SEN_H */
