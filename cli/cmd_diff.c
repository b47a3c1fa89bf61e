/* SPDX-License-Identifier: MIT */
/*
 * cmd_diff: two sides, from files or from targets, as one table.
 */
#include "cmd_diff.h"

#include "diff.h"
#include "exitcode.h"
#include "histogram.h"
#include "jsontext.h"
#include "mem.h"
#include "readfile.h"
#include "say.h"
#include "table.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOP 30

/* ---- The two sides ------------------------------------------------------------------- */

static int get(const struct opts *opts, char *word, struct buf *text)
{
    struct doc *document = NULL;
    char why[256];
    int code = EXITCODE_FINE;

    if (!readfile_is(word)) {
        code = histogram_take(opts, word, text, &document);
        doc_free(document);
    } else if (!readfile(word, text, why)) {
        say_error("%s", why);
        code = EXITCODE_NONE;
    }
    return code;
}

static int read_side(const struct opts *opts, char *word, struct figures *side)
{
    struct buf text = { 0 };
    char why[128];
    int code = get(opts, word, &text);

    if (code == EXITCODE_FINE && !figures_read(buf_text(&text), text.len, side, why)) {
        say_error("cannot compare '%s': %s", word, why);
        code = EXITCODE_SOME;
    }
    buf_fini(&text);
    return code;
}

static bool may_compare(char **words, const struct figures *before, const struct figures *after)
{
    static const char *const kinds[] = { "a heap histogram", "a state" };

    if (before->kind != after->kind) {
        say_error("cannot compare '%s', which is %s, with '%s', which is %s", words[0],
                  kinds[before->kind], words[1], kinds[after->kind]);
        return false;
    }
    if (strcmp(before->service, after->service) != 0) {
        say_error("cannot compare '%s' of service '%s' with '%s' of service '%s'", words[0],
                  before->service, words[1], after->service);
        return false;
    }
    if (!isnan(before->pid) && !isnan(after->pid) && before->pid != after->pid)
        say_error("warning: '%s' is of pid %.0f and '%s' of pid %.0f: two processes, not one "
                  "that changed",
                  words[0], before->pid, words[1], after->pid);
    if (after->at_s < before->at_s)
        say_error("warning: '%s' is older than '%s'; the order is BEFORE AFTER", words[1],
                  words[0]);
    return true;
}

/* ---- As text ------------------------------------------------------------------------- */

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct diff_row *row_of(const void *v)
{
    return v;
}

static void add_number(struct buf *out, double value, bool sign)
{
    if (isnan(value))
        buf_puts(out, "-");
    else if (value == round(value) && fabs(value) < 1e15)
        buf_printf(out, sign ? "%+.0f" : "%.0f", value);
    else
        buf_printf(out, sign ? "%+.6g" : "%.6g", value);
}

CELL(before)
{
    (void)user;
    add_number(out, row_of(v)->before, false);
}

CELL(after)
{
    (void)user;
    add_number(out, row_of(v)->after, false);
}

CELL(delta)
{
    (void)user;
    add_number(out, row_of(v)->delta, true);
}

CELL(per_minute)
{
    char text[UNITS_BYTES];

    (void)user;
    units_change(text, row_of(v)->per_minute);
    buf_puts(out, text);
}

CELL(name)
{
    static const char *const notes[] = { [DIFF_CHANGED] = "",
                                         [DIFF_NEW] = " (new)",
                                         [DIFF_VANISHED] = " (gone)",
                                         [DIFF_UNKNOWN] = " (cut off on one side)" };

    (void)user;
    buf_puts(out, row_of(v)->name[0] != '\0' ? row_of(v)->name : "(none)");
    buf_puts(out, notes[row_of(v)->note]);
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
#define NUMBERS \
    { "BEFORE", NULL, 8, 0, true, TEXT_RIGHT, 0, NULL, before, NULL, NULL }, \
        { "AFTER", NULL, 8, 0, true, TEXT_RIGHT, 0, NULL, after, NULL, NULL }, \
        { "DELTA", NULL, 8, 0, true, TEXT_RIGHT, 0, NULL, delta, NULL, NULL }, \
    { \
        "PER MIN", NULL, 7, 0, true, TEXT_RIGHT, 0, NULL, per_minute, NULL, NULL \
    }

static const struct table_column histogram_columns[] = {
    NUMBERS,
    { "CONSTRUCTOR", NULL, 11, 0, true, TEXT_LEFT, 0, NULL, name, NULL, NULL },
};

static const struct table_column state_columns[] = {
    NUMBERS,
    { "PATH", NULL, 4, 0, true, TEXT_LEFT, 0, NULL, name, NULL, NULL },
};

static void write_table(struct buf *out, const struct diff *diff, size_t shown,
                        enum figures_kind kind)
{
    bool histogram = kind == FIGURES_HISTOGRAM;
    struct table table = { .columns = histogram ? histogram_columns : state_columns,
                           .count = sizeof state_columns / sizeof state_columns[0],
                           .charset = say_charset() };
    const void **rows = mem_new(shown, sizeof *rows);

    for (size_t i = 0; i < shown; i++)
        rows[i] = &diff->rows[i];
    table_layout(&table, rows, shown, 0);
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < shown; i++) {
        table_row(&table, rows[i], out);
        buf_puts(out, "\n");
    }
    free(rows);
}

