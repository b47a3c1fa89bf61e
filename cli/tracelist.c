/* SPDX-License-Identifier: MIT */
/*
 * tracelist: of each stack the table has the first frame that is the application's own. Its
 * place is cut at its beginning: the end of a path and the line are what is looked for.
 */
#include "tracelist.h"

#include "amount.h"
#include "mem.h"
#include "page.h"
#include "table.h"
#include "trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 10000
#define WHERE 3 /* the column */
#define WHERE_LEAST 24

struct row {
    const struct doc *value;
    double alive;
    size_t place; /* in the document */
    struct buf where;
};

/* ---- The frame that counts ----------------------------------------------------------- */

static bool is_own(const struct doc *frame)
{
    const char *file = doc_text(frame, "file", NULL);

    return file[0] != '\0' && strncmp(file, "node:", 5) != 0;
}

/* The first of the application; NULL: all of them are Node's. */
static const struct doc *own_frame(const struct doc *frames)
{
    for (size_t i = 0; i < doc_count(frames); i++) {
        if (is_own(doc_item(frames, i)))
            return doc_item(frames, i);
    }
    return doc_item(frames, 0);
}

static void put_clean(struct buf *out, const char *text, enum text_charset charset)
{
    text_clean(out, text, strnlen(text, TRACE_TEXT), charset);
}

static void put_place(struct buf *out, const struct doc *frame, enum text_charset charset)
{
    const char *file = doc_text(frame, "file", NULL);
    double line = doc_number(frame, "line", 4294967295.0);
    double column = doc_number(frame, "column", 4294967295.0);

    if (strncmp(file, "file://", 7) == 0)
        file += 7;
    put_clean(out, file[0] != '\0' ? file : "unknown place", charset);
    if (line > 0)
        buf_printf(out, ":%.0f", line);
    if (line > 0 && column > 0)
        buf_printf(out, ":%.0f", column);
}

/* The end of a clean text, as much of it as fits. */
static void put_end(struct buf *out, const char *text, size_t width, enum text_charset charset)
{
    if (text_width(text) > width) {
        while (*text != '\0' && text_width(text) + 1 > width) {
            size_t used;

            text_decode(text, strlen(text), &used);
            text += used;
        }
        buf_puts(out, charset == TEXT_ASCII ? "~" : "\xE2\x80\xA6");
    }
    buf_puts(out, text);
}

/* "function (place)"; the name gives way first, down to a third. */
static void put_where(struct buf *out, const struct doc *frame, size_t width,
                      enum text_charset charset)
{
    struct buf function = { 0 }, place = { 0 };
    size_t name, rest;

    put_clean(&function, doc_text(frame, "function", NULL), charset);
    put_place(&place, frame, charset);
    if (function.len == 0) {
        put_end(out, buf_text(&place), width, charset);
    } else {
        name = text_width(buf_text(&function));
        rest = text_width(buf_text(&place)) + 3;
        rest = rest < width - width / 3 ? width - rest : width / 3;
        name = name < rest ? name : rest;
        text_fit(out, buf_text(&function), name, TEXT_LEFT, charset);
        buf_puts(out, " (");
        put_end(out, buf_text(&place), width - name - 3, charset);
        buf_puts(out, ")");
    }
    buf_fini(&function);
    buf_fini(&place);
}

/* ---- The table ----------------------------------------------------------------------- */

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct row *row_of(const void *v)
{
    return v;
}

CELL(alive)
{
    (void)user;
    amount_count(out, row_of(v)->alive);
}

CELL(added)
{
    (void)user;
    amount_count(out, doc_number(row_of(v)->value, "added", DOC_COUNT_MOST));
}

CELL(what)
{
    const char *text = doc_text(row_of(v)->value, "what", NULL);

    (void)user;
    buf_puts(out, text[0] != '\0' ? text : "-");
}

CELL(where)
{
    (void)user;
    buf_puts(out, buf_text(&row_of(v)->where));
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "ALIVE", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, alive, NULL, NULL },
    { "ADDED", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, added, NULL, NULL },
    { "WHAT", NULL, 12, 24, true, TEXT_LEFT, 0, NULL, what, NULL, NULL },
    { "BY", NULL, WHERE_LEAST, 0, false, TEXT_LEFT, 0, NULL, where, NULL, NULL },
};

