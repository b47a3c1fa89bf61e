/* SPDX-License-Identifier: MIT */
/*
 * stacks: from documents to pages. What is not known is left out, never guessed; what makes
 * a stack doubtful is said beside it.
 */
#include "stacks.h"

#include <math.h>
#include <string.h>

static bool is_given(const struct doc *value, const char *path)
{
    return doc_text(value, path, NULL)[0] != '\0';
}

/* ---- Stacks and why there are none --------------------------------------------------- */

/* The frames may be those of a later moment than the one that was asked for. */
static void put_doubt(struct buf *out, const struct doc *stack, enum text_charset charset)
{
    double late_ms = doc_number(stack, "late_ms", DOC_MS_MOST);

    if (!is_given(stack, "after"))
        return;
    buf_puts(out, "  note: came ");
    if (!isnan(late_ms)) {
        trace_ms(out, late_ms);
        buf_puts(out, " ");
    }
    buf_puts(out, "late, after a ");
    trace_text(out, stack, "after", charset);
    buf_puts(out, ":\n        the innermost frame may be a later, innocent one\n");
}

static void put_reason(struct buf *out, const struct doc *stack, enum text_charset charset)
{
    buf_puts(out, "    no stack: ");
    trace_text(out, stack, is_given(stack, "reason") ? "reason" : "status", charset);
    buf_puts(out, "\n");
}

static void put_stack(struct buf *out, const struct doc *stack, const struct trace_look *look)
{
    if (doc_count(doc_at(stack, "frames")) == 0) {
        put_reason(out, stack, look->charset);
        return;
    }
    trace_frames(out, doc_at(stack, "frames"), doc_is_true(stack, "frames_truncated"), look);
    put_doubt(out, stack, look->charset);
}

/* ---- Threads ------------------------------------------------------------------------- */

static void put_who(struct buf *out, const struct doc *thread, const struct trace_look *look)
{
    double id = doc_number(thread, "id", DOC_COUNT_MOST);

    if (look->target != NULL) {
        text_clean(out, look->target, strlen(look->target), look->charset);
        buf_puts(out, " ");
    }
    buf_puts(out, "thread ");
    if (isnan(id))
        buf_puts(out, "?");
    else
        buf_printf(out, "%.0f", id);
    buf_puts(out, " (");
    trace_text(out, thread, "name", look->charset);
    buf_puts(out, ")");
}

static void put_loop(struct buf *out, const struct doc *thread, enum text_charset charset)
{
    double blocked_ms = doc_number(thread, "loop.blocked_ms", DOC_MS_MOST);

    if (!is_given(thread, "loop.state"))
        return;
    buf_puts(out, ": ");
    trace_text(out, thread, "loop.state", charset);
    if (blocked_ms > 0) {
        buf_puts(out, " for ");
        trace_ms(out, blocked_ms);
    }
    if (is_given(thread, "loop.in_syscall")) {
        buf_puts(out, ", in system call ");
        trace_text(out, thread, "loop.in_syscall", charset);
    }
}

void stacks_heading(struct buf *out, const struct doc *thread, const struct trace_look *look)
{
    put_who(out, thread, look);
    put_loop(out, thread, look->charset);
}

static void put_async(struct buf *out, const struct doc *thread)
{
    double id = doc_number(thread, "async_id", DOC_BYTES_MOST);
    double trigger = doc_number(thread, "trigger_async_id", DOC_BYTES_MOST);

    if (!(id > 0))
        return;
    buf_printf(out, "  async id %.0f", id);
    if (trigger > 0)
        buf_printf(out, ", triggered by %.0f", trigger);
    buf_puts(out, "\n");
}

static void put_thread(struct buf *out, const struct doc *thread, const struct trace_look *look)
{
    const struct doc *frames = doc_at(thread, "frames");

    stacks_heading(out, thread, look);
    if (doc_is_array(frames, "") && doc_count(frames) == 0) {
        buf_puts(out, ", no JavaScript is running\n");
        return;
    }
    buf_puts(out, "\n");
    put_stack(out, thread, look);
    put_async(out, thread);
}

bool stacks_print(struct buf *out, const struct doc *document, const struct trace_look *look)
{
    const struct doc *threads = doc_at(document, "threads");

    if (!doc_is_object(document, "captured") || !doc_is_array(threads, ""))
        return false;
    for (size_t i = 0; i < doc_count(threads); i++) {
        const struct doc *thread = doc_item(threads, i);

        if (i > 0 && doc_count(doc_at(doc_item(threads, i - 1), "frames")) > 0)
            buf_puts(out, "\n");
        put_thread(out, thread, look);
    }
    if (doc_count(threads) == 0)
        buf_puts(out, "no JavaScript threads\n");
    return true;
}

/* ---- Blocks -------------------------------------------------------------------------- */

static void put_block(struct buf *out, const struct doc *block, const struct trace_look *look)
{
    buf_puts(out, "  ");
    trace_text(out, block, "at", look->charset);
    buf_puts(out, ": ");
    trace_ms(out, doc_number(block, "duration_ms", DOC_MS_MOST));
    if (doc_is_true(block, "ongoing"))
        buf_puts(out, " so far");
    if (is_given(block, "in_syscall")) {
        buf_puts(out, ", in system call ");
        trace_text(out, block, "in_syscall", look->charset);
    }
    buf_puts(out, "\n");
    put_stack(out, block, look);
}

bool stacks_blocks(struct buf *out, const struct doc *document, const struct trace_look *look)
{
    const struct doc *threads = doc_at(document, "threads");

    if (!doc_is_object(document, "captured") || !doc_is_array(threads, ""))
        return false;
    for (size_t i = 0; i < doc_count(threads); i++) {
        const struct doc *thread = doc_item(threads, i), *blocks = doc_at(thread, "blocks");
        double count = doc_number(thread, "count", DOC_COUNT_MOST);

        put_who(out, thread, look);
        if (!isnan(count))
            buf_printf(out, ": blocked %.0f time%s", count, count == 1 ? "" : "s");
        if (count > (double)doc_count(blocks))
            buf_printf(out, ", the last %zu of them", doc_count(blocks));
        buf_puts(out, "\n");
        for (size_t k = 0; k < doc_count(blocks); k++)
            put_block(out, doc_item(blocks, k), look);
    }
    if (doc_count(threads) == 0)
        buf_puts(out, "no JavaScript threads\n");
    return true;
}
