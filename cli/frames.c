/* SPDX-License-Identifier: MIT */
/*
 * frames: the loop around rounds, and one printer per format. A new format is a function and a
 * line of the table.
 */
#include "frames.h"

#include "aggregate.h"
#include "clock.h"
#include "columns.h"
#include "exitcode.h"
#include "framecsv.h"
#include "groupcolumns.h"
#include "mem.h"
#include "outliers.h"
#include "render_json.h"
#include "rowfilter.h"
#include "say.h"
#include "table.h"
#include "text.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAST_WIDTH 40
#define FINDINGS 5

struct frames {
    const struct opts *opts;
    struct feed *feed;
    struct fleet_row **rows; /* that pass the filter, sorted */
    size_t count;
    struct outliers outliers;
    struct aggregate groups; /* with --group only */
    double now_s;
    bool again;
};

/* ---- Text --------------------------------------------------------------------------- */

static void add_table(struct table *table, const void *const *rows, size_t count,
                      struct buf *out)
{
    table->charset = say_charset();
    table_layout(table, rows, count, width_of_stdout(LEAST_WIDTH));
    table_titles(table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(table, rows[i], out);
        buf_puts(out, "\n");
    }
}

static void add_rows(const struct frames *f, struct buf *out)
{
    struct columns_context context = { f->now_s };
    struct table table = { .columns = columns_top,
                           .count = columns_top_count,
                           .user = &context };

    add_table(&table, (const void *const *)f->rows, f->count, out);
}

static void add_groups(const struct frames *f, struct buf *out)
{
    const void **groups = mem_new(f->groups.count, sizeof *groups);
    struct table table = { .columns = groupcolumns, .count = groupcolumns_count };

    for (size_t i = 0; i < f->groups.count; i++)
        groups[i] = &f->groups.groups[i];
    add_table(&table, groups, f->groups.count, out);
    free(groups);
}

static void add_clean(struct buf *out, const struct buf *line)
{
    text_clean(out, buf_text(line), line->len, say_charset());
    buf_puts(out, "\n");
}

/* A line for each figure in which processes differ from their peers. */
static void add_outliers(const struct frames *f, struct buf *out)
{
    for (size_t i = 0; i < f->outliers.count && i < FINDINGS; i++) {
        struct buf line = { 0 };

        outliers_says(&line, &f->outliers.items[i]);
        add_clean(out, &line);
        buf_fini(&line);
    }
    if (f->outliers.count > FINDINGS)
        buf_printf(out, "... and %zu more differences\n", f->outliers.count - FINDINGS);
}

/* A line for each process that grows by its own account. */
static void add_suspects(const struct frames *f, struct buf *out)
{
    size_t found = 0;

    for (size_t i = 0; i < f->count; i++) {
        const struct fleet_row *row = f->rows[i];
        const char *service = row->last.service;
        struct buf line = { 0 };

        if (row->cause != CAUSE_NONE || row->last.suspect.says[0] == '\0' || ++found > FINDINGS)
            continue;
        buf_printf(&line, "%s %.0f: %s (%s)", service[0] != '\0' ? service : row->name,
                   row->last.pid, row->last.suspect.says, row->last.suspect.grade);
        add_clean(out, &line);
        buf_fini(&line);
    }
    if (found > FINDINGS)
        buf_printf(out, "... and %zu more; see 'porthole suspects'\n", found - FINDINGS);
}

static void add_text_frame(const struct frames *f, struct buf *out)
{
    struct fleet_totals totals;

    buf_puts(out, f->again ? "\n" : "");
    if (f->opts->group != NULL)
        add_groups(f, out);
    else
        add_rows(f, out);
    add_outliers(f, out);
    add_suspects(f, out);
    fleet_sum(f->rows, f->count, f->now_s, &totals);
    columns_totals(out, &totals);
    buf_puts(out, "\n");
}

/* ---- For programs ------------------------------------------------------------------- */

static unsigned json_flags(void)
{
    return isatty(STDOUT_FILENO) == 1 ? RENDER_JSON_ASCII : 0;
}

static struct render_frame rendered(const struct frames *f)
{
    return (struct render_frame){ f->rows, f->count, f->opts->group != NULL ? &f->groups : NULL,
                                  f->now_s };
}

static void add_json_frame(const struct frames *f, struct buf *out)
{
    struct render_frame frame = rendered(f);

    render_json_frame(out, &frame, json_flags());
}

static void add_json_lines(const struct frames *f, struct buf *out)
{
    struct render_frame frame = rendered(f);

    render_json_lines(out, &frame, json_flags());
}

