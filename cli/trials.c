/* SPDX-License-Identifier: MIT */
#include "trials.h"

#include "jsontext.h"
#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME "seconds"

static const char *const kinds[PH_GROWTH_KINDS] = {
    [PH_GROWTH_HEAP] = "heap",
    [PH_GROWTH_BYTES] = "bytes",
    [PH_GROWTH_COUNT] = "count",
    [PH_GROWTH_RATE] = "rate",
};

/* ---- Beginning ----------------------------------------------------------------------- */

static bool ends_in(const char *name, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len >= n && memcmp(name + len - n, end, n) == 0;
}

enum ph_growth_kind trials_kind_of(const char *name)
{
    static const char *const parts[] = { ".min", ".mean", ".max" };
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        len -= ends_in(name, len, parts[i]) ? strlen(parts[i]) : 0;
    if (strstr(name, "after_full_gc") != NULL)
        return PH_GROWTH_HEAP;
    if (!ends_in(name, len, "_bytes"))
        return PH_GROWTH_COUNT;
    return strstr(name, "heap") != NULL ? PH_GROWTH_HEAP : PH_GROWTH_BYTES;
}

/* PH_GROWTH_KINDS: there is no such kind. */
static enum ph_growth_kind kind_named(const char *name)
{
    unsigned i = 0;

    while (i < PH_GROWTH_KINDS && strcmp(kinds[i], name) != 0)
        i++;
    return (enum ph_growth_kind)i;
}

static bool check(const struct trials *t, const struct csv *csv,
                  const struct trials_options *options, char error[CSV_ERROR])
{
    if (options->kind != NULL && kind_named(options->kind) == PH_GROWTH_KINDS)
        snprintf(error, CSV_ERROR, "no kind '%.32s': use heap, bytes, count or rate",
                 options->kind);
    else if (t->time == csv->count)
        snprintf(error, CSV_ERROR,
                 "no column '" TIME "'; the first line has to name the columns, with commas");
    else if (options->load != NULL && t->load == csv->count)
        snprintf(error, CSV_ERROR, "no column '%.128s' for '--load'", options->load);
    else if (t->load == t->time)
        snprintf(error, CSV_ERROR, "'" TIME "' cannot be the load");
    else if (csv->count < (options->load != NULL ? 3 : 2))
        snprintf(error, CSV_ERROR, "no column to be judged");
    else
        return true;
    return false;
}

bool trials_begin(struct trials *t, const struct csv *csv, const struct trials_options *options,
                  char error[CSV_ERROR])
{
    *t = (struct trials){ .time = csv_column(csv, TIME),
                          .load =
                              options->load != NULL ? csv_column(csv, options->load) : SIZE_MAX,
                          .first_s = NAN,
                          .last_s = NAN };
    if (!check(t, csv, options, error))
        return false;
    t->series = mem_new(csv->count, sizeof *t->series);
    for (size_t i = 0; i < csv->count; i++) {
        struct trials_series *s = &t->series[t->count];

        if (i == t->time || i == t->load)
            continue;
        s->name = csv->names[i];
        s->column = i;
        for (int grade = 0; grade < TRIALS_GRADES; grade++)
            s->first_s[grade] = NAN;
        ph_trial_begin(&s->trial,
                       options->kind != NULL ? kind_named(options->kind)
                                             : trials_kind_of(s->name),
                       options->limit);
        t->count++;
    }
    return true;
}

void trials_fini(struct trials *t)
{
    free(t->series);
    *t = (struct trials){ 0 };
}

/* ---- Judging ------------------------------------------------------------------------- */

void trials_row(struct trials *t, const double *cells)
{
    double now_s = cells[t->time], load = t->load != SIZE_MAX ? cells[t->load] : NAN;

    if (t->rows++ == 0)
        t->first_s = now_s;
    t->last_s = now_s;
    for (size_t i = 0; i < t->count; i++) {
        struct trials_series *s = &t->series[i];
        enum ph_grade grade;

        if (!ph_trial_add(&s->trial, now_s, cells[s->column], load))
            continue;
        grade = s->trial.judge.verdict.grade;
        if (isnan(s->first_s[grade]))
            s->first_s[grade] = now_s;
    }
}

