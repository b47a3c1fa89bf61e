/* SPDX-License-Identifier: MIT */
/* Owns the memory a task's answer is gathered in. Runs on host threads, once per task and
 * not per event: it may allocate. A ceiling or a failed allocation cuts, and never fails,
 * an answer. */
#include "result.h"

#include <string.h>

#include "jcheck.h"
#include "text.h"

void ph_result_init(struct ph_result *r)
{
    memset(r, 0, sizeof *r);
    ph_sink_init(&r->frames, PH_RESULT_FRAMES * sizeof(struct ph_result_frame));
    ph_sink_init(&r->rows, PH_RESULT_ROWS * sizeof(struct ph_result_row));
    ph_sink_init(&r->nodes, PH_RESULT_NODES * sizeof(struct ph_result_node));
    ph_sink_init(&r->samples, PH_RESULT_SAMPLES * sizeof(struct ph_result_sample));
    ph_sink_init(&r->allocations, PH_RESULT_ALLOCATIONS * sizeof(struct ph_result_allocation));
    ph_sink_init(&r->listeners, PH_RESULT_LISTENERS * sizeof(struct ph_result_listeners));
    ph_sink_init(&r->text, PH_RESULT_TEXT);
    ph_sink_init(&r->json, PH_RESULT_JSON);
    r->emitters = PORTHOLE_UNKNOWN;
}

void ph_result_fini(struct ph_result *r)
{
    ph_sink_fini(&r->frames);
    ph_sink_fini(&r->rows);
    ph_sink_fini(&r->nodes);
    ph_sink_fini(&r->samples);
    ph_sink_fini(&r->allocations);
    ph_sink_fini(&r->listeners);
    ph_sink_fini(&r->text);
    ph_sink_fini(&r->json);
}

void ph_result_fail(struct ph_result *r, const char *why)
{
    if (!r->why[0])
        ph_text_copy(r->why, sizeof r->why, why && why[0] ? why : "unknown");
}

/* ---- Text -------------------------------------------------------------------------- */

static uint32_t hash_of(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

/* The nodes of a profile share few files and many names: a small memory of recent texts
 * halves the pool. Place 0 is the empty text. */
static uint32_t put_text(struct ph_result *r, const char *text)
{
    size_t len = text ? strlen(text) : 0;
    uint32_t *known, place;

    if (r->text.len == 0)
        ph_sink_put(&r->text, "", 1);
    if (len == 0)
        return 0;
    known = &r->interned[hash_of(text, len) % PH_RESULT_INTERNED];
    if (*known && strcmp(r->text.bytes + *known, text) == 0)
        return *known;
    place = (uint32_t)r->text.len;
    ph_sink_put(&r->text, text, len + 1);
    if (r->text.failed)
        return 0;
    *known = place;
    return place;
}

const char *ph_result_text(const struct ph_result *r, uint32_t place)
{
    return place < r->text.len ? r->text.bytes + place : "";
}

/* ---- Rows -------------------------------------------------------------------------- */

static bool put_row(struct ph_result *r, struct ph_sink *rows, const void *row, size_t size)
{
    ph_sink_put(rows, row, size);
    r->cut |= rows->failed || r->text.failed;
    return !rows->failed;
}

bool ph_result_add_frame(struct ph_result *r, const struct porthole_frame *frame)
{
    struct ph_result_frame row = { .function = put_text(r, frame->function),
                                   .file = put_text(r, frame->file),
                                   .line = frame->line,
                                   .column = frame->column,
                                   .kind = (uint8_t)frame->kind,
                                   .constructor = frame->constructor };

    return put_row(r, &r->frames, &row, sizeof row);
}

bool ph_result_add_row(struct ph_result *r, const char *name, uint64_t count, uint64_t bytes)
{
    struct ph_result_row row = { .name = put_text(r, name), .count = count, .bytes = bytes };

    return put_row(r, &r->rows, &row, sizeof row);
}

bool ph_result_add_node(struct ph_result *r, const struct porthole_node *node)
{
    struct ph_result_node row = { .id = node->id,
                                  .parent = node->parent,
                                  .function = put_text(r, node->function),
                                  .file = put_text(r, node->file),
                                  .script_id = node->script_id,
                                  .line = node->line,
                                  .column = node->column,
                                  .hits = node->hits,
                                  .self_bytes = node->self_bytes };

    return put_row(r, &r->nodes, &row, sizeof row);
}

bool ph_result_add_sample(struct ph_result *r, uint32_t node, uint64_t at_us)
{
    struct ph_result_sample row = { .node = node, .at_us = at_us };

    return put_row(r, &r->samples, &row, sizeof row);
}

bool ph_result_add_allocation(struct ph_result *r, uint32_t node, uint64_t size, uint64_t count)
{
    struct ph_result_allocation row = { .node = node, .size = size, .count = count };

    return put_row(r, &r->allocations, &row, sizeof row);
}

bool ph_result_add_listeners(struct ph_result *r, const struct porthole_listener_kind *kind)
{
    struct ph_result_listeners row = { .emitter = put_text(r, kind->emitter),
                                       .event = put_text(r, kind->event),
                                       .listeners = kind->listeners,
                                       .emitters = kind->emitters,
                                       .most_on_one = kind->most_on_one };

    return put_row(r, &r->listeners, &row, sizeof row);
}

/* Whoever wrote it, it is checked: the runtime's JSON functions are the application's to
 * replace. */
bool ph_result_set_json(struct ph_result *r, const char *json, size_t n)
{
    bool has_nulls;

    if (r->json.len)
        return false;
    ph_sink_put(&r->json, json, n);
    ph_sink_put(&r->json, "", 1);
    if (!r->json.failed && ph_jcheck(r->json.bytes, n, &has_nulls)) {
        r->json.len = n;
        return true;
    }
    ph_sink_fini(&r->json);
    ph_sink_init(&r->json, PH_RESULT_JSON);
    return false;
}

/* malloc() aligns the sink's bytes for any of these. */
#define ROWS(field, type) \
    *n = r->field.len / sizeof(struct type); \
    return (const struct type *)(const void *)r->field.bytes

const struct ph_result_frame *ph_result_frames(const struct ph_result *r, size_t *n)
{
    ROWS(frames, ph_result_frame);
}

const struct ph_result_row *ph_result_rows(const struct ph_result *r, size_t *n)
{
    ROWS(rows, ph_result_row);
}

const struct ph_result_node *ph_result_nodes(const struct ph_result *r, size_t *n)
{
    ROWS(nodes, ph_result_node);
}

const struct ph_result_sample *ph_result_samples(const struct ph_result *r, size_t *n)
{
    ROWS(samples, ph_result_sample);
}

const struct ph_result_allocation *ph_result_allocations(const struct ph_result *r, size_t *n)
{
    ROWS(allocations, ph_result_allocation);
}

const struct ph_result_listeners *ph_result_listeners(const struct ph_result *r, size_t *n)
{
    ROWS(listeners, ph_result_listeners);
}
