/* SPDX-License-Identifier: MIT */
/*
 * page_listeners: an estimate never stands without its bounds, and a figure that is exact
 * says so.
 */
#include "page_listeners.h"

#include "pagetable.h"

#include <math.h>
#include <string.h>

/* ---- Kinds --------------------------------------------------------------------------- */

PAGE_TEXTUAL(emitter, "emitter")
PAGE_TEXTUAL(event, "event")
PAGE_NUMBER(listeners, amount_count, "listeners", DOC_COUNT_MOST)
PAGE_NUMBER(most, amount_count, "most_on_one", DOC_COUNT_MOST)
PAGE_NUMBER(emitters, amount_count, "emitters", DOC_COUNT_MOST)

static PAGE_CELL(error)
{
    double value = doc_number(PAGE_ROW(v)->value, "standard_error", DOC_COUNT_MOST);

    (void)user;
    if (value == 0) {
        buf_puts(out, "exact");
        return;
    }
    buf_puts(out, isnan(value) ? "" : "+-");
    amount_count(out, value);
}

static const struct table_column kind_columns[] = {
    PAGE_WORDS("EMITTER", 14, emitter),
    PAGE_WORDS("EVENT", 10, event),
    PAGE_FIGURES("LISTENERS", 5, 0, listeners),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("MOST ON ONE", 5, 0, most),
    PAGE_FIGURES("EMITTERS", 5, 0, emitters),
    PAGE_FIGURES("ERROR", 5, 1, error),
};

static const struct pagetable_list kinds = {
    .name = "top",
    .noun = "kinds",
    .parts = { "emitter", "event" },
    .figure = "listeners",
    .columns = kind_columns,
    .count = sizeof kind_columns / sizeof kind_columns[0],
};

/* ---- Single emitters ----------------------------------------------------------------- */

PAGE_TEXTUAL(name, "name")
PAGE_NUMBER(minute_ago, amount_count, "minute_ago", DOC_COUNT_MOST)
PAGE_NUMBER(ten_minutes_ago, amount_count, "ten_minutes_ago", DOC_COUNT_MOST)
PAGE_NUMBER(hour_ago, amount_count, "hour_ago", DOC_COUNT_MOST)

/* A place in the code is of no use once it is cut: it has a line of its own, once for all
 * rows that follow each other and have the same. */
static void put_added_by(struct page *page, const struct pagetable_row *row,
                         const struct pagetable_row *next)
{
    const char *place = doc_text(row->value, "added_by", NULL);
    struct buf line = { 0 };

    if (place[0] == '\0' ||
        (next != NULL && strcmp(place, doc_text(next->value, "added_by", NULL)) == 0))
        return;
    buf_puts(&line, "  added by ");
    page_sentence(&line, page, row->value, "added_by");
    page_line(page, &line);
    buf_fini(&line);
}

static const struct table_column heavy_columns[] = {
    PAGE_WORDS("HEAVY EMITTER", 14, name),
    PAGE_WORDS("EVENT", 10, event),
    PAGE_FIGURES("NOW", 5, 0, listeners),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("1 MIN AGO", 5, 0, minute_ago),
    PAGE_FIGURES("10 MIN AGO", 5, 0, ten_minutes_ago),
    PAGE_FIGURES("1 H AGO", 5, 0, hour_ago),
};

static const struct pagetable_list heavy = {
    .name = "heavy",
    .noun = "heavy emitters",
    .parts = { "name", "event" },
    .figure = "listeners",
    .columns = heavy_columns,
    .count = sizeof heavy_columns / sizeof heavy_columns[0],
    .after = put_added_by,
};

/* ---- The page ------------------------------------------------------------------------ */

static void put_bounds(struct buf *line, const struct doc *l)
{
    double low = doc_number(l, "low", DOC_COUNT_MOST);
    double high = doc_number(l, "high", DOC_COUNT_MOST);
    double error = doc_number(l, "standard_error", DOC_COUNT_MOST);

    if (low < high) {
        buf_puts(line, " (");
        amount_grouped(line, low);
        buf_puts(line, "..");
        amount_grouped(line, high);
        buf_puts(line, ")");
    } else if (isnan(low) && error > 0) {
        buf_puts(line, " (standard error ");
        amount_grouped(line, error);
        buf_puts(line, ")");
    }
}

static void put_total(struct page *page, const struct doc *l)
{
    double total = doc_number(l, "total", DOC_COUNT_MOST);
    double change = page_change(page, "total", total);
    struct buf line = { 0 };

    amount_grouped(&line, total);
    buf_puts(&line, " listeners");
    put_bounds(&line, l);
    buf_puts(&line, " on ");
    amount_grouped(&line, doc_number(l, "emitters", DOC_COUNT_MOST));
    buf_puts(&line, " emitters");
    if (!isnan(change)) {
        buf_puts(&line, ", change ");
        amount_change(&line, change);
    }
    if (doc_text(l, "counted_by", NULL)[0] != '\0') {
        buf_puts(&line, "; counted by: ");
        page_sentence(&line, page, l, "counted_by");
    }
    page_line(page, &line);
    buf_fini(&line);
}

static void put_warnings(struct page *page, const struct doc *l)
{
    double count = doc_number(l, "max_exceeded.count", DOC_COUNT_MOST);
    struct buf line = { 0 };

    if (!(count > 0))
        return;
    page_count(&line, page, "max_exceeded", count);
    buf_puts(&line,
             count == 1 ? " MaxListenersExceededWarning" : " MaxListenersExceededWarnings");
    if (doc_text(l, "max_exceeded.last", NULL)[0] != '\0') {
        buf_puts(&line, ", the last for ");
        page_text(&line, page, l, "max_exceeded.last");
    }
    page_warning(page, &line);
    buf_fini(&line);
}

static void put_thread(struct page *page, const struct doc *thread)
{
    const struct doc *l = doc_at(thread, "listeners");

    put_total(page, l);
    put_warnings(page, l);
    pagetable(page, l, &kinds);
    pagetable(page, l, &heavy);
}

void page_listeners(struct page *page)
{
    page_heading(page);
    page_threads(page, put_thread);
}
