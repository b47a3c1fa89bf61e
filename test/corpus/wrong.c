/* SPDX-License-Identifier: MIT */
/*
 * A real process has some 60 judged series: a healthy one is modelled as a draw of 60 from the
 * healthy families by their weights, each on its own. So its false alarms a day are the sum of
 * weight x alarms a day of each family.
 */
#include "wrong.h"

#include "crowd.h"

#define PREVALENCE 0.1

static bool of_family(const struct outcome *o, const void *family)
{
    return family_of(o) == family;
}

/* What was judged as in the agent; for `confirmed` the slow levels are enough. */
static bool of_family_in_full(const struct outcome *o, const void *family)
{
    return family_of(o) == family && o->from_level < 2;
}

static double healthy_days(const struct outcome *o)
{
    return o->healthy_days;
}

const struct alarm *alarm_of(const struct outcome *o, unsigned which)
{
    return which < GRADES ? &o->grade[which] : &o->baseline[which - GRADES];
}

static void add_family(struct wrong *w, const struct family *f, const struct crowd *c,
                       unsigned which)
{
    double days = crowd_sum(c, healthy_days), events = 0, bad = 0;

    for (size_t i = 0; i < c->n; i++) {
        events += alarm_of(c->of[i], which)->wrong;
        bad += alarm_of(c->of[i], which)->wrong > 0;
    }
    w->events += events;
    w->days += days;
    w->per_day += f->weight * events / days;
    w->share_in_a_week += f->weight * bad / (double)c->n; /* added up: rare ones hardly meet */
    w->one_series += bad / (double)c->n;
}

/* Growth by steps may be suspected. */
static bool accusable(const struct family *f, unsigned which)
{
    return !f->recording &&
           (f->label == LABEL_HEALTHY || (f->label == LABEL_STEPWISE && which > 0));
}

struct wrong wrong_alarms(const struct outcome *outcomes, size_t n, unsigned which)
{
    size_t n_families, judged = 0;
    const struct family *all = families(&n_families);
    struct wrong w = { 0 };

    for (size_t f = 0; f < n_families; f++) {
        struct crowd c =
            crowd_pick(outcomes, n, which == 1 ? of_family : of_family_in_full, &all[f]);

        if (c.n && accusable(&all[f], which)) {
            add_family(&w, &all[f], &c, which);
            judged++;
        }
        crowd_free(&c);
    }
    w.one_series /= judged ? (double)judged : 1;
    if (w.share_in_a_week > 1)
        w.share_in_a_week = 1;
    return w;
}

double precision(double recall, double false_share)
{
    return PREVALENCE * recall / (PREVALENCE * recall + (1 - PREVALENCE) * false_share);
}
