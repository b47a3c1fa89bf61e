/* SPDX-License-Identifier: MIT */
#ifndef PH_NORMAL_H
#define PH_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

#define PH_NORMAL_TERMS 11u

/**
 * Normal equations, solved by Cholesky's decomposition: with at most eleven columns of
 * comparable size, and 64 points, they are exact enough and cost a microsecond or two. Pure.
 */
struct ph_normal {
    double a[PH_NORMAL_TERMS][PH_NORMAL_TERMS];   /* the lower triangle counts */
};

/** In place. @return false: a column says nothing that the others do not. Threads: any, as
 *  below. */
bool ph_normal_decompose(struct ph_normal *m, size_t n);

/** `v` becomes what it is the product of, by the decomposed equations. */
void ph_normal_solve(const struct ph_normal *m, size_t n, double *v);

#endif
