/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "crowd.h"
#include "wrong.h"

struct goal {
    const char *what;
    double      goal;
    bool        at_most;    /* else at least */
    double      is;
    double      floor;      /* of --quick: far from the goal; NaN: none */
    const char *unit;
};

static bool is_leak(const struct outcome *o, const void *unused)
{
    (void)unused;
    return family_of(o)->label == LABEL_LEAK && !family_of(o)->recording;
}

static bool of_name(const struct outcome *o, const void *name)
{
    return strcmp(family_of(o)->name, name) == 0;
}

static bool found(const struct outcome *o)
{
    return !isinf(o->grade[1].first_h);
}

static double close_share(const struct crowd *c, double (*error)(const struct outcome *))
{
    double close = 0, n = 0;

    for (size_t i = 0; i < c->n; i++) {
        n += !isnan(error(c->of[i]));
        close += error(c->of[i]) <= 0.15;
    }
    return close / n;
}

static double hours(const struct outcome *outcomes, size_t n, const char *name,
                    double (*of)(const struct outcome *), double q)
{
    struct crowd c = crowd_pick(outcomes, n, of_name, name);
    double h = crowd_quantile(&c, of, q);

    crowd_free(&c);
    return h;
}

/* 200 series that are as mixed as those of a healthy process. */
static double ms_per_minute(const struct outcome *outcomes, size_t n)
{
    double ns = 0, weight = 0;

    for (size_t i = 0; i < n; i++) {
        double w = outcomes[i].judged_ns > 0 ? family_of(&outcomes[i])->weight : 0;

        ns += w * outcomes[i].judged_ns / (outcomes[i].days * 1440);
        weight += w;
    }
    return weight > 0 ? ns / weight * 200 / 1e6 : NAN;
}

static double ns_per_judgement(const struct outcome *outcomes, size_t n)
{
    double ns = 0, judgements = 0;

    for (size_t i = 0; i < n; i++) {
        ns += outcomes[i].judged_ns;
        judgements += (double)outcomes[i].judgements;
    }
    return ns / judgements;
}

static bool met(const struct goal *g)
{
    return g->at_most ? g->is <= g->goal : g->is >= g->goal;
}

static void print_goal(const struct goal *g)
{
    printf("| %s | %s %.4g %s |", g->what, g->at_most ? "at most" : "at least", g->goal,
           g->unit);
    if (isnan(g->is))
        printf(" not measured | |\n");
    else if (isinf(g->is))
        printf(" never | missed |\n");
    else
        printf(" %.3g | %s |\n", g->is, met(g) ? "met" : "missed");
}

/* A line of TAP. What could not be measured is no success. */
static bool assert_floor(const struct goal *g)
{
    bool ok = g->at_most ? g->is <= g->floor : g->is >= g->floor;

    if (!isnan(g->floor))
        printf("%s - %s: %.3g, floor %.3g\n", ok ? "ok" : "not ok", g->what, g->is, g->floor);
    return ok || isnan(g->floor);
}

#define FLAT_8MB "figure: 8 MB/day on 250 MB"
#define CYCLE_8MB "figure: 8 MB/day under a cycle"
#define FAST "figure: 5 GB/day"
#define SOCKETS "figure: sockets, 1/min"

