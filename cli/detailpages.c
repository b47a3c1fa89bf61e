/* SPDX-License-Identifier: MIT */
/*
 * detailpages: from documents to lines. Every text of a document passes text_clean(), through
 * table.h, page.h, trace.h or growthlist.h.
 */
#include "detailpages.h"

#include "cause.h"
#include "growth.h"
#include "growthlist.h"
#include "mem.h"
#include "pagetable.h"
#include "spark.h"
#include "stacks.h"
#include "table.h"
#include "trace.h"
#include "viewexplain.h"
#include "viewtable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUSPECTS_MOST 200

/* ---- Overview: who it is --------------------------------------------------------------- */

static void put_clean_line(struct buf *out, struct buf *raw, size_t width,
                           enum text_charset charset)
{
    struct page page = { .out = out, .width = width, .charset = charset };
    struct buf line = { 0 };

    text_clean(&line, buf_text(raw), raw->len, charset);
    page_line(&page, &line);
    buf_clear(raw);
    buf_fini(&line);
}

static void put_identity(struct buf *raw, const struct fleet_row *row)
{
    const struct sample *s = &row->last;
    const struct {
        const char *before;
        const char *text;
    } parts[] = {
        { "", s->service },      { " ", s->version },  { ", ", s->component },
        { ", ident ", s->ident }, { ", on ", s->host }, { ", Node ", s->node },
        { ", since ", s->started },
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].text[0] == '\0')
            continue;
        buf_puts(raw, raw->len > 0 ? parts[i].before : "");
        buf_puts(raw, parts[i].text);
    }
    if (!isnan(s->pid))
        buf_printf(raw, ", pid %.0f", s->pid);
}

static void put_labels(struct buf *raw, const struct labels *labels)
{
    for (size_t i = 0; labels != NULL && i < labels->count; i++)
        buf_printf(raw, "%s%s=\"%.255s\"", i > 0 ? ", " : "labels: ", labels->items[i].name,
                   labels->items[i].value);
}

static void put_trouble(struct buf *raw, const struct fleet_row *row, double now_s)
{
    char word[CAUSE_BYTES];

    if (!row->asked) {
        buf_puts(raw, "it has not answered yet");
    } else if (row->cause != CAUSE_NONE) {
        cause_word(word, row->cause, row->status);
        buf_printf(raw, "! does not answer: %s", word);
        if (row->known) {
            buf_puts(raw, "; what follows was so ");
            amount_age(raw, now_s - row->last_s);
            buf_puts(raw, " ago");
        }
    } else if (row->last.loop == SAMPLE_LOOP_BLOCKED) {
        buf_puts(raw, "! its event loop is blocked: t shows where");
    }
}

static void put_suspect(struct buf *raw, const struct sample *s)
{
    if (s->suspect.grade[0] != '\0')
        buf_printf(raw, "! %s: %s", s->suspect.grade, s->suspect.says);
}

/* ---- Overview: its figures ------------------------------------------------------------- */

struct figures {
    const struct fleet_row *row;
    enum text_charset charset;
};

static enum vital vital_of(const void *v)
{
    return (enum vital)((const struct vital_info *)v - vitals);
}

static PAGE_CELL(figure_name)
{
    const char *name = ((const struct vital_info *)v)->name;

    (void)user;
    /* which part of /state it is goes without saying, and rules take the short name as well */
    buf_puts(out, strncmp(name, "threads.", 8) == 0 ? name + 8 : name);
}

static PAGE_CELL(figure_value)
{
    const struct figures *f = user;

    viewexplain_value(out, f->row->last.v[vital_of(v)], vital_of(v));
}

static PAGE_CELL(figure_share)
{
    double share = viewtable_share(((const struct figures *)user)->row, vital_of(v));

    if (!isnan(share))
        buf_printf(out, "%.1f%%%s", 100 * share,
                   share >= VIEWTABLE_AT     ? " #"
                   : share >= VIEWTABLE_NEAR ? " !"
                                             : "");
}

static PAGE_CELL(figure_change)
{
    double change = fleet_change(((const struct figures *)user)->row, vital_of(v));
    enum vital_unit unit = ((const struct vital_info *)v)->unit;

    if (isnan(change))
        return;
    if (unit == VITAL_BYTES)
        amount_change_bytes(out, change);
    else if (unit == VITAL_RATIO)
        buf_printf(out, "%+.1f%%", 100 * change);
    else
        amount_change(out, change);
}

