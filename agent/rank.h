/* SPDX-License-Identifier: MIT */
#ifndef PH_RANK_H
#define PH_RANK_H

#include <stddef.h>

/**
 * The k-th smallest of v[0 .. n-1], counted from 0: what sorting would put there, for the
 * price of a few passes and without the memory that qsort() may take. Pure.
 *
 * @param v  gets another order: none before v[k] is greater, none behind it less. With a NaN
 *           among them it ends as well, and any of them comes out.
 * @param k  less than n.
 *
 * Threads: any. No allocation.
 */
double ph_rank(double *v, size_t n, size_t k);

#endif
