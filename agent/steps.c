/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fit.h"

#define FAR_BETTER 0.4  /* noise with a memory looks like steps a little */
#define TURNS 3u        /* steps and regressors by turns: they settle at once or not at all */

struct sums {
    double y[PH_BUCKETS + 1], yy[PH_BUCKETS + 1];
};

struct walk {
    double  reach[PH_BUCKETS + 1];              /* of the first `to` points, with k steps */
    uint8_t from[PH_STEPS + 1][PH_BUCKETS + 1]; /* where the last of them began */
    double  least[PH_STEPS + 1];
};

/* Of points [from, to) around their mean. */
static double scatter(const struct sums *s, size_t from, size_t to)
{
    double y = s->y[to] - s->y[from];

    return s->yy[to] - s->yy[from] - y * y / (double)(to - from);
}

static void add_step(const struct sums *s, size_t n, size_t k, struct walk *w)
{
    for (size_t to = n; to > k; to--) { /* downwards: reach[from] is of k - 1 still */
        double best = INFINITY;

        for (size_t from = k; from < to; from++) {
            double sum = w->reach[from] + scatter(s, from, to);

            if (sum < best) {
                best = sum;
                w->from[k][to] = (uint8_t)from;
            }
        }
        w->reach[to] = best;
    }
    w->least[k] = fmax(0, w->reach[n]);
}

/* least[k]: the sum of squares around k + 1 means, at best. */
static void walk_steps(const double *y, size_t n, size_t most, struct walk *w)
{
    struct sums s = { { 0 }, { 0 } };

    memset(w, 0, sizeof *w);
    for (size_t i = 0; i < n; i++) {
        double v = y[i] - y[0];

        s.y[i + 1] = s.y[i] + v;
        s.yy[i + 1] = s.yy[i] + v * v;
    }
    for (size_t to = 1; to <= n; to++)
        w->reach[to] = scatter(&s, 0, to);
    w->least[0] = w->reach[n];
    for (size_t k = 1; k <= most; k++)
        add_step(&s, n, k, w);
}

/* Without the mean of each stretch between two steps. */
static void level_out(const struct walk *w, size_t n, size_t most, const double *v, double *out)
{
    size_t to = n;

    for (size_t k = most;; k--) {
        size_t from = k ? w->from[k][to] : 0;
        double mean = 0;

        for (size_t i = from; i < to; i++)
            mean += v[i] / (double)(to - from);
        for (size_t i = from; i < to; i++)
            out[i] = v[i] - mean;
        to = from;
        if (k == 0)
            return;
    }
}

/* What goes on beside the steps of the walk is taken off y. */
static bool take_off(const struct ph_stairs *s, const struct walk *w, double *rest)
{
    struct ph_design d = { .n = s->n, .terms = s->n_beside, .quantum = s->quantum };
    struct ph_fit fit;

    level_out(w, s->n, s->most, s->y, d.y);
    for (size_t c = 0; c < s->n_beside; c++)
        level_out(w, s->n, s->most, s->beside[c], d.x[c]);
    if (!ph_fit(&d, false, &fit))
        return false;
    for (size_t i = 0; i < s->n; i++) {
        rest[i] = s->y[i];
        for (size_t c = 0; c < s->n_beside; c++)
            rest[i] -= fit.coefficient[c] * s->beside[c][i];
    }
    return true;
}

static bool is_better(const struct ph_stairs *s, const struct walk *w,
                      const struct ph_bend *line)
{
    double best = INFINITY;

    for (size_t k = 1; k <= s->most; k++)
        best = fmin(best, ph_criterion(w->least[k], s->n, s->quantum,
                                       (double)(2 * k + 1 + s->n_beside)));
    return best < line->criterion && w->least[s->most] < FAR_BETTER * line->sum_squares;
}

static bool is_better_from(const struct ph_stairs *s, const double *start,
                           const struct ph_bend *line)
{
    double rest[PH_BUCKETS];
    struct walk w;

    walk_steps(start, s->n, s->most, &w);
    for (unsigned turn = 0; turn < TURNS && s->n_beside; turn++) {
        if (!take_off(s, &w, rest))
            return false;
        walk_steps(rest, s->n, s->most, &w);
        if (is_better(s, &w, line))
            return true;
    }
    return s->n_beside == 0 && is_better(s, &w, line);
}

bool ph_steps_fit_better(const struct ph_stairs *s, const struct ph_bend *line)
{
    return is_better_from(s, s->y, line) || (s->n_beside && is_better_from(s, s->start, line));
}