static PAGE_CELL(figure_rate)
{
    float rate = ((const struct figures *)user)->row->rate[vital_of(v)];

    if (!isnan(rate))
        amount_rate(out, (double)rate);
}

static PAGE_CELL(figure_minute)
{
    const struct figures *f = user;
    size_t trail = fleet_trail(vital_of(v));
    struct spark spark = { .width = 16, .scale = spark_scale_none(), .charset = f->charset };

    if (trail == FLEET_TRAILS)
        return;
    spark.values = f->row->trail[trail];
    spark.count = f->row->point_count;
    spark_scale_add(&spark.scale, spark.values, spark.count);
    spark_write(out, &spark);
}

static PAGE_CELL(figure_help)
{
    (void)user;
    buf_puts(out, ((const struct vital_info *)v)->help);
}

static const struct table_column figure_columns[] = {
    { "FIGURE", NULL, 16, 0, true, TEXT_MIDDLE, 0, NULL, figure_name, NULL, NULL },
    PAGE_FIGURES("NOW", 6, 0, figure_value),
    PAGE_FIGURES("OF LIMIT", 8, 2, figure_share),
    PAGE_FIGURES("A MINUTE", 8, 1, figure_change),
    PAGE_FIGURES("A SECOND", 8, 3, figure_rate),
    PAGE_FIGURES("MINUTE", 16, 4, figure_minute),
    { "", NULL, 20, 0, true, TEXT_LEFT, 5, NULL, figure_help, NULL, NULL },
};

#define FIGURE_COLUMNS (sizeof figure_columns / sizeof figure_columns[0])

/* Names are not to be cut before columns that matter less are gone. */
static size_t figure_columns_in(size_t width)
{
    return FIGURE_COLUMNS - (width < 130) - (width < 100) - (width < 80);
}

static void put_figures(struct buf *out, const struct fleet_row *row, size_t width,
                        enum text_charset charset)
{
    struct figures figures = { row, charset };
    struct table table = { .columns = figure_columns,
                           .count = figure_columns_in(width),
                           .user = &figures,
                           .charset = charset };
    const void *known[VITALS];
    size_t n = 0;

    for (size_t v = 0; v < VITALS; v++) {
        if (!isnan(row->last.v[v]))
            known[n++] = &vitals[v];
    }
    table_layout(&table, known, n, 0);
    table_squeeze(&table, width);
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < n; i++) {
        table_row(&table, known[i], out);
        buf_puts(out, "\n");
    }
}

void detailpages_overview(struct buf *out, const struct fleet_row *row, size_t width,
                          double now_s, enum text_charset charset)
{
    struct buf raw = { 0 };

    if (row == NULL) {
        buf_puts(out, "this target is no longer in the fleet\n");
        return;
    }
    put_identity(&raw, row);
    put_clean_line(out, &raw, width, charset);
    put_labels(&raw, row->labels);
    if (raw.len > 0)
        put_clean_line(out, &raw, width, charset);
    put_trouble(&raw, row, now_s);
    if (raw.len > 0)
        put_clean_line(out, &raw, width, charset);
    put_suspect(&raw, &row->last);
    if (raw.len > 0)
        put_clean_line(out, &raw, width, charset);
    buf_puts(out, "\n");
    if (row->known)
        put_figures(out, row, width, charset);
    buf_fini(&raw);
}

/* ---- The event loop -------------------------------------------------------------------- */

static void put_share(struct buf *line, const char *before, double share)
{
    if (!isnan(share))
        buf_printf(line, "%s%.1f%%", before, 100 * share);
}

static void put_delays(struct buf *line, const struct doc *loop)
{
    static const char *const parts[] = { "mean", "p50", "p90", "p99", "max" };
    const struct doc *delay = doc_at(loop, "delay_ms");

    buf_puts(line, "delay:");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        buf_printf(line, "%s %s ", i > 0 ? "," : "", parts[i]);
        amount_ms(line, doc_number(delay, parts[i], DOC_MS_MOST));
    }
}

