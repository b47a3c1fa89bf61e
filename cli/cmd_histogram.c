/* SPDX-License-Identifier: MIT */
/*
 * cmd_histogram: rows are shown as the agent orders them, most numerous first.
 */
#include "cmd_histogram.h"

#include "doc.h"
#include "exitcode.h"
#include "histogram.h"
#include "mem.h"
#include "outfile.h"
#include "render_json.h"
#include "say.h"
#include "table.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define TOP 30

#define CELL(name) static void name(struct buf *out, const void *row, const void *user)

CELL(count)
{
    double value = doc_number(row, "count", DOC_COUNT_MOST);

    (void)user;
    if (isnan(value))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.0f", value);
}

CELL(bytes)
{
    char text[UNITS_BYTES];

    (void)user;
    units_bytes(text, doc_number(row, "bytes", DOC_BYTES_MOST));
    buf_puts(out, text);
}

CELL(constructor)
{
    const char *name = doc_text(row, "constructor", NULL);

    (void)user;
    buf_puts(out, name[0] != '\0' ? name : "(none)");
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "COUNT", NULL, 8, 0, true, TEXT_RIGHT, 0, NULL, count, NULL, NULL },
    { "BYTES", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, bytes, NULL, NULL },
    { "CONSTRUCTOR", NULL, 11, 0, true, TEXT_LEFT, 0, NULL, constructor, NULL, NULL },
};

static void write_table(struct buf *out, const struct doc *rows, size_t shown)
{
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .charset = say_charset() };
    const void **pointers = mem_new(shown, sizeof *pointers);

    for (size_t i = 0; i < shown; i++)
        pointers[i] = doc_item(rows, i);
    table_layout(&table, pointers, shown, 0);
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < shown; i++) {
        table_row(&table, pointers[i], out);
        buf_puts(out, "\n");
    }
    free(pointers);
}

static void write_summary(struct buf *out, const struct doc *histogram, size_t shown)
{
    const char *thread = doc_text(histogram, "thread.name", NULL);
    double all = doc_number(histogram, "rows_total", DOC_COUNT_MOST);
    struct buf line = { 0 };
    char heap[UNITS_BYTES], loop[UNITS_BYTES], collector[UNITS_BYTES];

    if (all > (double)shown)
        buf_printf(out, "... and %.0f more constructors\n", all - (double)shown);
    units_ms(loop, doc_number(histogram, "cost.loop_ms", DOC_MS_MOST));
    units_ms(collector, doc_number(histogram, "cost.gc_ms", DOC_MS_MOST));
    units_bytes(heap, doc_number(histogram, "heap_used_bytes", DOC_BYTES_MOST));
    buf_printf(&line, "%.0f objects, heap %s, thread '%s'; ",
               doc_number(histogram, "objects", DOC_COUNT_MOST), heap, thread);
    buf_printf(&line, "it stood still for %s ms (GC %s)", loop, collector);
    text_clean(out, buf_text(&line), line.len, say_charset());
    buf_puts(out, "\n");
    buf_fini(&line);
}

static bool print_table(const struct doc *histogram, unsigned top)
{
    const struct doc *rows = doc_at(histogram, "rows");
    size_t shown = doc_count(rows);
    struct buf out = { 0 };
    bool good;

    if (shown > top)
        shown = top;
    write_table(&out, rows, shown);
    write_summary(&out, histogram, shown);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static bool print_json(const struct buf *text)
{
    unsigned flags = isatty(STDOUT_FILENO) == 1 ? RENDER_JSON_ASCII | RENDER_JSON_PRETTY : 0;
    struct buf out = { 0 };
    bool good;

    render_json_state(&out, NULL, buf_text(text), text->len, flags);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

/* The document, for `porthole diff` later. */
static int keep(const struct opts *opts, const struct doc *histogram, const struct buf *text)
{
    struct outfile_origin origin = { doc_text(histogram, "service.name", NULL),
                                     doc_number(histogram, "service.pid", 4194304),
                                     doc_text(histogram, "captured.at", NULL),
                                     ".histogram.json" };
    char *name = outfile_name(opts->output, &origin), why[256];
    bool good = outfile_save(name, opts->force, text, why);

    if (!good)
        say_error("%s", why);
    free(name);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

static int show(const struct opts *opts, const struct doc *histogram, const struct buf *text)
{
    bool to_stdout = opts->output != NULL && opts->output[0] == '-' && opts->output[1] == '\0';
    int code = opts->output != NULL ? keep(opts, histogram, text) : EXITCODE_FINE;
    bool good;

    if (code != EXITCODE_FINE || to_stdout)
        return code;
    good =
        opts->json ? print_json(text) : print_table(histogram, opts->top > 0 ? opts->top : TOP);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

int cmd_histogram(const struct opts *opts, char **arguments, int words)
{
    struct doc *histogram = NULL;
    struct buf text = { 0 };
    char why[256];
    int code;

    (void)words;
    if (opts->output != NULL && !outfile_may(opts->output, opts->force, why)) {
        say_error("%s", why);
        return EXITCODE_USAGE;
    }
    code = histogram_take(opts, arguments[0], &text, &histogram);
    if (code != EXITCODE_FINE)
        return code;
    code = show(opts, histogram, &text);
    doc_free(histogram);
    buf_fini(&text);
    return code;
}
