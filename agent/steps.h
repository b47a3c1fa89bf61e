/* SPDX-License-Identifier: MIT */
#ifndef PH_STEPS_H
#define PH_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "rings.h"
#include "shape.h"

/**
 * Does something grow in a few steps rather than all along? The steps are found exactly, by
 * dynamic programming (Bellman 1961), and together with what goes on beside them: regressors
 * that were fitted beside a line take part of the steps with them. Pure.
 */
#define PH_STEPS 6u

struct ph_stairs {
    size_t n;                           /* points, at most PH_BUCKETS */
    size_t most;                        /* steps that are still few, at most PH_STEPS */
    double quantum;
    const double *y;
    const double *start;                /* y as it may be without what is beside */
    size_t n_beside;
    const double (*beside)[PH_BUCKETS]; /* regressors */
};

/** Do steps leave far less than `line`? Threads: any. No allocation. */
bool ph_steps_fit_better(const struct ph_stairs *stairs, const struct ph_bend *line);

#endif