static void add_csv(const struct frames *f, struct buf *out)
{
    char at[CLOCK_TEXT_BYTES];

    clock_text(at);
    if (!f->again)
        framecsv_names(out);
    framecsv_rows(out, f->rows, f->count, at, f->now_s);
}

static const struct format {
    const char *name;
    void (*add)(const struct frames *frames, struct buf *out);
} formats[] = {
    { "text", add_text_frame },
    { "json", add_json_frame },
    { "ndjson", add_json_lines },
    { "csv", add_csv },
};

static const struct format *find_format(const struct opts *opts)
{
    const char *name = opts->format != NULL ? opts->format : opts->json ? "json" : "text";

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0 && (!opts->json || strcmp(name, "json") == 0))
            return &formats[i];
    }
    if (opts->json)
        say_error("'--json' and '--format %s' are not one format", name);
    else
        say_error("unknown format '%s'; use text, json, ndjson or csv", name);
    return NULL;
}

static bool is_group(const struct opts *opts, const struct format *format)
{
    if (opts->group == NULL)
        return true;
    if (!labels_is_name(opts->group, strlen(opts->group)))
        say_error("bad label '%s' for '--group'", opts->group);
    else if (format->add == add_csv)
        say_error("'--group' goes with text, json and ndjson: CSV has a line for each process");
    else
        return true;
    return false;
}

static bool is_column(const char *name)
{
    struct buf list = { 0 };

    if (columns_sort(NULL, 0, name, false, 0))
        return true;
    for (size_t i = 1; i < columns_top_count; i++) {
        const struct table_column *c = &columns_top[i];

        buf_printf(&list, "%s%s", i > 1 ? ", " : "",
                   c->ascii_title != NULL ? c->ascii_title : c->title);
    }
    say_error("no column '%s'; there are %s, and every figure by its name in /state, such as "
              "loop.utilization",
              name, buf_text(&list));
    buf_fini(&list);
    return false;
}

/* ---- Rounds ------------------------------------------------------------------------- */

/* Outliers are looked for among all: a filter must not make a process its own peer. */
static bool print(struct frames *f, const struct format *format)
{
    struct feed *feed = f->feed;
    struct buf out = { .limit = (size_t)512 << 20 };
    bool good;

    f->now_s = clock_now_s();
    f->rows = mem_new(feed->count, sizeof *f->rows);
    f->count = 0;
    outliers_find(&f->outliers, feed->rows, feed->count);
    for (size_t i = 0; i < feed->count; i++) {
        if (rowfilter_passes(feed->rows[i], f->opts->filter))
            f->rows[f->count++] = feed->rows[i];
    }
    if (format->add == add_text_frame || f->opts->sort != NULL || f->opts->reverse)
        columns_sort((const void **)f->rows, f->count, f->opts->sort, f->opts->reverse,
                     f->now_s);
    if (f->opts->group != NULL)
        aggregate_by(&f->groups, f->rows, f->count, f->opts->group, f->now_s);
    format->add(f, &out);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    aggregate_fini(&f->groups);
    outliers_fini(&f->outliers);
    free(f->rows);
    return good;
}

static void wait_until(struct feed *feed, double due_s)
{
    double left_s;

    while ((left_s = due_s - clock_now_s()) > 0)
        feed->step(feed, left_s < 60 ? (int)(left_s * 1000) + 1 : 60000, -1);
}

int frames_run(struct feed *feed, const struct opts *opts)
{
    const struct format *format = find_format(opts);
    struct frames frames = { .opts = opts, .feed = feed };
    double due_s = clock_now_s(), interval_s = opts->interval_ms / 1000;

    if (format == NULL || !is_group(opts, format) ||
        (opts->sort != NULL && !is_column(opts->sort)))
        return EXITCODE_USAGE;
    for (unsigned frame = 0; opts->count == 0 || frame < opts->count; frame++) {
        if (frame > 0) {
            /* Frames that were missed are not made up. */
            due_s = fmax(due_s + interval_s, clock_now_s());
            wait_until(feed, due_s);
        }
        /* the exit code is of all targets: the last round waits for them */
        feed->due_s = frame + 1 == opts->count ? 0 : due_s + interval_s;
        feed->begin(feed);
        while (feed->step(feed, 1000, -1) > 0)
            continue;
        frames.again = frame > 0;
        if (!print(&frames, format))
            return EXITCODE_INTERNAL;
        feed->say_failures(feed);
    }
    return feed->exitcode(feed);
}
