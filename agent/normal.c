/* SPDX-License-Identifier: MIT */
#include "normal.h"

#include <math.h>

#define COLLINEAR 1e-6    /* of a column's own square: nothing left */

bool ph_normal_decompose(struct ph_normal *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double whole = m->a[i][i];

        for (size_t j = 0; j <= i; j++) {
            double sum = m->a[i][j];

            for (size_t k = 0; k < j; k++)
                sum -= m->a[i][k] * m->a[j][k];
            if (i != j)
                m->a[i][j] = sum / m->a[j][j];
            else if (!(sum > COLLINEAR * whole))
                return false;
            else
                m->a[i][i] = sqrt(sum);
        }
    }
    return true;
}

void ph_normal_solve(const struct ph_normal *m, size_t n, double *v)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            v[i] -= m->a[i][k] * v[k];
        v[i] /= m->a[i][i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            v[i] -= m->a[k][i] * v[k];
        v[i] /= m->a[i][i];
    }
}
