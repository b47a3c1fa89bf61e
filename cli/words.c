/* SPDX-License-Identifier: MIT */
/*
 * words: tables of what to say of a state. A new figure is one line of a table.
 */
#include "words.h"

#include "stacks.h"
#include "trace.h"
#include "units.h"

#include <math.h>
#include <string.h>

#define LIST_MOST 6
#define BLOCKS_MOST 16

enum unit { BYTES, COUNT, SECONDS, MS, SHARE, AGE };

/* A figure of a line. Those of a line follow each other. */
struct item {
    const char *line;
    const char *path;
    enum unit unit;
    const char *before;
    const char *after;
};

static const struct item process_items[] = {
    { "up", "service.uptime_s", AGE, "", "" },
    { "memory", "process.rss_bytes", BYTES, "rss ", "" },
    { "memory", "process.rss_anon_bytes", BYTES, "anonymous ", "" },
    { "memory", "process.malloc_bytes", BYTES, "malloc ", "" },
    { "cgroup", "process.cgroup.memory_bytes", BYTES, "", " used" },
    { "cgroup", "process.cgroup.memory_limit_bytes", BYTES, "limit ", "" },
    { "cgroup", "process.cgroup.oom_kills", COUNT, "", " killed for want of memory" },
    { "cpu", "process.cpu_user_s", SECONDS, "user ", "" },
    { "cpu", "process.cpu_system_s", SECONDS, "system ", "" },
    { "cpu", "process.threads", COUNT, "", " threads" },
    { "files", "process.fds.open", COUNT, "", " open" },
    { "files", "process.fds.limit", COUNT, "limit ", "" },
    { "sockets", "sockets.total", COUNT, "", " in all" },
    { "sockets", "sockets.tcp.established", COUNT, "", " established" },
    { "sockets", "sockets.tcp.close_wait", COUNT, "", " close-wait" },
    { "sockets", "sockets.tcp.listen", COUNT, "", " listening" },
    { "sockets", "sockets.outside_libuv", COUNT, "", " outside libuv" },
};

static const struct item thread_items[] = {
    { "loop", "loop.utilization", SHARE, "", " busy" },
    { "loop", "loop.delay_ms.p99", MS, "delay p99 ", "" },
    { "loop", "loop.delay_ms.max", MS, "longest ", "" },
    { "heap", "heap.used_bytes", BYTES, "", " used" },
    { "heap", "heap.limit_bytes", BYTES, "limit ", "" },
    { "heap", "heap.used_after_full_gc_bytes", BYTES, "", " after the last full gc" },
    { "heap", "heap.external_bytes", BYTES, "external ", "" },
    { "heap", "heap.array_buffers_bytes", BYTES, "array buffers ", "" },
    { "gc", "gc.num_full_gc", COUNT, "", " full" },
    { "gc", "gc.num_minor_gc", COUNT, "", " minor" },
    { "gc", "gc.pause_s", SECONDS, "", " of pauses" },
    { "handles", "handles.total", COUNT, "", " open" },
    { "handles", "handles.active", COUNT, "", " active" },
    { "listeners", "listeners.total", COUNT, "", "" },
    { "listeners", "listeners.emitters", COUNT, "on ", " emitters" },
    { "listeners", "listeners.max_exceeded.count", COUNT, "", " warnings" },
};

static const struct item block_items[] = {
    { "blocks", "count", COUNT, "", "" },
    { "blocks", "longest_ms", MS, "longest ", "" },
};

#define ITEMS(table) table, sizeof(table) / sizeof(table)[0]

/* ---- Lines --------------------------------------------------------------------------- */

static void put_number(struct buf *out, double value, enum unit unit)
{
    char text[UNITS_BYTES] = "";

    switch (unit) {
    case BYTES:
        units_bytes(text, value);
        break;
    case COUNT:
        units_count(text, value);
        break;
    case SECONDS:
        trace_ms(out, value * 1000);
        break;
    case MS:
        trace_ms(out, value);
        break;
    case SHARE:
        buf_printf(out, "%.0f%%", value * 100);
        break;
    case AGE:
        units_age(text, value);
        break;
    }
    buf_puts(out, text);
}

/* Begin a line, or go on with it after a comma. */
static void put_label(struct buf *out, const char *label, bool begun)
{
    if (begun)
        buf_puts(out, ", ");
    else
        buf_printf(out, "  %-10s ", label);
}

static void put_items(struct buf *out, const struct doc *value, const struct item *items,
                      size_t count)
{
    const char *open = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct item *item = &items[i];
        double number = doc_number(value, item->path, DOC_BYTES_MOST);
        bool begun = open != NULL && strcmp(open, item->line) == 0;

        if (isnan(number) || (item->unit == SHARE && number > 10))
            continue;
        if (open != NULL && !begun)
            buf_puts(out, "\n");
        put_label(out, item->line, begun);
        open = item->line;
        buf_puts(out, item->before);
        put_number(out, number, item->unit);
        buf_puts(out, item->after);
    }
    buf_puts(out, open != NULL ? "\n" : "");
}

/* ---- Lists --------------------------------------------------------------------------- */