static void put_blocks(struct page *page, struct buf *line, const struct doc *loop)
{
    double count = doc_number(loop, "blocks.count", DOC_COUNT_MOST);
    struct trace_look look = { .charset = page->charset };

    buf_puts(line, "blocked ");
    page_count(line, page, "blocks", count);
    buf_puts(line, " times");
    if (count > 0) {
        buf_puts(line, ", the longest ");
        amount_ms(line, doc_number(loop, "blocks.longest_ms", DOC_MS_MOST));
        buf_puts(line, ", the last at ");
        page_text(line, page, loop, "blocks.last_at");
    }
    page_line(page, line);
    trace_frames(page->out, doc_at(loop, "blocks.last_stack"), false, &look);
}

static void put_loop(struct page *page, const struct doc *thread)
{
    const struct doc *loop = doc_at(thread, "loop");
    double blocked_ms = doc_number(loop, "blocked_ms", DOC_MS_MOST);
    struct buf line = { 0 };

    page_text(&line, page, loop, "state");
    if (blocked_ms > 0) {
        buf_puts(&line, " for ");
        amount_ms(&line, blocked_ms);
    }
    put_share(&line, ", busy ", doc_number(loop, "utilization", 1.001));
    buf_puts(&line, ", ");
    page_count(&line, page, "turns", doc_number(loop, "turns", DOC_BYTES_MOST));
    buf_puts(&line, " turns");
    page_line(page, &line);
    put_delays(&line, loop);
    page_line(page, &line);
    put_blocks(page, &line, loop);
    buf_fini(&line);
}

void detailpages_loop(struct page *page)
{
    page_heading(page);
    page_gap(page);
    page_threads(page, put_loop);
}

/* ---- Objects --------------------------------------------------------------------------- */

PAGE_NUMBER(object_count, amount_count, "count", DOC_COUNT_MOST)
PAGE_NUMBER(object_created, amount_count, "created", DOC_COUNT_MOST)
PAGE_NUMBER(object_released, amount_count, "released", DOC_COUNT_MOST)
PAGE_NUMBER(object_rate, amount_rate, "created_per_s", DOC_COUNT_MOST)

static const struct table_column object_columns[] = {
    PAGE_WORDS("TYPE", 12, pagetable_cell_name),
    PAGE_FIGURES("COUNT", 5, 0, object_count),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("CREATED", 7, 1, object_created),
    PAGE_FIGURES("RELEASED", 8, 2, object_released),
    PAGE_FIGURES("CREATED/S", 9, 3, object_rate),
};

static const struct pagetable_list object_types = {
    .name = "types",
    .noun = "types",
    .figure = "count",
    .columns = object_columns,
    .count = sizeof object_columns / sizeof object_columns[0],
};

void detailpages_objects(struct page *page)
{
    if (!doc_is_object(page->state, "types"))
        buf_puts(page->out, "it says nothing about objects\n");
    else if (pagetable(page, page->state, &object_types) == 0)
        buf_puts(page->out, "no objects are registered\n");
}

/* ---- Suspects -------------------------------------------------------------------------- */

void detailpages_suspects(struct page *page)
{
    const struct doc *list = doc_at(page->state, "suspects");
    size_t count = doc_count(list), n = count < SUSPECTS_MOST ? count : SUSPECTS_MOST;
    struct growthlist how = { .columns = GROWTHLIST_FILE,
                              .width = page->width,
                              .charset = page->charset };
    struct growth *growths = mem_new(n, sizeof *growths);
    const struct growth **order = mem_new(n, sizeof *order);

    for (size_t i = 0; i < n; i++) {
        growth_read(&growths[i], doc_item(list, i), page->now->at_s);
        order[i] = &growths[i];
    }
    if (n > 0)
        growthlist_write(page->out, &how, order, n);
    else
        buf_puts(page->out, "nothing is judged yet\n");
    if (count > n)
        buf_printf(page->out, "... and %zu more\n", count - n);
    free(order);
    free(growths);
}

/* ---- Stacks ---------------------------------------------------------------------------- */

void detailpages_stack(struct page *page)
{
    struct trace_look look = { .charset = page->charset };

    if (!stacks_print(page->out, page->state, &look))
        buf_puts(page->out, "this is no answer to '/stack'\n");
}
