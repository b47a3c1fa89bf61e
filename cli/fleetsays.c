/* SPDX-License-Identifier: MIT */
/*
 * fleetsays: logarithms, for a process with ten times the traffic must not weigh ten times as
 * much.
 */
#include "fleetsays.h"

#include "amount.h"

#include <math.h>

/* Rates that differ by less tell no counter from another, nor from time. */
#define ALIKE 0.15

/* A cause explains all but so much (standard deviation of the logarithm), and at most half of
 * what there is without it. */
#define SPREAD_MOST 0.35
#define SHARE_MOST 0.5

/* A second counter with at most so many times the spread may be it as well; below the floor two
 * are equally good. */
#define RIVAL 1.25
#define RIVAL_FLOOR 0.02

struct fit {
    size_t n;
    double mean, sd;   /* of log(slope / rate) */
    double slopes;     /* sd of log(slope) over the same processes */
    double rates;      /* sd of log(rate) */
};

struct sums {
    double x, xx;
};

static void add(struct sums *s, double x)
{
    s->x += x;
    s->xx += x * x;
}

static double sd_of(const struct sums *s, size_t n)
{
    double n_ = (double)n;

    return n < 2 ? NAN : sqrt(fmax(0, (s->xx - s->x * s->x / n_) / (n_ - 1)));
}

static bool is_known(const struct fleetsays_process *p, size_t candidate)
{
    return p->slope_per_h > 0 && p->rate[candidate] > 0 && isfinite(p->slope_per_h) &&
           isfinite(p->rate[candidate]);
}

static struct fit fit_of(const struct fleetsays_process *processes, size_t count,
                         size_t candidate)
{
    struct sums each = { 0 }, slopes = { 0 }, rates = { 0 };
    struct fit fit = { 0 };

    for (size_t i = 0; i < count; i++) {
        const struct fleetsays_process *p = &processes[i];

        if (!is_known(p, candidate))
            continue;
        fit.n++;
        add(&slopes, log(p->slope_per_h / 3600));
        add(&rates, log(p->rate[candidate]));
        add(&each, log(p->slope_per_h / 3600) - log(p->rate[candidate]));
    }
    fit.mean = fit.n > 0 ? each.x / (double)fit.n : NAN;
    fit.sd = sd_of(&each, fit.n);
    fit.slopes = sd_of(&slopes, fit.n);
    fit.rates = sd_of(&rates, fit.n);
    return fit;
}

/* More processes first: a counter that only two of ten have explains two. */
static bool is_better(const struct fit *a, const struct fit *b)
{
    return a->n != b->n ? a->n > b->n : a->sd < b->sd;
}

static size_t best_of(const struct fit *fits, size_t count, size_t but)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++) {
        if (i != but && fits[i].n >= 2 && (best == count || is_better(&fits[i], &fits[best])))
            best = i;
    }
    return best;
}

static enum fleetsays_finding judge(const struct fit *best)
{
    if (best->slopes < ALIKE)
        return best->rates < ALIKE ? FLEETSAYS_TOO_ALIKE : FLEETSAYS_TIME;
    return best->sd <= SPREAD_MOST && best->sd <= SHARE_MOST * best->slopes ? FLEETSAYS_CAUSE
                                                                            : FLEETSAYS_NONE;
}

static void measure_extremes(struct fleetsays *says, const struct fleetsays_process *processes,
                             size_t count)
{
    const struct fleetsays_process *slow = NULL, *fast = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct fleetsays_process *p = &processes[i];

        if (!is_known(p, says->cause))
            continue;
        slow = slow == NULL || p->slope_per_h < slow->slope_per_h ? p : slow;
        fast = fast == NULL || p->slope_per_h > fast->slope_per_h ? p : fast;
    }
    says->slope_ratio = fast->slope_per_h / slow->slope_per_h;
    says->rate_ratio = fast->rate[says->cause] / slow->rate[says->cause];
}

struct fleetsays fleetsays_find(const struct fleetsays_process *processes, size_t count,
                                size_t candidates)
{
    struct fleetsays says = { .finding = FLEETSAYS_TOO_FEW };
    struct fit fits[FLEETSAYS_CANDIDATES];
    size_t rival;

    if (candidates > FLEETSAYS_CANDIDATES)
        candidates = FLEETSAYS_CANDIDATES;
    for (size_t i = 0; i < candidates; i++)
        fits[i] = fit_of(processes, count, i);
    says.cause = best_of(fits, candidates, candidates);
    if (says.cause == candidates)
        return says;
    says.processes = fits[says.cause].n;
    says.per_event = exp(fits[says.cause].mean);
    says.spread = exp(fits[says.cause].sd) - 1;
    says.finding = judge(&fits[says.cause]);
    measure_extremes(&says, processes, count);
    rival = best_of(fits, candidates, says.cause);
    says.rival = says.cause;
    if (rival < candidates && fits[rival].n == says.processes &&
        fits[rival].sd <= fmax(RIVAL * fits[says.cause].sd, RIVAL_FLOOR))
        says.rival = rival;
    return says;
}

/* ---- In words ------------------------------------------------------------------------ */

/* "twice", "2.5 times". */
static void put_times(struct buf *out, double ratio)
{
    if (fabs(ratio - 2) < 0.1)
        buf_puts(out, "twice");
    else if (ratio < 9.95 && fabs(ratio - round(ratio)) > 0.05)
        buf_printf(out, "%.1f times", ratio);
    else
        buf_printf(out, "%.0f times", fmin(ratio, 1e6));
}

static void put_each(struct buf *out, const struct fleetsays *says, bool bytes)
{
    if (bytes && says->per_event >= 9.95)
        amount_bytes(out, says->per_event);
    else
        buf_printf(out, "%.2g", says->per_event);
    buf_printf(out, "%s each (+-%.0f %%)", bytes && says->per_event < 1023.5 ? " bytes" : "",
               fmin(100 * says->spread, 999));
}

static void put_cause(struct buf *out, const struct fleetsays *says,
                      const struct fleetsays_subject *subject)
{
    const char *const *names = subject->names;

    buf_puts(out, "; ");
    put_times(out, says->slope_ratio);
    buf_printf(out, " as fast where %s are ", names[says->cause]);
    put_times(out, says->rate_ratio);
    buf_puts(out, " as many: ");
    put_each(out, says, subject->bytes);
    if (says->rival != says->cause)
        buf_printf(out, "; %s would explain it as well", names[says->rival]);
}

void fleetsays_write(struct buf *out, const struct fleetsays *says,
                     const struct fleetsays_subject *subject)
{
    buf_printf(out, "grows in %zu of %zu", subject->grows, subject->all);
    switch (says->finding) {
    case FLEETSAYS_CAUSE:
        put_cause(out, says, subject);
        break;
    case FLEETSAYS_TIME:
        buf_printf(out, "; equally fast whatever they have to do: not by %s",
                   subject->names[says->cause]);
        break;
    case FLEETSAYS_TOO_ALIKE:
        buf_printf(out,
                   "; all of them are alike: give one twice as much to do to see whether it "
                   "goes with %s",
                   subject->names[says->cause]);
        break;
    case FLEETSAYS_NONE:
        buf_puts(out, "; at rates that no counter explains");
        break;
    case FLEETSAYS_TOO_FEW:
        break;
    }
}
