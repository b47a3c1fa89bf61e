/* SPDX-License-Identifier: MIT */
/*
 * page_heap: memory that V8 knows of beside memory that the kernel counts. Where the second
 * grows and the first does not, a native part of the process leaks, and that is said.
 */
#include "page_heap.h"

#include "pagetable.h"

#include <math.h>

/* ---- Side by side -------------------------------------------------------------------- */

enum memory { RSS, ANON, MALLOC, USED, TOTAL, EXTERNAL, BUFFERS, MEMORIES };

static const struct {
    const char *title;
    const char *path; /* in the process, or in the heap of each thread */
    bool thread;
} memories[MEMORIES] = {
    [RSS] = { "RSS", "process.rss_bytes", false },
    [ANON] = { "RSS ANON", "process.rss_anon_bytes", false },
    [MALLOC] = { "MALLOC", "process.malloc_bytes", false },
    [USED] = { "HEAP USED", "heap.used_bytes", true },
    [TOTAL] = { "HEAP SIZE", "heap.total_bytes", true },
    [EXTERNAL] = { "EXTERNAL", "heap.external_bytes", true },
    [BUFFERS] = { "BUFFERS", "heap.array_buffers_bytes", true },
};

/* Over all threads that know it; NaN if none does. */
static double sum(const struct doc *state, const char *path)
{
    const struct doc *threads = doc_at(state, "threads");
    double all = NAN;

    for (size_t i = 0; i < doc_count(threads); i++) {
        double one = doc_number(doc_item(threads, i), path, DOC_BYTES_MOST);

        if (!isnan(one))
            all = isnan(all) ? one : all + one;
    }
    return all;
}

static void put_cell(struct page *page, double value, void (*write)(struct buf *, double))
{
    struct buf cell = { 0 };

    write(&cell, value);
    text_fit(page->out, buf_text(&cell), 10, TEXT_RIGHT, TEXT_ASCII);
    buf_fini(&cell);
}

/* ---- What that means ----------------------------------------------------------------- */

/* Less is noise of allocators. */
#define GROWTH_LEAST 1048576.0

/* A loop that has not told for so long may have filled its own heap since. */
#define FRESH_MS 3000

/* The kernel's figures are of now: V8's have to be, of every thread, to be laid beside them. */
static bool is_fresh(const struct doc *state)
{
    const struct doc *threads = doc_at(state, "threads");

    for (size_t i = 0; i < doc_count(threads); i++) {
        const struct doc *thread = doc_item(threads, i);

        if (!doc_is_object(thread, "heap") ||
            !(doc_number(thread, "age_ms", DOC_MS_MOST) < FRESH_MS))
            return false;
    }
    return true;
}

/* Said only if V8's own share of it is below a quarter. */
static void put_verdict(struct page *page, const double change[MEMORIES])
{
    double v8 = fmax(change[TOTAL], 0) + fmax(change[EXTERNAL], 0);
    struct buf line = { 0 };

    if (!(change[ANON] >= GROWTH_LEAST && v8 < change[ANON] / 4))
        return;
    if (isnan(change[TOTAL]) || isnan(change[EXTERNAL]) || !is_fresh(page->state))
        return;
    buf_puts(&line, "anonymous memory grew by ");
    amount_bytes(&line, change[ANON]);
    buf_puts(&line, ", heap and external by ");
    amount_bytes(&line, v8);
    buf_puts(&line, ": it is native memory, outside of V8 (malloc ");
    amount_change_bytes(&line, change[MALLOC]);
    buf_puts(&line, ")");
    page_warning(page, &line);
    buf_fini(&line);
}

