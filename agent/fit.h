/* SPDX-License-Identifier: MIT */
#ifndef PH_FIT_H
#define PH_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "normal.h"
#include "rings.h"

/**
 * A straight line beside other regressors, through few points, robustly: least squares
 * reweighted after Huber (1964), so that a few buckets with garbage in them do not pull it;
 * and how sure its slope is when neighbours in time are alike: the variance is inflated by
 * (1 + r) / (1 - r), r being the lag-1 autocorrelation of the residuals (Bayley and
 * Hammersley 1946), corrected for its bias in short series (Kendall 1954). Pure.
 */
#define PH_FIT_TERMS PH_NORMAL_TERMS

struct ph_design {
    size_t n;                               /* points, at most PH_BUCKETS */
    size_t terms;                           /* columns in use */
    size_t place[PH_BUCKETS];               /* of each point in time: neighbours differ by 1 */
    double y[PH_BUCKETS];
    double x[PH_FIT_TERMS][PH_BUCKETS];     /* by column; x[0] is all ones */
    double quantum;                         /* what y is certain to, at best */
};

struct ph_fit {
    double coefficient[PH_FIT_TERMS];
    double error[PH_FIT_TERMS];             /* standard errors, autocorrelation included */
    double residual[PH_BUCKETS];
    double sigma;                           /* of the residuals, robustly */
    double sum_squares;
    double rho;                             /* autocorrelation taken into account, 0 .. 0.97 */
    double n_eff;                           /* points it leaves */
};

/**
 * @param robustly  false: plain least squares, and no errors: enough to compare designs.
 *
 * @return false if there are too few points, or a column says nothing that the others do not.
 *
 * Threads: any. No allocation.
 */
bool ph_fit(const struct ph_design *design, bool robustly, struct ph_fit *out);

#endif
