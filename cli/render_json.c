/* SPDX-License-Identifier: MIT */
/*
 * render_json: the only writer of JSON. Dumps go into a bounded buffer; jansson's own
 * depth and size are bounded by jsonscan before anything is parsed.
 */
#include "render_json.h"

#include "clock.h"
#include "exitcode.h"
#include "jsonscan.h"
#include "sample.h"
#include "say.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1

/* jansson 2.14 writes 0.1 as 0.10000000000000001 unless told; 15 digits read back alike */
#define DIGITS 15

struct sink {
    struct buf *out;
    bool ascii;
};

/* DEL is the one control character that JSON_ENSURE_ASCII lets through. */
static int on_dump(const char *bytes, size_t len, void *user)
{
    struct sink *sink = user;

    while (len > 0) {
        const char *del = sink->ascii ? memchr(bytes, 0x7F, len) : NULL;
        size_t plain = del != NULL ? (size_t)(del - bytes) : len;

        buf_add(sink->out, bytes, plain);
        if (del != NULL) {
            buf_puts(sink->out, "\\u007f");
            plain++;
        }
        bytes += plain;
        len -= plain;
    }
    return sink->out->full ? -1 : 0;
}

static bool dump(struct buf *out, const json_t *value, unsigned flags)
{
    struct sink sink = { out, (flags & RENDER_JSON_ASCII) != 0 };
    size_t how = JSON_REAL_PRECISION(DIGITS);

    how |= (flags & RENDER_JSON_PRETTY) != 0 ? JSON_INDENT(2) : JSON_COMPACT;
    how |= (flags & RENDER_JSON_ASCII) != 0 ? JSON_ENSURE_ASCII : 0;
    return json_dump_callback(value, on_dump, &sink, how) == 0 && buf_puts(out, "\n");
}

/* Dump what we built ourselves; that can only fail for want of memory. */
static void dump_own(struct buf *out, json_t *value, unsigned flags)
{
    if (value == NULL || !dump(out, value, flags)) {
        say_error("cannot write JSON: out of memory");
        exit(EXITCODE_INTERNAL);
    }
    json_decref(value);
}

/* ---- Values ------------------------------------------------------------------------ */

static void set_text(json_t *object, const char *key, const char *text)
{
    struct buf clean = { 0 };

    /* names of targets come from the command line and may be anything */
    text_clean(&clean, text, strlen(text), TEXT_UTF8);
    json_object_set_new(object, key,
                        text[0] != '\0' ? json_string(buf_text(&clean)) : json_null());
    buf_fini(&clean);
}

static void set_number(json_t *object, const char *key, double value)
{
    json_t *number = json_null();

    if (isfinite(value) && value == floor(value) && fabs(value) < 9e15)
        number = json_integer((json_int_t)value);
    else if (isfinite(value))
        number = json_real(value);
    json_object_set_new(object, key, number);
}

static double rounded(double value)
{
    return round(value * 1000) / 1000;
}

struct figure {
    const char *key;
    enum vital vital;
};

/* What a frame says of a sample: names of schema 1, none of which may change. */
static const struct figure figures[] = {
    { "uptime_s", VITAL_UPTIME },
    { "threads", VITAL_THREADS },
    { "blocked_ms", VITAL_BLOCKED },
    { "utilization", VITAL_UTILIZATION },
    { "delay_p99_ms", VITAL_DELAY_P99 },
    { "heap_used_bytes", VITAL_HEAP_USED },
    { "heap_limit_bytes", VITAL_HEAP_LIMIT },
    { "gc_pause_s", VITAL_GC_PAUSE },
    { "rss_bytes", VITAL_RSS },
    { "cpu_user_s", VITAL_CPU_USER },
    { "cpu_system_s", VITAL_CPU_SYSTEM },
    { "sockets", VITAL_SOCKETS },
    { "tcp_established", VITAL_ESTABLISHED },
    { "listeners", VITAL_LISTENERS },
    { "handles", VITAL_HANDLES },
    { "fds_open", VITAL_FDS },
    { "fds_limit", VITAL_FDS_LIMIT },
};

static void set_sample(json_t *object, const struct sample *s)
{
    static const char *const loops[] = { "", "idle", "running", "blocked" };

    set_text(object, "service", s->service);
    set_text(object, "component", s->component);
    set_text(object, "ident", s->ident);
    set_text(object, "version", s->version);
    set_text(object, "host", s->host);
    set_text(object, "started", s->started);
    set_text(object, "loop", loops[s->loop]);
    set_number(object, "pid", s->pid);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        set_number(object, figures[i].key, s->v[figures[i].vital]);
}

/* ---- Documents --------------------------------------------------------------------- */

