/* SPDX-License-Identifier: MIT */
#ifndef PH_SHAPE_H
#define PH_SHAPE_H

#include <stddef.h>

/**
 * From when on something grows: a line, or a line with a bend before which all is flat,
 * compared by the Bayesian information criterion (Schwarz 1978). Pure.
 */
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

/** The criterion of a model that leaves so much, of values certain to `quantum` at best. */
double ph_criterion(double sum_squares, size_t n, double quantum, double parameters);

#endif
