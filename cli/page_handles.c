/* SPDX-License-Identifier: MIT */
/*
 * page_handles: libuv's view with what was created and closed since the process started, and
 * Node's view beside it.
 */
#include "page_handles.h"

#include "pagetable.h"

PAGE_NUMBER(open, amount_count, "open", DOC_COUNT_MOST)
PAGE_NUMBER(active, amount_count, "active", DOC_COUNT_MOST)
PAGE_NUMBER(created, amount_count, "created", DOC_COUNT_MOST)
PAGE_NUMBER(closed, amount_count, "closed", DOC_COUNT_MOST)

static const struct table_column columns[] = {
    PAGE_WORDS("HANDLE", 10, pagetable_cell_name),
    PAGE_FIGURES("OPEN", 5, 0, open),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("ACTIVE", 5, 0, active),
    PAGE_FIGURES("CREATED", 5, 0, created),
    PAGE_FIGURES("CLOSED", 5, 0, closed),
    PAGE_FIGURES("CREATED/S", 5, 0, pagetable_cell_rate),
};

static const struct pagetable_list kinds = {
    .name = "by_kind",
    .noun = "kinds",
    .figure = "open",
    .counter = "created",
    .columns = columns,
    .count = sizeof columns / sizeof columns[0],
};

static void put_figure(struct buf *line, struct page *page, const struct doc *handles,
                       const char *path)
{
    page_count(line, page, path, doc_number(handles, path, DOC_COUNT_MOST));
}

static void put_totals(struct page *page, const struct doc *handles)
{
    struct buf line = { 0 };

    put_figure(&line, page, handles, "total");
    buf_puts(&line, " handles, ");
    put_figure(&line, page, handles, "active");
    buf_puts(&line, " active; JavaScript timers ");
    put_figure(&line, page, handles, "timers");
    buf_puts(&line, ", immediates ");
    put_figure(&line, page, handles, "immediates");
    page_line(page, &line);
    buf_puts(&line, "requests in flight ");
    put_figure(&line, page, handles, "requests.in_flight");
    buf_puts(&line, ": ");
    page_members(&line, page, doc_at(handles, "requests.by_kind"), "requests");
    page_line(page, &line);
    buf_fini(&line);
}

static void put_thread(struct page *page, const struct doc *thread)
{
    const struct doc *handles = doc_at(thread, "handles");
    struct buf line = { 0 };

    put_totals(page, handles);
    buf_puts(&line, "Node's resources: ");
    page_members(&line, page, doc_at(thread, "resources"), "resources");
    page_line(page, &line);
    pagetable(page, handles, &kinds);
    buf_fini(&line);
}

void page_handles(struct page *page)
{
    page_heading(page);
    page_threads(page, put_thread);
}