/* An object of objects, each with a count: "tcp 12, timer 4". */
struct list {
    struct buf *out;
    enum text_charset charset;
    const char *label;
    const char *path; /* of the count in each member */
    size_t shown;
};

static bool put_member(const char *key, const struct doc *value, void *user)
{
    struct list *list = user;
    double count = doc_number(value, list->path, DOC_COUNT_MOST);
    char text[UNITS_BYTES];

    if (!(count > 0))
        return true;
    if (list->shown == LIST_MOST) {
        buf_puts(list->out, ", ...");
        return false;
    }
    put_label(list->out, list->label, list->shown > 0);
    text_clean(list->out, key, strnlen(key, TRACE_TEXT), list->charset);
    units_count(text, count);
    buf_printf(list->out, " %s", text);
    list->shown++;
    return true;
}

static void put_kinds(struct buf *out, const struct doc *object, const char *label,
                      const char *path, enum text_charset charset)
{
    struct list list = { out, charset, label, path, 0 };

    doc_members(object, put_member, &list);
    buf_puts(out, list.shown > 0 ? "\n" : "");
}

static void put_peers(struct buf *out, const struct doc *peers, enum text_charset charset)
{
    size_t count = doc_count(peers);

    for (size_t i = 0; i < count && i < LIST_MOST; i++) {
        put_label(out, "peers", i > 0);
        trace_text(out, doc_item(peers, i), "peer", charset);
        buf_puts(out, " ");
        put_number(out, doc_number(doc_item(peers, i), "count", DOC_COUNT_MOST), COUNT);
    }
    buf_puts(out, count > LIST_MOST ? ", ...\n" : count > 0 ? "\n" : "");
}

static void put_listeners(struct buf *out, const struct doc *top, enum text_charset charset)
{
    size_t count = doc_count(top);

    for (size_t i = 0; i < count && i < LIST_MOST / 2; i++) {
        const struct doc *row = doc_item(top, i);

        put_label(out, "most on", i > 0);
        trace_text(out, row, "emitter", charset);
        buf_puts(out, " '");
        trace_text(out, row, "event", charset);
        buf_puts(out, "' ");
        put_number(out, doc_number(row, "listeners", DOC_COUNT_MOST), COUNT);
    }
    buf_puts(out, count > 0 ? "\n" : "");
}

/* ---- Threads ------------------------------------------------------------------------- */

static void put_block(struct buf *out, const struct doc *block, enum text_charset charset)
{
    buf_puts(out, "    ");
    trace_text(out, block, "at", charset);
    buf_puts(out, ": ");
    trace_ms(out, doc_number(block, "ms", DOC_MS_MOST));
    if (doc_text(block, "top", NULL)[0] != '\0') {
        buf_puts(out, ", ");
        trace_text(out, block, "top", charset);
    }
    buf_puts(out, "\n");
}

static void put_blocks(struct buf *out, const struct doc *blocks, enum text_charset charset)
{
    const struct doc *recent = doc_at(blocks, "recent"), *stack = doc_at(blocks, "last_stack");
    struct trace_look look = { .charset = charset };

    put_items(out, blocks, ITEMS(block_items));
    for (size_t i = 0; i < doc_count(recent) && i < BLOCKS_MOST; i++)
        put_block(out, doc_item(recent, i), charset);
    if (doc_count(stack) == 0)
        return;
    buf_puts(out, "  stack of the last one:\n");
    trace_frames(out, stack, doc_is_true(blocks, "last_stack_truncated"), &look);
}

static void put_thread(struct buf *out, const struct doc *thread, enum text_charset charset)
{
    struct trace_look look = { .charset = charset };

    buf_puts(out, "\n");
    stacks_heading(out, thread, &look);
    buf_puts(out, "\n");
    put_items(out, thread, ITEMS(thread_items));
    put_kinds(out, doc_at(thread, "handles.by_kind"), "open", "open", charset);
    put_listeners(out, doc_at(thread, "listeners.top"), charset);
    put_blocks(out, doc_at(thread, "loop.blocks"), charset);
}

/* ---- The page ------------------------------------------------------------------------ */

/* A text of the heading, with what stands before and behind it. */
struct part {
    const char *before;
    const char *path;
    const char *after;
};

void words_who(struct buf *out, const struct doc *state, enum text_charset charset)
{
    static const struct part parts[] = {
        { " ", "service.version", "" },
        { " (", "service.ident", ")" },
        { ", component ", "service.component", "" },
        { ", node ", "service.node", "" },
        { " on ", "service.host", "" },
    };

    trace_text(out, state, "service.name", charset);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (doc_text(state, parts[i].path, NULL)[0] == '\0')
            continue;
        buf_puts(out, parts[i].before);
        trace_text(out, state, parts[i].path, charset);
        buf_puts(out, parts[i].after);
    }
}

void words_state(struct buf *out, const struct doc *state, enum text_charset charset)
{
    const struct doc *threads = doc_at(state, "threads");

    put_items(out, state, ITEMS(process_items));
    put_peers(out, doc_at(state, "sockets.by_peer"), charset);
    put_kinds(out, doc_at(state, "objects"), "objects", "count", charset);
    for (size_t i = 0; i < doc_count(threads); i++)
        put_thread(out, doc_item(threads, i), charset);
}
