/* SPDX-License-Identifier: MIT */
#ifndef PH_SHAPE_H
#define PH_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * How something grows: all along, from some point on, or in a few steps. Three models of the
 * same points, compared by the Bayesian information criterion: a line, a line with a bend
 * before which all is flat, and up to six steps (found exactly, by dynamic programming:
 * Bellman 1961). Pure.
 */
#define PH_SHAPE_STEPS 6u

struct ph_bend {
    size_t since;       /* the point from which it grows; 0: all along */
    double slope;       /* from there on, and its standard error */
    double error;
    double sum_squares; /* that are left, and what the criterion says */
    double criterion;
};

/** `n` at most PH_BUCKETS; x rises. Threads: any. No allocation, as below. */
void ph_shape_bend(const double *x, const double *y, size_t n, double quantum,
                   struct ph_bend *out);

/** Do up to `most` steps fit `y` far better than that line fits its own? Threads: any. */
bool ph_shape_has_steps(const struct ph_bend *line, const double *y, size_t n, size_t most,
                        double quantum);

#endif
