/* SPDX-License-Identifier: MIT */
/**
 * Tables of a page: a list of a document, cut to its top, as wide as the screen, each row
 * with its change since the last look.
 *
 * Threads: one.
 */
#ifndef PAGETABLE_H
#define PAGETABLE_H

#include "page.h"
#include "table.h"

/* What the cells of all tables get as their row. */
struct pagetable_row {
    const char *name;        /* the key of a member; NULL in arrays */
    const struct doc *value;
    double change;           /* of the figure of the list */
    double per_second;       /* what `counter` grew by */
};

/* A table of an array of objects, or of an object's members. Lists that are cut say so beside
 * them: NAME_truncated, NAME_total. */
struct pagetable_list {
    const char *name;        /* of the list in its parent */
    const char *noun;        /* "kinds": for "... and 12 more kinds" */
    const char *parts[2];    /* texts that make up a row's identity; NULL: the key */
    const char *figure;      /* whose change is shown; "" if the value is the figure */
    const char *counter;     /* whose growth per second is; NULL: none */
    const struct table_column *columns;
    size_t count;

    /* Append what does not fit into a cell, on lines of its own; NULL: nothing. `next` is
     * the row that follows, NULL behind the last. */
    void (*after)(struct page *page, const struct pagetable_row *row,
                  const struct pagetable_row *next);

    /* Whether to show a row; NULL: all. */
    bool (*wanted)(const struct pagetable_row *row);
};

/**
 * Append an empty line and a table; nothing if the list is missing or has no rows.
 *
 * @return how many rows there were.
 *
 * Threads: one.
 */
size_t pagetable(struct page *page, const struct doc *parent,
                 const struct pagetable_list *list);

/* Cells for struct pagetable_row. */
#define PAGE_CELL(cell) void cell(struct buf *out, const void *v, const void *user)

#define PAGE_ROW(v) ((const struct pagetable_row *)(v))

/* A cell that shows the number at a path, by a writer of amount.h. */
#define PAGE_NUMBER(cell, writer, path, most)                                                \
    static PAGE_CELL(cell)                                                                   \
    {                                                                                        \
        (void)user;                                                                          \
        writer(out, doc_number(PAGE_ROW(v)->value, path, most));                             \
    }

/* A cell that shows the text at a path. */
#define PAGE_TEXTUAL(cell, path)                                                             \
    static PAGE_CELL(cell)                                                                   \
    {                                                                                        \
        const char *text = doc_text(PAGE_ROW(v)->value, path, NULL);                         \
        (void)user;                                                                          \
        buf_puts(out, text[0] != '\0' ? text : "-");                                         \
    }

/**
 * The name of a member; the change, as a count and as bytes; the growth per second.
 *
 * Threads: any.
 */
PAGE_CELL(pagetable_cell_name);
PAGE_CELL(pagetable_cell_change);
PAGE_CELL(pagetable_cell_change_bytes);
PAGE_CELL(pagetable_cell_rate);

/* Columns: text that may be cut to `least`, and numbers. */
#define PAGE_WORDS(title, least, cell)                                                       \
    {                                                                                        \
        title, NULL, least, 0, true, TEXT_LEFT, 0, NULL, cell, NULL, NULL                    \
    }
#define PAGE_FIGURES(title, width, rank, cell)                                               \
    {                                                                                        \
        title, NULL, width, 0, true, TEXT_RIGHT, rank, NULL, cell, NULL, NULL                \
    }

#endif /* PAGETABLE_H */