static void put_process(struct page *page)
{
    double value[MEMORIES], change[MEMORIES];

    buf_puts(page->out, "\n        ");
    for (int i = 0; i < MEMORIES; i++) {
        value[i] = memories[i].thread
                       ? sum(page->state, memories[i].path)
                       : doc_number(page->state, memories[i].path, DOC_BYTES_MOST);
        change[i] = page_change(page, memories[i].path, value[i]);
        text_fit(page->out, memories[i].title, 10, TEXT_RIGHT, TEXT_ASCII);
    }
    buf_puts(page->out, "\nnow     ");
    for (int i = 0; i < MEMORIES; i++)
        put_cell(page, value[i], amount_bytes);
    buf_puts(page->out, "\nchange  ");
    for (int i = 0; i < MEMORIES; i++)
        put_cell(page, change[i], amount_change_bytes);
    page_gap(page);
    put_verdict(page, change);
}

/* ---- Threads ------------------------------------------------------------------------- */

PAGE_NUMBER(size, amount_bytes, "size_bytes", DOC_BYTES_MOST)
PAGE_NUMBER(used, amount_bytes, "used_bytes", DOC_BYTES_MOST)
PAGE_NUMBER(available, amount_bytes, "available_bytes", DOC_BYTES_MOST)
PAGE_NUMBER(physical, amount_bytes, "physical_bytes", DOC_BYTES_MOST)

static const struct table_column columns[] = {
    PAGE_WORDS("SPACE", 16, pagetable_cell_name),
    PAGE_FIGURES("USED", 5, 0, used),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change_bytes),
    PAGE_FIGURES("SIZE", 5, 0, size),
    PAGE_FIGURES("AVAILABLE", 5, 0, available),
    PAGE_FIGURES("PHYSICAL", 5, 0, physical),
};

static bool is_in_use(const struct pagetable_row *row)
{
    return doc_number(row->value, "size_bytes", DOC_BYTES_MOST) != 0;
}

static const struct pagetable_list spaces = {
    .name = "spaces",
    .noun = "spaces",
    .figure = "used_bytes",
    .columns = columns,
    .count = sizeof columns / sizeof columns[0],
    .wanted = is_in_use,
};

static void put_bytes(struct buf *line, struct page *page, const struct doc *heap,
                      const char *path)
{
    page_bytes(line, page, path, doc_number(heap, path, DOC_BYTES_MOST));
}

static void put_limit(struct buf *line, const struct doc *heap)
{
    double used = doc_number(heap, "used_bytes", DOC_BYTES_MOST);
    double limit = doc_number(heap, "limit_bytes", DOC_BYTES_MOST);

    buf_puts(line, ", limit ");
    amount_bytes(line, limit);
    if (limit > 0 && !isnan(used))
        buf_printf(line, " (%.0f%% used)", 100 * used / limit);
}

static void put_heap(struct page *page, const struct doc *thread)
{
    const struct doc *heap = doc_at(thread, "heap");
    struct buf line = { 0 };

    buf_puts(&line, "heap used ");
    put_bytes(&line, page, heap, "used_bytes");
    buf_puts(&line, " of ");
    put_bytes(&line, page, heap, "total_bytes");
    put_limit(&line, heap);
    buf_puts(&line, "; after the last full collection ");
    put_bytes(&line, page, heap, "used_after_full_gc_bytes");
    page_line(page, &line);
    buf_puts(&line, "external ");
    put_bytes(&line, page, heap, "external_bytes");
    buf_puts(&line, ", of which array buffers ");
    put_bytes(&line, page, heap, "array_buffers_bytes");
    buf_puts(&line, "; malloced by V8 ");
    put_bytes(&line, page, heap, "malloced_bytes");
    buf_puts(&line, "; contexts ");
    page_count(&line, page, "contexts", doc_number(heap, "native_contexts", DOC_COUNT_MOST));
    buf_puts(&line, ", detached ");
    page_count(&line, page, "detached", doc_number(heap, "detached_contexts", DOC_COUNT_MOST));
    page_line(page, &line);
    buf_fini(&line);
    pagetable(page, heap, &spaces);
}

void page_heap(struct page *page)
{
    page_heading(page);
    put_process(page);
    page_gap(page);
    page_threads(page, put_heap);
}
