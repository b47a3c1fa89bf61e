/* SPDX-License-Identifier: MIT */
/* Owns the robust line through few points: all pairs, and three ranks among them. Who sorts
 * two thousand slopes for those takes ten times as long. */
#include "sen.h"

#include "rank.h"

#include <math.h>
#include <string.h>

#define Z_95 1.959963984540054
#define MOST_R 0.98         /* ten times as wide */
#define PARTS 5             /* of the time, in each of which it has to grow */

/* By insertion: of 64 at most, and qsort() may allocate, on the agent's thread. */
static void sort(double *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double one = a[i];
        size_t at = i;

        for (; at > 0 && a[at - 1] > one; at--)
            a[at] = a[at - 1];
        a[at] = one;
    }
}

static size_t take_slopes(const double *t, const double *v, size_t n, double *slopes)
{
    size_t pairs = 0;

    for (size_t j = 1; j < n; j++)
        for (size_t i = 0; i < j; i++)
            slopes[pairs++] = (v[j] - v[i]) / (t[j] - t[i]);
    return pairs;
}

/* The mean of both in the middle. What is below them comes to stand before slopes[n / 2], what
 * is above behind it. */
static double middle(double *slopes, size_t n)
{
    double above = ph_rank(slopes, n, n / 2), below = above;

    if (n % 2 == 0) {
        below = slopes[0];
        for (size_t i = 1; i < n / 2; i++)
            below = slopes[i] > below ? slopes[i] : below;
    }
    return (below + above) / 2;
}

static double tie_term(double n)
{
    return n * (n - 1) * (2 * n + 5);
}

/* Kendall's Var(S). */
static double variance_of_s(const double *v, size_t n)
{
    double sorted[PH_SEN_MOST];
    double sum = tie_term((double)n);

    memcpy(sorted, v, n * sizeof *v);
    sort(sorted, n);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end] == sorted[i];)
            end++;
        sum -= tie_term((double)(end - i));
    }
    return sum / 18;
}

/* The interval: the slopes at Sen's ranks (N - C) / 2 and (N + C) / 2 + 1, counted from one. */
void ph_sen_fit(const double *t, const double *v, size_t n, double *slopes, struct ph_sen *out)
{
    size_t pairs = take_slopes(t, v, n, slopes), half = pairs / 2;
    double reach = Z_95 * sqrt(variance_of_s(v, n));
    double low = fmax(round(((double)pairs - reach) / 2) - 1, 0);
    double high = fmin(round(((double)pairs + reach) / 2), (double)pairs - 1);

    out->slope = middle(slopes, pairs);
    out->low = ph_rank(slopes, half + 1, (size_t)low);
    out->high = ph_rank(slopes + half, pairs - half, (size_t)high - half);
}

/* ---- Points that hang together ----------------------------------------------------- */

/* Of neighbours, in what a line through the points leaves; 0 if it leaves nothing. */
static double autocorrelation(const double *t, const double *v, size_t n, double slope)
{
    double rest[PH_SEN_MOST], mean = 0, all = 0, shared = 0;

    for (size_t i = 0; i < n; i++) {
        rest[i] = (v[i] - v[0]) - slope * (t[i] - t[0]);
        mean += rest[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        rest[i] -= mean;
        all += rest[i] * rest[i];
        if (i)
            shared += rest[i] * rest[i - 1];
    }
    return all > 0 ? shared / all : 0;
}

/* A fitted line takes along what neighbours share: by (2 + 4r) / n (Kendall 1954), and by some
 * more near to a random walk; what is put back here was found by trying (unit tests). */
static double corrected(double r, size_t n)
{
    return r > 0 ? fmin(r + (4 + 4 * r) / (double)n, MOST_R) : 0;
}

static double slowest_part(const double *t, const double *v, size_t n, double *slopes)
{
    size_t parts = n / 2 < PARTS ? n / 2 : PARTS;
    double slowest = INFINITY;

    for (size_t p = 0; p < parts; p++) {
        size_t from = p * n / parts, count = (p + 1) * n / parts - from;
        size_t pairs = take_slopes(t + from, v + from, count, slopes);

        slowest = fmin(slowest, middle(slopes, pairs));
    }
    return slowest;
}

bool ph_sen_judge(const double *t, const double *v, size_t n, double *slopes,
                  struct ph_sen *out)
{
    double r, wider;

    if (n < PH_SEN_LEAST || n > PH_SEN_MOST)
        return false;
    ph_sen_fit(t, v, n, slopes, out);
    r = autocorrelation(t, v, n, out->slope);
    wider = sqrt((1 + corrected(r, n)) / (1 - corrected(r, n)));
    out->low = out->slope - wider * (out->slope - out->low);
    out->high = out->slope + wider * (out->high - out->slope);
    if (r > 2 / sqrt((double)n))
        out->low = fmin(out->low, slowest_part(t, v, n, slopes));
    return true;
}
