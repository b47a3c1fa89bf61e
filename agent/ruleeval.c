/* SPDX-License-Identifier: MIT */
/* Owns what it means that a trigger about figures holds. One of them is one row of a table. */
#include "ruleeval.h"

#include <math.h>
#include <string.h>

#include "figure.h"

#define NEAR_HEAP_LIMIT 0.9     /* of it: V8 does little but collect from there on */
#define COVERED 0.9             /* of the window of growth must have been seen */

/* What is read, and what it is read into. */
struct look {
    const struct ph_rulefile_rule *rule;
    const struct ph_ruleview *view;
    struct ph_ruletrail *trail;
    struct ph_rulereading *out;
};

static double value_of(const struct look *l, const char *figure)
{
    return l->view->value(l->view->ctx, figure);
}

static void settle(const struct look *l, double value, bool holds)
{
    l->out->value = value;
    l->out->holds = isnan(value) ? PH_HOLDS_UNKNOWN : holds ? PH_HOLDS_YES : PH_HOLDS_NO;
}

static bool compare(enum ph_op op, double a, double b)
{
    switch (op) {
    case PH_OP_ABOVE:
        return a > b;
    case PH_OP_AT_LEAST:
        return a >= b;
    case PH_OP_BELOW:
        return a < b;
    default:
        return a <= b;
    }
}

/* ---- Now --------------------------------------------------------------------------- */

static void read_threshold(struct look *l)
{
    double value = value_of(l, l->rule->figure);
    const char *limit = l->rule->percent ? ph_figure_limit(l->rule->figure) : NULL;

    if (limit) {
        double most = value_of(l, limit);

        value = most > 0 ? value / most : NAN;
    }
    settle(l, value, compare(l->rule->op, value, l->rule->value));
}

static void read_blocked(struct look *l)
{
    double ms = value_of(l, ph_figure_blocked);

    settle(l, ms / 1000, ms > 1000 * l->rule->value);
}

static void read_near_heap_limit(struct look *l)
{
    double share = value_of(l, ph_figure_heap_share);

    settle(l, share, share >= NEAR_HEAP_LIMIT);
}

/* ---- Over time --------------------------------------------------------------------- */

/* A restart, and a clock or a counter that went back, begin everything anew. */
static void read_rate(struct look *l)
{
    struct ph_ruletrail *trail = l->trail;
    double value = value_of(l, l->rule->figure), rate = NAN;

    if (!isnan(value)) {
        if (trail->seen && trail->restarts == l->view->restarts && value >= trail->last_v &&
            l->view->t_s > trail->last_t)
            rate = (value - trail->last_v) / (l->view->t_s - trail->last_t);
        trail->last_t = l->view->t_s;
        trail->last_v = value;
        trail->restarts = l->view->restarts;
        trail->seen = true;
    }
    settle(l, rate, compare(l->rule->op, rate, l->rule->value));
}

void ph_ruletrail_add(const struct ph_rulefile_rule *rule, struct ph_ruletrail *trail,
                      unsigned restarts, const double point[2])
{
    double t = point[0], v = point[1], apart = rule->over_s / (PH_SEN_MOST - 4);
    size_t old = 0;

    if (trail->restarts != restarts || (trail->count && t < trail->t[trail->count - 1]))
        trail->count = 0;
    trail->restarts = restarts;
    if (isnan(v) || isnan(t) || (trail->count && t - trail->t[trail->count - 1] < apart))
        return;
    while (old < trail->count &&
           (t - trail->t[old] > rule->over_s + apart || trail->count - old == PH_SEN_MOST))
        old++;
    trail->fitted = false;
    trail->count -= old;
    memmove(trail->t, trail->t + old, trail->count * sizeof *trail->t);
    memmove(trail->v, trail->v + old, trail->count * sizeof *trail->v);
    trail->t[trail->count] = t;
    trail->v[trail->count++] = v;
}

/* Much of the window has been seen, and not too long ago. */
static bool is_covered(const struct look *l)
{
    const struct ph_ruletrail *trail = l->trail;
    size_t n = trail->count;

    return l->view->answered && n >= PH_SEN_LEAST &&
           trail->t[n - 1] - trail->t[0] >= COVERED * l->rule->over_s &&
           l->view->t_s - trail->t[n - 1] <= l->rule->over_s / 2;
}

/* The lower end raises an alert, the slope itself ends it: else one that is just about proven
 * would come and go. */
static void read_grows(struct look *l)
{
    struct ph_ruletrail *trail = l->trail;
    double slopes[PH_SEN_PAIRS];

    ph_ruletrail_add(l->rule, trail, l->view->restarts,
                     (double[2]){ l->view->t_s, value_of(l, l->rule->figure) });
    if (!is_covered(l))
        return;
    trail->fitted =
        trail->fitted || ph_sen_judge(trail->t, trail->v, trail->count, slopes, &trail->fit);
    l->out->slope = trail->fit.slope * 3600;
    settle(l, trail->fit.low * 3600,
           (l->view->fires ? trail->fit.slope : trail->fit.low) * 3600 > l->rule->value);
}

/* ---- All --------------------------------------------------------------------------- */

static void (*const reads[PH_WHENS])(struct look *) = {
    [PH_WHEN_THRESHOLD] = read_threshold,
    [PH_WHEN_RATE] = read_rate,
    [PH_WHEN_GROWS] = read_grows,
    [PH_WHEN_BLOCKED] = read_blocked,
    [PH_WHEN_NEAR_HEAP_LIMIT] = read_near_heap_limit,
};

bool ph_ruleeval_does(enum ph_when when)
{
    return reads[when] != NULL;
}

bool ph_ruleeval_has_trail(enum ph_when when)
{
    return when == PH_WHEN_GROWS || when == PH_WHEN_RATE;
}

void ph_ruleeval_read(const struct ph_rulefile_rule *rule, const struct ph_ruleview *view,
                      struct ph_ruletrail *trail, struct ph_rulereading *out)
{
    struct look look = { rule, view, trail, out };

    *out = (struct ph_rulereading){ .holds = PH_HOLDS_UNKNOWN, .value = NAN, .slope = NAN };
    reads[rule->when](&look);
}