void trials_growth(const struct trials *t, size_t i, struct growth *growth)
{
    const struct trials_series *s = &t->series[i];

    *growth = (struct growth){ .thread = NAN, .verdict = s->trial.judge.verdict };
    snprintf(growth->series, sizeof growth->series, "%s", s->name);
    growth->bytes =
        s->trial.judge.kind == PH_GROWTH_HEAP || s->trial.judge.kind == PH_GROWTH_BYTES;
    growth->since_ago_s = t->last_s - growth->verdict.since_s;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void put_number(struct buf *out, const char *name, double value)
{
    buf_printf(out, ",\"%s\":", name);
    jsontext_number(out, value);
}

static void put_gates(struct buf *out, const struct ph_verdict *v)
{
    bool first = true;

    buf_puts(out, ",\"gates\":{");
    for (unsigned i = 0; i < PH_GATES; i++) {
        if (((v->passed | v->failed) & 1u << i) == 0)
            continue;
        buf_printf(out, "%s\"%s\":%s", first ? "" : ",", ph_gate_name((enum ph_gate)i),
                   v->passed & 1u << i ? "true" : "false");
        first = false;
    }
    buf_puts(out, "}");
}

static void put_grade(struct buf *out, enum ph_grade grade)
{
    const char *name = ph_grade_name(grade);

    if (name != NULL)
        buf_printf(out, ",\"grade\":\"%s\"", name);
    else
        buf_puts(out, ",\"grade\":null");
}

static void put_firsts(struct buf *out, const struct trials_series *s)
{
    for (int grade = PH_SUSPECT; grade < TRIALS_GRADES; grade++) {
        char name[32];

        snprintf(name, sizeof name, "first_%s_s", ph_grade_name((enum ph_grade)grade));
        put_number(out, name, s->first_s[grade]);
    }
}

static void put_numbers(struct buf *out, const struct ph_verdict *v)
{
    put_number(out, "confidence", v->confidence);
    buf_puts(out, ",\"slope_interval\":[");
    jsontext_number(out, v->low_per_h);
    buf_puts(out, ",");
    jsontext_number(out, v->high_per_h);
    buf_puts(out, "]");
    put_number(out, "slope_per_hour", v->slope_per_h);
    put_number(out, "since", v->since_s);
    put_number(out, "window_s", v->window_s);
    put_number(out, "level", v->value);
    put_number(out, "limit", v->limit);
    put_number(out, "reaches_limit_in_s", v->reaches_limit_s);
}

static void put_series(struct buf *out, const struct trials *t, size_t i)
{
    const struct trials_series *s = &t->series[i];
    const struct ph_verdict *v = &s->trial.judge.verdict;
    struct buf says = { 0 };
    struct growth growth;

    trials_growth(t, i, &growth);
    if (v->tendency == PH_GROWING || v->grade != PH_NO_GRADE)
        growth_sentence(&says, &growth);
    buf_puts(out, "{\"series\":");
    jsontext_string(out, s->name);
    buf_printf(out, ",\"thread\":null,\"class\":null,\"kind\":\"%s\",\"verdict\":\"%s\"",
               kinds[s->trial.judge.kind], ph_tendency_name(v->tendency));
    put_grade(out, v->grade);
    put_gates(out, v);
    put_numbers(out, v);
    buf_puts(out, ",\"moves_with\":[],\"says\":");
    jsontext_string(out, buf_text(&says));
    put_firsts(out, s);
    buf_puts(out, "}");
    buf_fini(&says);
}

void trials_json(struct buf *out, const struct trials *t)
{
    buf_puts(out, "[");
    for (size_t i = 0; i < t->count; i++) {
        buf_puts(out, i > 0 ? ",\n" : "");
        put_series(out, t, i);
    }
    buf_puts(out, "]\n");
}