static void write_summary(struct buf *out, const struct diff *diff,
                          const struct figures *before, const struct figures *after)
{
    char span[UNITS_BYTES];

    if (after->kind == FIGURES_HISTOGRAM) {
        buf_puts(out, "objects: ");
        add_number(out, before->objects, false);
        buf_puts(out, " before, ");
        add_number(out, after->objects, false);
        buf_puts(out, " after, ");
        add_number(out, after->objects - before->objects, true);
    } else {
        buf_printf(out, "%zu figures changed", diff->count);
    }
    units_age(span, fabs(diff->seconds));
    buf_printf(out, ", %s apart\n", isnan(diff->seconds) ? "an unknown time" : span);
}

static void write_text(struct buf *out, const struct diff *diff, const struct figures sides[2],
                       unsigned top)
{
    size_t shown = top > 0 && diff->count > top ? top : diff->count;

    if (diff->count > 0)
        write_table(out, diff, shown, sides[0].kind);
    if (shown < diff->count)
        buf_printf(out, "... and %zu more; see --top\n", diff->count - shown);
    write_summary(out, diff, &sides[0], &sides[1]);
}

/* ---- As JSON ------------------------------------------------------------------------- */

static void write_member(struct buf *out, const char *key, double value)
{
    buf_printf(out, ",\"%s\":", key);
    jsontext_number(out, value);
}

static void write_json(struct buf *out, const struct diff *diff, const struct figures sides[2])
{
    static const char *const notes[] = { "changed", "new", "gone", "unknown" };
    bool histogram = sides[0].kind == FIGURES_HISTOGRAM;

    buf_printf(out, "{\"schema\":1,\"kind\":\"%s\"", histogram ? "histogram" : "state");
    buf_puts(out, ",\"service\":");
    jsontext_string(out, sides[0].service);
    write_member(out, "seconds", diff->seconds);
    if (histogram) {
        write_member(out, "objects_before", sides[0].objects);
        write_member(out, "objects_after", sides[1].objects);
    }
    buf_puts(out, ",\"rows\":[");
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_row *row = &diff->rows[i];

        buf_printf(out, "%s{\"%s\":", i > 0 ? "," : "", histogram ? "constructor" : "path");
        jsontext_string(out, row->name);
        write_member(out, "before", row->before);
        write_member(out, "after", row->after);
        write_member(out, "delta", row->delta);
        write_member(out, "per_minute", row->per_minute);
        buf_printf(out, ",\"note\":\"%s\"}", notes[row->note]);
    }
    buf_puts(out, "]}\n");
}

/* -------------------------------------------------------------------------------------- */

static int print(const struct opts *opts, const struct figures sides[2])
{
    struct diff diff = diff_make(&sides[0], &sides[1]);
    unsigned least = sides[0].kind == FIGURES_HISTOGRAM ? TOP : 0;
    struct buf out = { 0 };
    bool good;

    if (opts->json)
        write_json(&out, &diff, sides);
    else
        write_text(&out, &diff, sides, opts->top > 0 ? opts->top : least);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    diff_fini(&diff);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

int cmd_diff(const struct opts *opts, char **arguments, int count)
{
    struct figures sides[2] = { { 0 } };
    int code;

    (void)count;
    code = read_side(opts, arguments[0], &sides[0]);
    if (code == EXITCODE_FINE)
        code = read_side(opts, arguments[1], &sides[1]);
    if (code == EXITCODE_FINE)
        code =
            may_compare(arguments, &sides[0], &sides[1]) ? print(opts, sides) : EXITCODE_USAGE;
    figures_fini(&sides[0]);
    figures_fini(&sides[1]);
    return code;
}