static bool print_goals(const struct outcome *o, size_t n, bool assert_floors)
{
    struct crowd leaks = crowd_pick(o, n, is_leak, NULL);
    struct wrong suspect = wrong_alarms(o, n, 0), confirmed = wrong_alarms(o, n, 1);
    double recall = crowd_share(&leaks, found);
    double slopes = close_share(&leaks, error_when_confirmed);
    double last = close_share(&leaks, error_at_end);
    const struct goal goals[] = {
        { "precision of confirmed, 10 % leak, series by series", 0.97, false,
          precision(recall, confirmed.one_series), 0.9, "" },
        { "… of processes with all their series, a week", 0.97, false,
          precision(recall, confirmed.share_in_a_week), NAN, "" },
        { "recall within 4 days, 8 MB a day and up", 0.98, false, recall, 0.95, "" },
        { "slope within 15 %, when first confirmed", 0.9, false, slopes, NAN, "" },
        { "… at the end", 0.9, false, last, 0.9, "" },
        { "false confirmed in 1,000 process-days, all series", 1, true,
          1000 * confirmed.per_day, NAN, "" },
        { "false suspect in 1,000 process-days, all series", 10, true, 1000 * suspect.per_day,
          NAN, "" },
        { "8 MB a day on 250 MB, flat: confirmed, median", 14, true,
          hours(o, n, FLAT_8MB, hours_to_confirmed, 0.5), 26, "h" },
        { "… 90th percentile", 14, true, hours(o, n, FLAT_8MB, hours_to_confirmed, 0.9), NAN,
          "h" },
        { "8 MB a day under a daily cycle of 120 MB: confirmed, median", 36, true,
          hours(o, n, CYCLE_8MB, hours_to_confirmed, 0.5), 48, "h" },
        { "… 90th percentile", 36, true, hours(o, n, CYCLE_8MB, hours_to_confirmed, 0.9), NAN,
          "h" },
        { "5 GB a day: urgent, median", 2, true, hours(o, n, FAST, hours_to_urgent, 0.5), 2.5,
          "h" },
        { "… 90th percentile", 2, true, hours(o, n, FAST, hours_to_urgent, 0.9), NAN, "h" },
        { "a socket a minute: suspect, median", 0.5, true,
          hours(o, n, SOCKETS, hours_to_suspect, 0.5), 0.9, "h" },
        { "… 90th percentile", 0.5, true, hours(o, n, SOCKETS, hours_to_suspect, 0.9), NAN,
          "h" },
        { "all verdicts of 200 series", 2, true, ms_per_minute(o, n), NAN, "ms a minute" },
    };
    bool ok = true;

    if (!assert_floors)
        printf("| figure | goal | is | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof goals / sizeof goals[0]; i++)
        if (assert_floors)
            ok = assert_floor(&goals[i]) && ok;
        else
            print_goal(&goals[i]);
    crowd_free(&leaks);
    return ok;
}

static double baseline_recall(const struct crowd *leaks, unsigned which)
{
    double yes = 0;

    for (size_t i = 0; i < leaks->n; i++)
        yes += !isinf(alarm_of(leaks->of[i], which)->first_h);
    return yes / (double)leaks->n;
}

static void print_detector(const struct outcome *o, size_t n, const struct crowd *leaks,
                           unsigned which)
{
    static const char *const ours[] = { "suspect", "**confirmed**", "urgent" };
    struct wrong w = wrong_alarms(o, n, which);
    double recall = baseline_recall(leaks, which);

    printf("| %s | %.3f | %.3f | %.1f %% | %.3g | %.0f in %.0f |\n",
           which < GRADES ? ours[which] : baseline_name((enum baseline)(which - GRADES)),
           precision(recall, w.one_series), recall, 100 * w.one_series, 1000 * w.per_day,
           w.events, w.days);
}

static void print_detectors(const struct outcome *o, size_t n)
{
    struct crowd leaks = crowd_pick(o, n, is_leak, NULL);

    printf("| detector | precision at 10 %% | recall | healthy series that were ever accused | "
           "false alarms in 1,000 process-days of 60 series | events in series-days |\n"
           "|---|---|---|---|---|---|\n");
    for (unsigned which = 0; which < DETECTORS; which++)
        print_detector(o, n, &leaks, which);
    crowd_free(&leaks);
    printf("\n%zu processes; %.0f ns per judgement, all families alike\n\n", n,
           ns_per_judgement(o, n));
}

bool figures_print(const struct outcome *outcomes, size_t n, bool assert_floors)
{
    if (!assert_floors)
        print_detectors(outcomes, n);
    return print_goals(outcomes, n, assert_floors);
}
