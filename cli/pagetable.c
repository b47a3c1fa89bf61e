/* SPDX-License-Identifier: MIT */
/*
 * pagetable: all rows leave their figures; only the top is shown, so
 * that the next look may be at more of them.
 */
#include "pagetable.h"

#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 100

struct rows {
    struct page *page;
    const struct pagetable_list *list;
    struct pagetable_row *items;
    size_t count;
};

/* Cut between characters: half of one would not come back from a file as it went in. */
static void put_name(struct buf *key, const char *text)
{
    size_t len = strnlen(text, NAME_BYTES + 1);

    if (len > NAME_BYTES) {
        while (len > 0 && ((unsigned char)text[--len] & 0xC0u) == 0x80)
            continue;
    }
    buf_puts(key, "/");
    buf_add(key, text, len);
}

/* A text as it is, a number (a port) in digits. */
static void put_part(struct buf *key, const struct doc *value)
{
    double number = doc_value(value);

    if (isnan(number))
        put_name(key, doc_text(value, "", NULL));
    else
        buf_printf(key, "/%.15g", number);
}

/* "NAME/PART/PART", or "NAME:WHAT/..." for what else is measured. */
static void make_key(struct buf *key, const struct pagetable_list *list,
                     const struct pagetable_row *row, const char *what)
{
    buf_clear(key);
    buf_printf(key, "%s%s%s", list->name, what[0] != '\0' ? ":" : "", what);
    if (row->name != NULL)
        put_name(key, row->name);
    for (size_t i = 0; i < 2 && list->parts[i] != NULL; i++)
        put_part(key, doc_at(row->value, list->parts[i]));
}

static void measure(struct page *page, const struct pagetable_list *list,
                    struct pagetable_row *row)
{
    struct buf key = { 0 };

    make_key(&key, list, row, "");
    row->change = page_row_change(page, buf_text(&key),
                                  doc_number(row->value, list->figure, DOC_BYTES_MOST));
    if (list->counter != NULL) {
        make_key(&key, list, row, list->counter);
        row->per_second = page_change(page, buf_text(&key),
                                      doc_number(row->value, list->counter, DOC_BYTES_MOST)) /
                          page->since_s;
    }
    buf_fini(&key);
}

static bool add_row(const char *key, const struct doc *value, void *user)
{
    struct rows *rows = user;
    struct pagetable_row row = {
        .name = key, .value = value, .change = NAN, .per_second = NAN
    };

    measure(rows->page, rows->list, &row);
    if (rows->list->wanted != NULL && !rows->list->wanted(&row))
        return true;
    rows->items = mem_resize(rows->items, rows->count + 1, sizeof *rows->items);
    rows->items[rows->count++] = row;
    return true;
}

/* The first of several rows of one name was compared before the next one came. */
static void forget_doubles(const struct rows *rows)
{
    struct buf key = { 0 };

    for (size_t i = 0; i < rows->count; i++) {
        struct pagetable_row *row = &rows->items[i];

        make_key(&key, rows->list, row, "");
        if (!isnan(row->change) && !page_row_is_alone(rows->page, buf_text(&key)))
            row->change = NAN;
    }
    buf_fini(&key);
}

static void find_rows(struct rows *rows, const struct doc *container)
{
    size_t count = doc_count(container);

    for (size_t i = 0; i < count; i++)
        add_row(NULL, doc_item(container, i), rows);
    if (count == 0)
        doc_members(container, add_row, rows);
    forget_doubles(rows);
}

static void print(struct page *page, const struct pagetable_list *list, const void *const *rows,
                  size_t count)
{
    struct table table = { .columns = list->columns,
                           .count = list->count,
                           .charset = page->charset };

    table_layout(&table, rows, count, 0);
    table_squeeze(&table, page->width);
    page_gap(page);
    table_titles(&table, -1, page->out);
    buf_puts(page->out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(&table, rows[i], page->out);
        buf_puts(page->out, "\n");
        if (list->after != NULL)
            list->after(page, rows[i], i + 1 < count ? rows[i + 1] : NULL);
    }
}

/* Rows that are not shown: cut by us, and cut by the agent. */
static void print_rest(struct page *page, const struct doc *parent,
                       const struct pagetable_list *list, size_t shown, size_t count)
{
    char path[64];
    double total;

    snprintf(path, sizeof path, "%s_total", list->name);
    total = doc_number(parent, path, DOC_COUNT_MOST);
    if (!(total >= (double)count))
        total = (double)count;
    snprintf(path, sizeof path, "%s_truncated", list->name);
    if (total > (double)shown)
        buf_printf(page->out, "... and %.0f more %s\n", total - (double)shown, list->noun);
    else if (doc_is_true(parent, path))
        buf_printf(page->out, "... and more %s, which the agent has cut\n", list->noun);
}

size_t pagetable(struct page *page, const struct doc *parent, const struct pagetable_list *list)
{
    struct rows rows = { .page = page, .list = list };
    const void **pointers;
    size_t shown;

    find_rows(&rows, doc_at(parent, list->name));
    shown = rows.count < page->top ? rows.count : page->top;
    pointers = mem_new(shown, sizeof *pointers);
    for (size_t i = 0; i < shown; i++)
        pointers[i] = &rows.items[i];
    if (shown > 0) {
        print(page, list, pointers, shown);
        print_rest(page, parent, list, shown, rows.count);
    }
    free(pointers);
    free(rows.items);
    return rows.count;
}

/* ---- Cells --------------------------------------------------------------------------- */

/* A list where an object was expected has no names. */
PAGE_CELL(pagetable_cell_name)
{
    const char *name = PAGE_ROW(v)->name;

    (void)user;
    buf_puts(out, name != NULL ? name : "-");
}

PAGE_CELL(pagetable_cell_change)
{
    (void)user;
    amount_change(out, PAGE_ROW(v)->change);
}

PAGE_CELL(pagetable_cell_change_bytes)
{
    (void)user;
    amount_change_bytes(out, PAGE_ROW(v)->change);
}

PAGE_CELL(pagetable_cell_rate)
{
    (void)user;
    amount_rate(out, PAGE_ROW(v)->per_second);
}