static void lay_out(struct table *table, struct row *rows, const void *const *pointers,
                    size_t count, size_t width)
{
    size_t used = 0;

    table_layout(table, pointers, count, 0);
    for (size_t i = 0; i < WHERE; i++)
        used += table->widths[i] + 1;
    if (used + WHERE_LEAST < width)
        table->widths[WHERE] = width - used;
    for (size_t i = 0; i < count; i++)
        put_where(&rows[i].where, own_frame(doc_at(rows[i].value, "frames")),
                  table->widths[WHERE], table->charset);
}

static void put_table(struct buf *out, struct row *rows, size_t count,
                      const struct tracelist_look *look)
{
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .charset = look->charset };
    const void **pointers = mem_new(count, sizeof *pointers);

    for (size_t i = 0; i < count; i++)
        pointers[i] = &rows[i];
    lay_out(&table, rows, pointers, count, look->width);
    buf_puts(out, "\n");
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(&table, pointers[i], out);
        buf_puts(out, "\n");
    }
    free(pointers);
}

/* ---- Stacks -------------------------------------------------------------------------- */

static void put_stacks(struct buf *out, const struct row *rows, size_t count,
                       const struct tracelist_look *look)
{
    struct trace_look how = { .charset = look->charset };

    for (size_t i = 0; i < count; i++) {
        buf_puts(out, "\n");
        amount_count(out, rows[i].alive);
        buf_puts(out, " alive of ");
        amount_count(out, doc_number(rows[i].value, "added", DOC_COUNT_MOST));
        buf_puts(out, " added: ");
        trace_text(out, rows[i].value, "what", look->charset);
        buf_puts(out, "\n");
        trace_frames(out, doc_at(rows[i].value, "frames"),
                     doc_is_true(rows[i].value, "frames_truncated"), &how);
    }
}

/* ---- The page ------------------------------------------------------------------------ */

static void put_summary(struct buf *out, const struct doc *d, const struct tracelist_look *look)
{
    double sampled = doc_number(d, "sampled_one_in", DOC_COUNT_MOST);
    struct page page = { .out = out, .width = look->width, .charset = look->charset };
    struct buf line = { 0 };

    page_text(&line, &page, d, "what");
    buf_puts(&line, " of thread '");
    page_text(&line, &page, d, "thread.name");
    buf_puts(&line, "' in ");
    amount_ms(&line, 1000 * doc_number(d, "seconds", 1e9));
    buf_puts(&line, ": ");
    amount_grouped(&line, doc_number(d, "added", DOC_COUNT_MOST));
    buf_puts(&line, " added, ");
    amount_grouped(&line, doc_number(d, "removed", DOC_COUNT_MOST));
    buf_puts(&line, " removed, ");
    amount_grouped(&line, doc_number(d, "alive", DOC_COUNT_MOST));
    buf_puts(&line, " still alive");
    if (sampled > 1) {
        buf_puts(&line, "; stacks of one in ");
        amount_grouped(&line, sampled);
    }
    page_line(&page, &line);
    buf_fini(&line);
}

static int by_alive(const void *a, const void *b)
{
    const struct row *p = a, *q = b;

    if (isnan(p->alive) != isnan(q->alive))
        return isnan(p->alive) ? 1 : -1;
    if (p->alive != q->alive && !isnan(p->alive))
        return p->alive < q->alive ? 1 : -1;
    return (p->place > q->place) - (p->place < q->place);
}

static void put_rest(struct buf *out, const struct doc *document, size_t shown, size_t count)
{
    double total = doc_number(document, "rows_total", DOC_COUNT_MOST);

    if (!(total >= (double)count))
        total = (double)count;
    if (total > (double)shown)
        buf_printf(out, "... and %.0f more stacks\n", total - (double)shown);
}

bool tracelist_print(struct buf *out, const struct doc *document,
                     const struct tracelist_look *look)
{
    const struct doc *list = doc_at(document, "rows");
    size_t count = doc_count(list), shown;
    struct row *rows;

    if (!doc_is_array(list, "") || doc_text(document, "what", NULL)[0] == '\0')
        return false;
    count = count < ROWS_MOST ? count : ROWS_MOST;
    shown = count < look->top ? count : look->top;
    rows = mem_new(count, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct row){ .value = doc_item(list, i),
                                .alive = doc_number(doc_item(list, i), "alive", DOC_COUNT_MOST),
                                .place = i };
    if (count > 1)
        qsort(rows, count, sizeof *rows, by_alive);
    put_summary(out, document, look);
    if (shown > 0)
        put_table(out, rows, shown, look);
    put_rest(out, document, shown, count);
    if (look->stacks)
        put_stacks(out, rows, shown, look);
    for (size_t i = 0; i < count; i++)
        buf_fini(&rows[i].where);
    free(rows);
    return true;
}
