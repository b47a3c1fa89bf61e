/* SPDX-License-Identifier: MIT */
/*
 * table: from rows to lines. It must stay free of any terminal and of any meaning.
 */
#include "table.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *title_of(const struct table *t, size_t i)
{
    const struct table_column *c = &t->columns[i];

    return t->charset == TEXT_ASCII && c->ascii_title != NULL ? c->ascii_title : c->title;
}

/* The cell's clean text; the caller frees it. */
static void clean_cell(const struct table *t, size_t i, const void *row, struct buf *out)
{
    struct buf raw = { .limit = 4096 };

    t->columns[i].cell(&raw, row, t->user);
    text_clean(out, buf_text(&raw), raw.len, t->charset);
    buf_fini(&raw);
}

/* ---- Layout ------------------------------------------------------------------------ */

static size_t fitted(const struct table *t, size_t i, const void *const *rows, size_t count)
{
    const struct table_column *c = &t->columns[i];
    size_t width = text_width(title_of(t, i));

    width = width > c->width ? width : c->width;
    for (size_t r = 0; r < count; r++) {
        struct buf cell = { 0 };
        size_t w;

        clean_cell(t, i, rows[r], &cell);
        w = text_width(buf_text(&cell));
        width = w > width ? w : width;
        buf_fini(&cell);
    }
    return c->most > 0 && width > c->most ? c->most : width;
}

static size_t total_width(const struct table *t)
{
    size_t total = 0;

    for (size_t i = 0; i < t->count; i++)
        total += t->widths[i] > 0 ? t->widths[i] + 1 : 0;
    return total > 0 ? total - 1 : 0;
}

/* Drop the shown column of the highest rank; false if all that are left must stay. */
static bool drop_one(struct table *t)
{
    size_t victim = t->count;
    unsigned rank = 0;

    for (size_t i = 0; i < t->count; i++) {
        if (t->widths[i] > 0 && t->columns[i].rank > rank) {
            rank = t->columns[i].rank;
            victim = i;
        }
    }
    if (victim == t->count)
        return false;
    t->widths[victim] = 0;
    return true;
}

void table_layout(struct table *t, const void *const *rows, size_t count, size_t width)
{
    for (size_t i = 0; i < t->count; i++)
        t->widths[i] = t->columns[i].fit ? fitted(t, i, rows, count) : t->columns[i].width;
    while (width > 0 && total_width(t) > width && drop_one(t))
        continue;
}

static size_t widest(const struct table *t)
{
    size_t best = t->count;

    for (size_t i = 0; i < t->count; i++) {
        const struct table_column *c = &t->columns[i];

        if (c->fit && c->align != TEXT_RIGHT && t->widths[i] > c->width &&
            (best == t->count || t->widths[i] > t->widths[best]))
            best = i;
    }
    return best;
}

void table_squeeze(struct table *t, size_t width)
{
    while (total_width(t) > width) {
        size_t column = widest(t);

        if (column < t->count)
            t->widths[column]--;
        else if (!drop_one(t))
            break;
    }
}

/* ---- Lines ------------------------------------------------------------------------- */

static void trim_end(struct buf *out, size_t from)
{
    while (out->len > from && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

void table_titles(const struct table *t, int sorted, struct buf *out)
{
    size_t from = out->len;
    bool first = true;

    for (size_t i = 0; i < t->count; i++) {
        struct buf title = { 0 };

        if (t->widths[i] == 0)
            continue;
        buf_puts(&title, title_of(t, i));
        if ((int)i == sorted && text_width(buf_text(&title)) < t->widths[i])
            buf_puts(&title, t->charset == TEXT_ASCII ? "*" : "\xE2\x96\xBE");
        buf_puts(out, first ? "" : " ");
        text_fit(out, buf_text(&title), t->widths[i], t->columns[i].align, t->charset);
        buf_fini(&title);
        first = false;
    }
    trim_end(out, from);
}

/* Add the columns that cell `*i` covers to its width, and step over them. */
static size_t spanned(const struct table *t, size_t *i, const void *row)
{
    const struct table_column *c = &t->columns[*i];
    size_t width = t->widths[*i];
    size_t more = c->span != NULL ? c->span(row, t->user) : 0;

    while (more-- > 0 && *i + 1 < t->count) {
        ++*i;
        width += t->widths[*i] > 0 ? t->widths[*i] + 1 : 0;
    }
    return width;
}

void table_row(const struct table *t, const void *row, struct buf *out)
{
    size_t from = out->len;
    bool first = true;

    for (size_t i = 0; i < t->count; i++) {
        struct buf cell = { 0 };
        size_t column = i, width;

        if (t->widths[i] == 0)
            continue;
        clean_cell(t, i, row, &cell);
        width = spanned(t, &i, row);
        buf_puts(out, first ? "" : " ");
        text_fit(out, buf_text(&cell), width, i > column ? TEXT_LEFT : t->columns[column].align,
                 t->charset);
        buf_fini(&cell);
        first = false;
    }
    trim_end(out, from);
}

/* ---- Sorting ----------------------------------------------------------------------- */

struct entry {
    const void *row;
    size_t place;
    double key;
    struct buf text;
    bool reverse;
};

static int compare(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    int order;

    if (isnan(p->key) != isnan(q->key))
        return isnan(p->key) ? 1 : -1;
    order = (p->key < q->key) - (p->key > q->key);
    if (order == 0)
        order = strcmp(buf_text(&p->text), buf_text(&q->text));
    if (order != 0)
        return p->reverse ? -order : order;
    return (p->place > q->place) - (p->place < q->place);
}

void table_sort(const struct table *t, const void **rows, size_t count, size_t column,
                bool reverse)
{
    struct entry *entries = mem_new(count, sizeof *entries);
    const struct table_column *c = &t->columns[column];

    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct entry){ .row = rows[i], .place = i, .reverse = reverse };
        if (c->key != NULL)
            entries[i].key = c->key(rows[i], t->user);
        else
            clean_cell(t, column, rows[i], &entries[i].text);
    }
    if (count > 1)
        qsort(entries, count, sizeof *entries, compare);
    for (size_t i = 0; i < count; i++) {
        rows[i] = entries[i].row;
        buf_fini(&entries[i].text);
    }
    free(entries);
}
