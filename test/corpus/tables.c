/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "crowd.h"

#define CLOSE 0.15
#define DAY_H 24.0

static const char *const kinds[] = { "heap", "bytes", "count", "rate" };

/* Judged as in the agent. */
static bool of_family(const struct outcome *o, const void *family)
{
    return family_of(o) == family && o->from_level < 2;
}

/* Of a leak: how many were found; else how many were called a leak that are none. */
static double said(const struct crowd *c, size_t grade, bool baseline)
{
    size_t yes = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct alarm *a = baseline ? &c->of[i]->baseline[grade] : &c->of[i]->grade[grade];

        yes += family_of(c->of[i])->label == LABEL_LEAK ? !isinf(a->first_h) : a->wrong > 0;
    }
    return 100.0 * (double)yes / (double)c->n;
}

static double close_share(const struct crowd *c, double (*error)(const struct outcome *))
{
    double close = 0, n = 0;

    for (size_t i = 0; i < c->n; i++) {
        n += !isnan(error(c->of[i]));
        close += error(c->of[i]) <= CLOSE;
    }
    return 100 * close / n;
}

static void print_hours(const struct crowd *c, double (*hours)(const struct outcome *),
                        double q)
{
    double h = crowd_quantile(c, hours, q);

    if (isinf(h))
        printf(" never |");
    else
        printf(h < 10 ? " %.1f |" : " %.0f |", h);
}

static void print_close(const struct crowd *c)
{
    double close = close_share(c, error_at_end);

    if (isnan(close))
        printf(" |");
    else
        printf(" %.0f %% |", close);
}

static void print_family(const struct family *f, const struct crowd *c)
{
    printf("| %s | %s | %zu |", f->name, kinds[f->kind], c->n);
    for (size_t g = 0; g < GRADES; g++)
        printf(" %.0f %% |", said(c, g, false));
    if (f->label == LABEL_LEAK) {
        print_hours(c, hours_to_confirmed, 0.5);
        print_close(c);
    } else {
        printf(" | |");
    }
    for (size_t b = 0; b < BASELINES; b++)
        printf(" %.0f %% |", said(c, b, true));
    putchar('\n');
}

void tables_families(const struct outcome *outcomes, size_t n)
{
    size_t n_families;
    const struct family *all = families(&n_families);
    enum label last = LABEL_HEALTHY;

    printf("| family | kind | processes | suspect | confirmed | urgent | median h to confirmed "
           "| slope within 15 %% |");
    for (unsigned b = 0; b < BASELINES; b++)
        printf(" %s |", baseline_name((enum baseline)b));
    printf("\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t f = 0; f < n_families; f++) {
        struct crowd c = crowd_pick(outcomes, n, of_family, &all[f]);

        if (all[f].label == LABEL_LEAK && last != LABEL_LEAK)
            printf("| *leaks:* | | | | | | | | | | | |\n");
        last = all[f].label;
        if (c.n)
            print_family(&all[f], &c);
        crowd_free(&c);
    }
    putchar('\n');
}

struct rate_key {
    enum ph_growth_kind kind;
    bool steady_traffic;
    double rate;
};

static bool of_rate(const struct outcome *o, const void *arg)
{
    const struct rate_key *key = arg;
    const struct family *f = family_of(o);

    return f->label == LABEL_LEAK && !f->recording && f->kind == key->kind &&
           o->rate_per_d == key->rate && (f->traffic == TRAFFIC_FLAT) == key->steady_traffic;
}

static void print_rate(const struct rate_key *key, const struct crowd *c)
{
    printf("| %s | %s | ", kinds[key->kind], key->steady_traffic ? "flat" : "moving");
    if (key->kind == PH_GROWTH_COUNT)
        printf("%.4g/min | %zu |", key->rate / 1440, c->n);
    else
        printf("%.0f MB/day | %zu |", key->rate / 1048576, c->n);
    for (size_t g = 0; g < GRADES; g++)
        printf(" %.0f %% |", said(c, g, false));
    print_hours(c, hours_to_suspect, 0.5);
    print_hours(c, hours_to_suspect, 0.9);
    print_hours(c, hours_to_confirmed, 0.5);
    print_hours(c, hours_to_confirmed, 0.9);
    print_hours(c, hours_to_urgent, 0.5);
    printf(" %.0f %% |", close_share(c, error_when_confirmed));
    print_close(c);
    putchar('\n');
}

/* The rates of a kind are those of its last family. */
static void print_rates_of(const struct outcome *outcomes, size_t n, enum ph_growth_kind kind)
{
    size_t n_families;
    const struct family *all = families(&n_families), *f = &all[n_families - 1];

    while (f > all && (f->kind != kind || f->label != LABEL_LEAK))
        f--;
    for (size_t i = 0; i < 2 * f->n_rates; i++) {
        struct rate_key key = { kind, i < f->n_rates, f->rates[i % f->n_rates] };
        struct crowd c = crowd_pick(outcomes, n, of_rate, &key);

        if (c.n)
            print_rate(&key, &c);
        crowd_free(&c);
    }
}

void tables_rates(const struct outcome *outcomes, size_t n)
{
    printf("| kind | traffic | leak | processes | suspect | confirmed | urgent | median h to "
           "suspect | p90 | median h to confirmed | p90 | median h to urgent | slope within "
           "15 %% at first | at the end |\n"
           "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    print_rates_of(outcomes, n, PH_GROWTH_HEAP);
    print_rates_of(outcomes, n, PH_GROWTH_BYTES);
    print_rates_of(outcomes, n, PH_GROWTH_COUNT);
    putchar('\n');
}

static void print_gates(uint32_t gates)
{
    for (unsigned g = 0; g < PH_GATES; g++)
        if (gates & 1u << g)
            printf(" %s", ph_gate_name((enum ph_gate)g));
}

static const char *told_wrong(const struct outcome *o)
{
    bool leak = family_of(o)->label == LABEL_LEAK;

    if (o->grade[2].wrong)
        return "FALSE URGENT";
    if (o->grade[1].wrong)
        return "FALSE CONFIRMED";
    if (o->grade[0].wrong && family_of(o)->label != LABEL_STEPWISE)
        return "false suspect";
    if (leak && isinf(o->grade[1].first_h))
        return "MISSED";
    return leak && o->error_end > CLOSE ? "slope off" : NULL;
}

void tables_failures(const struct outcome *outcomes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct outcome *o = &outcomes[i];
        const struct ph_verdict *v = &o->shown;
        const char *grade = ph_grade_name(v->grade), *why = told_wrong(o);

        if (!why)
            continue;
        printf("%-15s '%s' seed %u at %.1f h: %s/%s level %u window %.1f h slope %.4g/h "
               "[%.4g %.4g] rate %.4g/h error %.2f",
               why, family_of(o)->name, o->seed, o->shown_h, ph_tendency_name(v->tendency),
               grade ? grade : "-", v->level, v->window_s / 3600, v->slope_per_h, v->low_per_h,
               v->high_per_h, o->rate_per_d / DAY_H, o->error_end);
        printf("; passed");
        print_gates(v->passed);
        printf("; failed");
        print_gates(v->failed);
        putchar('\n');
    }
}