static json_t *load(const char *text, size_t len, json_error_t *error)
{
    json_t *value = json_loadb(text, len, JSON_ALLOW_NUL, error);

    /* integers beyond 64 bits: better rounded than refused */
    if (value == NULL && json_error_code(error) == json_error_numeric_overflow)
        value = json_loadb(text, len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, error);
    return value;
}

enum cause render_json_state(struct buf *out, const char *target, const char *text, size_t len,
                             unsigned flags)
{
    json_error_t error;
    json_t *value;

    if (!jsonscan_is_modest(text, len))
        return CAUSE_TOO_BIG;
    value = load(text, len, &error);
    if (value == NULL)
        return json_error_code(&error) == json_error_premature_end_of_input ? CAUSE_TRUNCATED
                                                                            : CAUSE_BAD_JSON;
    if (target != NULL) {
        json_t *envelope = json_object();

        set_text(envelope, "target", target);
        json_object_set_new(envelope, "state", value);
        value = envelope;
    }
    dump_own(out, value, flags);
    return CAUSE_NONE;
}

/* ---- Frames of top ----------------------------------------------------------------- */

static json_t *labels_json(const struct labels *labels)
{
    json_t *object = json_object();

    for (size_t i = 0; labels != NULL && i < labels->count; i++)
        set_text(object, labels->items[i].name, labels->items[i].value);
    return object;
}

/* The name as rules have it: without "threads.". */
static const char *short_name(enum vital vital)
{
    const char *name = vitals[vital].name;

    return strncmp(name, "threads.", 8) == 0 ? name + 8 : name;
}

static json_t *rates_json(const struct fleet_row *row)
{
    json_t *object = json_object();

    for (size_t i = 0; i < VITALS; i++) {
        if (vitals[i].counter)
            set_number(object, short_name(i), rounded((double)row->rate[i]));
    }
    return object;
}

static json_t *suspects_json(const struct sample *s)
{
    json_t *object = json_object(), *worst;

    set_number(object, "count", s->suspects);
    set_number(object, "confirmed", s->suspects_confirmed);
    if (s->suspect.series[0] == '\0') {
        json_object_set_new(object, "worst", json_null());
        return object;
    }
    worst = json_object();
    set_text(worst, "series", s->suspect.series);
    set_text(worst, "class", s->suspect.class_of);
    set_text(worst, "grade", s->suspect.grade);
    set_number(worst, "slope_per_hour", rounded(s->suspect.slope_per_h));
    set_text(worst, "says", s->suspect.says);
    json_object_set_new(object, "worst", worst);
    return object;
}

static json_t *outlier_json(const struct fleet_row *row)
{
    json_t *object;

    if (isnan(row->outlier_z) || row->outlier == VITAL_NONE)
        return json_null();
    object = json_object();
    set_text(object, "series", short_name(row->outlier));
    set_number(object, "z", rounded(row->outlier_z));
    return object;
}

static void set_answer(json_t *object, const struct fleet_row *row, double now_s)
{
    char word[CAUSE_BYTES];

    cause_word(word, row->cause, row->status);
    set_text(object, "target", row->name);
    json_object_set_new(object, "labels", labels_json(row->labels));
    json_object_set_new(object, "up", json_boolean(row->asked && row->cause == CAUSE_NONE));
    set_text(object, "state", fleet_states[fleet_state(row, now_s)]);
    set_text(object, "cause", word);
    set_text(object, "last_error", word);
    set_number(object, "age_s", row->known ? rounded(now_s - row->last_s) : NAN);
    set_number(object, "round_trip_ms", rounded(row->round_trip_ms));
    set_number(object, "scrape_ms", rounded(row->round_trip_ms));
    set_number(object, "restarts", row->restarts);
}

static void set_row(json_t *object, const struct fleet_row *row, double now_s)
{
    json_t *change = json_object();

    set_answer(object, row, now_s);
    set_sample(object, &row->last);
    set_number(change, "tcp_established", rounded(fleet_change(row, VITAL_ESTABLISHED)));
    set_number(change, "listeners", rounded(fleet_change(row, VITAL_LISTENERS)));
    json_object_set_new(object, "per_minute", change);
    json_object_set_new(object, "per_second", rates_json(row));
    json_object_set_new(object, "suspects", suspects_json(&row->last));
    json_object_set_new(object, "outlier", outlier_json(row));
}

static json_t *totals_json(const struct fleet_totals *t)
{
    json_t *object = json_object();

    set_number(object, "targets", t->targets);
    set_number(object, "up", t->up);
    set_number(object, "missing", t->missing);
    set_number(object, "down", t->down);
    set_number(object, "blocked", t->blocked);
    set_number(object, "tcp_established", t->sockets);
    set_number(object, "listeners", t->listeners);
    set_number(object, "heap_used_bytes", t->heap_used_bytes);
    set_number(object, "rss_bytes", t->rss_bytes);
    return object;
}

