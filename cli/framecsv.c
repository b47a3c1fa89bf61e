/* SPDX-License-Identifier: MIT */
/*
 * framecsv: texts, then the figures of vitals.h, then what is derived of them.
 */
#include "framecsv.h"

#include "text.h"

#include <math.h>
#include <string.h>

static const char *const texts[] = { "target",    "state",   "last_error", "service",
                                     "component", "version", "host",       "ident",
                                     "labels",    "outlier", "suspect" };
#define TEXTS (sizeof texts / sizeof texts[0])

static const char *short_name(size_t vital)
{
    const char *name = vitals[vital].name;

    return strncmp(name, "threads.", 8) == 0 ? name + 8 : name;
}

void framecsv_names(struct buf *out)
{
    buf_puts(out, "at");
    for (size_t i = 0; i < TEXTS; i++)
        buf_printf(out, ",%s", texts[i]);
    buf_puts(out, ",up,age_s,scrape_ms,restarts,pid,suspects,outlier_z");
    for (size_t i = 0; i < VITALS; i++)
        buf_printf(out, ",%s", short_name(i));
    for (size_t i = 0; i < VITALS; i++)
        buf_printf(out, vitals[i].counter ? ",%s_per_s" : "", short_name(i));
    buf_puts(out, ",sockets_per_min,listeners_per_min\n");
}

static void add_text(struct buf *out, const char *text)
{
    struct buf clean = { 0 };

    text_clean(&clean, text, strlen(text), TEXT_UTF8);
    buf_puts(out, ",");
    if (clean.len > 0)
        buf_puts(out, strchr("=+-@", clean.data[0]) != NULL ? "\"'" : "\"");
    for (size_t i = 0; i < clean.len; i++)
        buf_add(out, clean.data[i] == '"' ? "\"\"" : &clean.data[i],
                clean.data[i] == '"' ? 2 : 1);
    buf_puts(out, clean.len > 0 ? "\"" : "");
    buf_fini(&clean);
}

static void add_number(struct buf *out, double value)
{
    buf_puts(out, ",");
    if (isfinite(value))
        buf_printf(out, fabs(value) < 1e15 && value == floor(value) ? "%.0f" : "%.6g", value);
}

static void add_texts(struct buf *out, const struct fleet_row *row, double now_s)
{
    const struct sample *s = &row->last;
    struct buf labels = { 0 };
    char word[CAUSE_BYTES];

    cause_word(word, row->cause, row->status);
    for (size_t i = 0; row->labels != NULL && i < row->labels->count; i++)
        buf_printf(&labels, "%s%s=%s", i > 0 ? ";" : "", row->labels->items[i].name,
                   row->labels->items[i].value);
    add_text(out, row->name);
    add_text(out, fleet_states[fleet_state(row, now_s)]);
    add_text(out, word);
    add_text(out, s->service);
    add_text(out, s->component);
    add_text(out, s->version);
    add_text(out, s->host);
    add_text(out, s->ident);
    add_text(out, buf_text(&labels));
    add_text(out, row->outlier != VITAL_NONE ? short_name(row->outlier) : "");
    add_text(out, s->suspect.says);
    buf_fini(&labels);
}

void framecsv_rows(struct buf *out, struct fleet_row *const *rows, size_t count, const char *at,
                   double now_s)
{
    for (size_t r = 0; r < count; r++) {
        const struct fleet_row *row = rows[r];

        buf_puts(out, at);
        add_texts(out, row, now_s);
        add_number(out, row->asked && row->cause == CAUSE_NONE);
        add_number(out, row->known ? now_s - row->last_s : NAN);
        add_number(out, row->round_trip_ms);
        add_number(out, row->restarts);
        add_number(out, row->last.pid);
        add_number(out, row->last.suspects);
        add_number(out, row->outlier_z);
        for (size_t i = 0; i < VITALS; i++)
            add_number(out, row->last.v[i]);
        for (size_t i = 0; i < VITALS; i++) {
            if (vitals[i].counter)
                add_number(out, (double)row->rate[i]);
        }
        add_number(out, fleet_change(row, VITAL_ESTABLISHED));
        add_number(out, fleet_change(row, VITAL_LISTENERS));
        buf_puts(out, "\n");
    }
}
