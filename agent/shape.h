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

struct ph_shape {
    bool   stepwise;
    size_t since;       /* the point from which it grows; 0: all along */
    double slope;       /* from there on, and its standard error */
    double error;
};

/** `n` at most PH_BUCKETS; x rises; up to `most` steps are looked for in `raw`: y, and what
 *  else has been taken off it. Threads: any. No allocation. */
void ph_shape_of(const double *x, const double *y, const double *raw, size_t n, size_t most,
                 double quantum, struct ph_shape *out);

#endif
