/* SPDX-License-Identifier: MIT */
#ifndef PH_INERTIA_H
#define PH_INERTIA_H

#include <stddef.h>

#include "fit.h"

/**
 * How sure a coefficient is when noise has a memory. Noise that takes hours to go back makes
 * slopes of its own, and a few points do not tell how long it takes; so the coefficient is
 * judged under the likeliest memory, and under each that the points admit. Noise is taken as
 * an autoregression of first order; how well a memory explains what is left is its restricted
 * likelihood (Patterson and Thompson 1971), which is not misled by what the regressors took
 * with them; admitted are those within the 95 % interval around the best. Pure.
 */
struct ph_inertia {
    double likely;      /* the coefficient by its standard error, under the likeliest memory, */
    double least;       /* and where it is least sure of those admitted; both 0: who knows */
};

/** @param fit  of `d`, robustly: outliers are cut to what they weigh there.
 *  Threads: any. No allocation. */
struct ph_inertia ph_inertia_errors(const struct ph_design *d, const struct ph_fit *fit,
                                    size_t column);

#endif