static json_t *figure_json(const struct aggregate_figure *f)
{
    json_t *object = json_object();

    set_number(object, "count", f->count);
    set_number(object, "sum", rounded(f->sum));
    set_number(object, "mean", rounded(f->mean));
    set_number(object, "max", rounded(f->highest));
    set_number(object, "p50", rounded(f->p50));
    set_number(object, "p90", rounded(f->p90));
    set_number(object, "p99", rounded(f->p99));
    set_number(object, "per_second", rounded(f->rate));
    return object;
}

static void set_group(json_t *object, const struct aggregate_group *g)
{
    json_t *all = json_object();

    set_text(object, "group", g->value);
    json_object_set_new(object, "totals", totals_json(&g->totals));
    set_number(object, "outliers", g->outliers);
    set_number(object, "delay_p50_ms", rounded(g->delay_p50_ms));
    set_number(object, "delay_p99_ms", rounded(g->delay_p99_ms));
    for (size_t i = 0; i < VITALS; i++) {
        if (g->figures[i].count > 0)
            json_object_set_new(all, short_name(i), figure_json(&g->figures[i]));
    }
    json_object_set_new(object, "figures", all);
}

static json_t *groups_json(const struct aggregate *groups)
{
    json_t *list = json_array();

    for (size_t i = 0; i < groups->count; i++) {
        json_t *group = json_object();

        set_group(group, &groups->groups[i]);
        json_array_append_new(list, group);
    }
    return list;
}

void render_json_frame(struct buf *out, const struct render_frame *f, unsigned flags)
{
    json_t *frame = json_object(), *targets = json_array();
    struct fleet_totals totals;
    char at[CLOCK_TEXT_BYTES];

    clock_text(at);
    fleet_sum(f->rows, f->count, f->now_s, &totals);
    json_object_set_new(frame, "schema", json_integer(SCHEMA));
    set_text(frame, "at", at);
    for (size_t i = 0; i < f->count; i++) {
        json_t *row = json_object();

        set_row(row, f->rows[i], f->now_s);
        json_array_append_new(targets, row);
    }
    json_object_set_new(frame, "targets", targets);
    if (f->groups != NULL)
        json_object_set_new(frame, "groups", groups_json(f->groups));
    json_object_set_new(frame, "totals", totals_json(&totals));
    dump_own(out, frame, flags);
}

static json_t *line_json(const char *at)
{
    json_t *line = json_object();

    set_text(line, "at", at);
    return line;
}

void render_json_lines(struct buf *out, const struct render_frame *f, unsigned flags)
{
    struct fleet_totals totals;
    char at[CLOCK_TEXT_BYTES];
    json_t *line;

    clock_text(at);
    fleet_sum(f->rows, f->count, f->now_s, &totals);
    for (size_t i = 0; i < f->count; i++) {
        line = line_json(at);
        set_row(line, f->rows[i], f->now_s);
        dump_own(out, line, flags);
    }
    for (size_t i = 0; f->groups != NULL && i < f->groups->count; i++) {
        line = line_json(at);
        set_group(line, &f->groups->groups[i]);
        dump_own(out, line, flags);
    }
    line = line_json(at);
    json_object_set_new(line, "totals", totals_json(&totals));
    dump_own(out, line, flags);
}

/* ---- ps ---------------------------------------------------------------------------- */

static json_t *process_json(const struct discover_process *p)
{
    json_t *object = json_object();
    struct sample sample;

    if (p->record.document == NULL ||
        sample_read(p->record.document, p->record.length, &sample) != CAUSE_NONE)
        sample_clear(&sample);
    set_sample(object, &sample);
    json_object_set_new(object, "pid", json_integer(p->pid));
    json_object_set_new(object, "alive", json_boolean(p->alive));
    json_object_set_new(object, "hung", json_boolean(p->hung));
    set_number(object, "silent_s", rounded(p->silent_s));
    set_text(object, "url", p->record.url);
    set_text(object, "socket", p->socket != NULL ? p->socket : "");
    return object;
}

void render_json_processes(struct buf *out, const struct discover_list *list, bool gone,
                           unsigned flags)
{
    json_t *document = json_object(), *processes = json_array();

    json_object_set_new(document, "schema", json_integer(SCHEMA));
    for (size_t i = 0; i < list->count; i++) {
        if (gone || list->items[i].alive)
            json_array_append_new(processes, process_json(&list->items[i]));
    }
    json_object_set_new(document, "processes", processes);
    dump_own(out, document, flags);
}
