/* SPDX-License-Identifier: MIT */
#include "historylist.h"

#include "mem.h"
#include "plot.h"
#include "say.h"
#include "table.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WIDTH 40

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static bool fits(const struct doc *series, const char *part)
{
    const char *name = doc_text(series, "series", NULL);

    return name[0] != '\0' && strstr(name, part) != NULL;
}

size_t historylist_find(const struct doc *document, const char *part, const char **only)
{
    const struct doc *list = doc_at(document, "series");
    size_t found = 0;

    *only = NULL;
    for (size_t i = 0; i < doc_count(list); i++) {
        const char *name = doc_text(doc_item(list, i), "series", NULL);

        if (!fits(doc_item(list, i), part))
            continue;
        if (found++ == 0)
            *only = name;
        else if (*only != NULL && strcmp(*only, name) != 0)
            *only = NULL;
    }
    return found;
}

CELL(name)
{
    (void)user;
    buf_puts(out, doc_text(v, "series", NULL));
}

CELL(thread)
{
    double id = doc_number(v, "thread", DOC_COUNT_MOST);

    (void)user;
    if (isnan(id))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.0f", id);
}

CELL(last)
{
    (void)user;
    plot_value(out, doc_value(doc_at(v, "last")), doc_text(v, "unit", NULL), NAN);
}

CELL(unit)
{
    (void)user;
    buf_puts(out, doc_text(v, "unit", NULL));
}

CELL(kind)
{
    (void)user;
    buf_puts(out, doc_text(v, "kind", NULL));
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "SERIES", NULL, 16, 100, true, TEXT_LEFT, 0, NULL, name, NULL, NULL },
    { "THREAD", NULL, 6, 0, false, TEXT_RIGHT, 0, NULL, thread, NULL, NULL },
    { "LAST", NULL, 6, 0, true, TEXT_RIGHT, 0, NULL, last, NULL, NULL },
    { "UNIT", NULL, 4, 8, true, TEXT_LEFT, 1, NULL, unit, NULL, NULL },
    { "KIND", NULL, 4, 8, true, TEXT_LEFT, 2, NULL, kind, NULL, NULL },
};

void historylist_write(struct buf *out, const struct doc *document, const char *part)
{
    const struct doc *list = doc_at(document, "series");
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .charset = say_charset() };
    const void **rows = mem_new(doc_count(list), sizeof *rows);
    double refused = doc_number(document, "refused", DOC_COUNT_MOST);
    size_t count = 0;

    for (size_t i = 0; i < doc_count(list); i++) {
        if (fits(doc_item(list, i), part))
            rows[count++] = doc_item(list, i);
    }
    table_layout(&table, rows, count, 0);
    table_squeeze(&table, width_of_stdout(LEAST_WIDTH));
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(&table, rows[i], out);
        buf_puts(out, "\n");
    }
    if (doc_is_true(document, "truncated"))
        buf_puts(out, "... and more, which the agent has cut\n");
    if (refused > 0)
        buf_printf(out, "%.0f more series found no room in the agent (historyBytes)\n",
                   refused);
    free(rows);
}
