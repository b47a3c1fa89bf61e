/* SPDX-License-Identifier: MIT */
/* Owns the frozen tree and its memory. Nothing here knows what a number means, or in
 * which format it will be shown. UINT64_MAX and NaN are "unknown" and become null. */
#include "snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "porthole.h"

#define CHUNK_BYTES 16384u
#define FIRST_NODES 1024u

/* ---- Arena: chunks, so that pointers into it stay good while it grows -------------- */

struct chunk {
    struct chunk *older;
    size_t used, size;
    max_align_t bytes[];
};

struct ph_arena {
    struct chunk *newest;
    size_t total;
};

static struct chunk *add_chunk(struct ph_arena *arena, size_t n)
{
    size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;
    struct chunk *chunk;

    if (arena->total + size > PH_SNAPSHOT_ARENA)
        return NULL;
    chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        return NULL;
    *chunk = (struct chunk){ .older = arena->newest, .size = size };
    arena->newest = chunk;
    arena->total += size;
    return chunk;
}

static void *arena_get(struct ph_arena *arena, size_t n)
{
    struct chunk *chunk = arena->newest;
    void *at;

    n = (n + 7) & ~(size_t)7;
    if (!chunk || chunk->size - chunk->used < n)
        chunk = add_chunk(arena, n);
    if (!chunk)
        return NULL;
    at = (char *)chunk->bytes + chunk->used;
    chunk->used += n;
    return at;
}

static void arena_free(struct ph_arena *arena)
{
    while (arena && arena->newest) {
        struct chunk *chunk = arena->newest;

        arena->newest = chunk->older;
        free(chunk);
    }
    free(arena);
}

/* ---- Life -------------------------------------------------------------------------- */

struct ph_snapshot *ph_snapshot_ref(struct ph_snapshot *snapshot)
{
    if (snapshot)
        atomic_fetch_add_explicit(&snapshot->refs, 1, memory_order_relaxed);
    return snapshot;
}

void ph_snapshot_unref(struct ph_snapshot *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_free(s->arena);
    free(s->nodes);
    free(s);
}

size_t ph_snapshot_bytes(const struct ph_snapshot *s)
{
    return s->n_nodes * sizeof s->nodes[0] + s->arena->total;
}

uint32_t ph_snapshot_find(const struct ph_snapshot *s, const char *key)
{
    for (uint32_t i = 1; i < s->n_nodes; i = s->nodes[i].next)
        if (s->nodes[i].key && strcmp(s->nodes[i].key, key) == 0)
            return i;
    return 0;
}

/* ---- Building ---------------------------------------------------------------------- */

static bool grow(struct ph_builder *b)
{
    uint32_t cap = b->cap ? b->cap * 2 : FIRST_NODES;
    struct ph_node *nodes;

    if (cap > PH_SNAPSHOT_NODES)
        return false;
    nodes = realloc(b->snapshot->nodes, cap * sizeof *nodes);
    if (!nodes)
        return false;
    b->snapshot->nodes = nodes;
    b->cap = cap;
    return true;
}

/* The next free node, filled in as a leaf, or NULL. */
static struct ph_node *append(struct ph_builder *b, enum ph_node_type type, const char *key)
{
    struct ph_snapshot *s = b->snapshot;
    struct ph_node *node;

    if (b->failed || (s->n_nodes == b->cap && !grow(b))) {
        b->failed = true;
        return NULL;
    }
    node = &s->nodes[s->n_nodes++];
    *node = (struct ph_node){ .type = (uint8_t)type, .key = key, .next = s->n_nodes };
    return node;
}

static struct ph_node *open_container(struct ph_builder *b, enum ph_node_type type,
                                      const char *key)
{
    struct ph_node *node;

    if (b->depth == PH_SNAPSHOT_DEPTH)
        b->failed = true;
    node = append(b, type, key);
    if (node)
        b->open[b->depth++] = b->snapshot->n_nodes - 1;
    return node;
}

/* Memory that lives as long as the snapshot, or NULL. */
static void *keep(struct ph_builder *b, size_t n)
{
    void *at = b->failed || !b->snapshot ? NULL : arena_get(b->snapshot->arena, n);

    if (!at)
        b->failed = true;
    return at;
}

static const char *copy_text(struct ph_builder *b, const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = keep(b, n);

    return copy ? memcpy(copy, text, n) : NULL;
}

void ph_build_begin(struct ph_builder *b)
{
    *b = (struct ph_builder){ .snapshot = calloc(1, sizeof *b->snapshot) };
    if (b->snapshot) {
        atomic_init(&b->snapshot->refs, 1);
        b->snapshot->arena = calloc(1, sizeof *b->snapshot->arena);
    }
    if (!b->snapshot || !b->snapshot->arena) {
        b->failed = true;
        return;
    }
    open_container(b, PH_NODE_OBJECT, NULL);
}

struct ph_snapshot *ph_build_freeze(struct ph_builder *b, uint64_t tick, uint64_t at_ns,
                                    uint64_t at_unix_ns)
{
    struct ph_snapshot *s = b->snapshot;

    while (b->depth)
        ph_build_end(b);
    b->snapshot = NULL;
    if (b->failed) {
        ph_snapshot_unref(s);
        return NULL;
    }
    s->tick = tick;
    s->at_ns = at_ns;
    s->at_unix_ns = at_unix_ns;
    return s;
}

void ph_build_object(struct ph_builder *b, const char *key)
{
    open_container(b, PH_NODE_OBJECT, key);
}

void ph_build_array(struct ph_builder *b, const char *key)
{
    open_container(b, PH_NODE_ARRAY, key);
}

void ph_build_map(struct ph_builder *b, const char *key, const char *label)
{
    struct ph_node *node = open_container(b, PH_NODE_OBJECT, key);

    if (node)
        node->label = label;
}

void ph_build_entry_object(struct ph_builder *b, const char *name)
{
    open_container(b, PH_NODE_OBJECT, copy_text(b, name));
}

void ph_build_item(struct ph_builder *b, const char *label, const char *value)
{
    ph_build_part(b, NULL, label, value);
}

void ph_build_part(struct ph_builder *b, const char *key, const char *label, const char *value)
{
    const char *copy = value ? copy_text(b, value) : NULL;
    struct ph_node *node = open_container(b, PH_NODE_OBJECT, key);

    if (!node)
        return;
    node->label = copy ? label : NULL; /* a label without a value would be a map's */
    node->label_value = copy;
}

void ph_build_end(struct ph_builder *b)
{
    /* A container that failed to open was not counted: closing it must not close its parent
     * either, but by then the snapshot is lost anyway. */
    if (b->depth)
        b->depth--;
    if (!b->failed)
        b->snapshot->nodes[b->open[b->depth]].next = b->snapshot->n_nodes;
}

static void put_uint(struct ph_builder *b, const char *key, const struct ph_metric *m,
                     uint64_t value)
{
    bool known = value != PORTHOLE_UNKNOWN;
    struct ph_node *node = append(b, known ? PH_NODE_UINT : PH_NODE_NULL, key);

    if (!node)
        return;
    node->metric = m;
    node->hidden = key == NULL;
    node->as.u = value;
}

static void put_real(struct ph_builder *b, const char *key, const struct ph_metric *m,
                     double value)
{
    struct ph_node *node = append(b, isfinite(value) ? PH_NODE_REAL : PH_NODE_NULL, key);

    if (!node)
        return;
    node->metric = m;
    node->hidden = key == NULL;
    node->as.d = value;
}

void ph_build_uint(struct ph_builder *b, const struct ph_metric *m, uint64_t value)
{
    put_uint(b, m->key, m, value);
}

void ph_build_real(struct ph_builder *b, const struct ph_metric *m, double value)
{
    put_real(b, m->key, m, value);
}

void ph_build_number(struct ph_builder *b, const char *key, double value)
{
    struct ph_node *node = append(b, isfinite(value) ? PH_NODE_REAL : PH_NODE_NULL, key);

    if (node)
        node->as.d = value;
}

void ph_build_entry(struct ph_builder *b, const char *name, const struct ph_metric *m,
                    uint64_t value)
{
    put_uint(b, copy_text(b, name), m, value);
}

void ph_build_entry_real(struct ph_builder *b, const char *name, const struct ph_metric *m,
                         double value)
{
    put_real(b, copy_text(b, name), m, value);
}

static void put_hist(struct ph_builder *b, const char *key, const struct ph_metric *m,
                     const struct ph_hist_view *view)
{
    struct ph_hist_summary *copy = keep(b, sizeof *copy);
    struct ph_node *node = append(b, PH_NODE_HIST, key);

    if (!copy || !node)
        return;
    ph_hist_summarise(view, copy);
    node->metric = m;
    node->hidden = key == NULL;
    node->as.hist = copy;
}

void ph_build_hist(struct ph_builder *b, const struct ph_metric *m,
                   const struct ph_hist_view *view)
{
    put_hist(b, m->key, m, view);
}

void ph_build_entry_hist(struct ph_builder *b, const char *name, const struct ph_metric *m,
                         const struct ph_hist_view *view)
{
    put_hist(b, copy_text(b, name), m, view);
}

struct ph_tally *ph_build_tally(struct ph_builder *b, const struct ph_shape *shape, uint32_t n)
{
    struct ph_tally *t = keep(b, sizeof *t);
    const struct ph_labels **labels = keep(b, n * sizeof(const struct ph_labels *));
    double *values = keep(b, n * shape->words * sizeof *values);
    struct ph_node *node = append(b, PH_NODE_TALLY, shape->metric.key);

    if (!node || !t || !labels || !values)
        return NULL;
    *t = (struct ph_tally){ .shape = shape, .n = n, .labels = labels, .values = values };
    node->as.tally = t;
    return t;
}

void ph_build_text(struct ph_builder *b, const char *key, const char *text)
{
    const char *copy;
    struct ph_node *node;

    if (!text) {
        ph_build_null(b, key);
        return;
    }
    copy = copy_text(b, text);
    node = append(b, PH_NODE_TEXT, key);
    if (node)
        node->as.text = copy;
}

void ph_build_time(struct ph_builder *b, const char *key, uint64_t unix_ns)
{
    char text[PH_ISO_BYTES];

    ph_build_text(b, key, unix_ns ? ph_clock_iso(unix_ns, text) : NULL);
}

void ph_build_bool(struct ph_builder *b, const char *key, bool value)
{
    struct ph_node *node = append(b, PH_NODE_BOOL, key);

    if (node)
        node->as.b = value;
}

void ph_build_null(struct ph_builder *b, const char *key)
{
    append(b, PH_NODE_NULL, key);
}

void ph_build_identity(struct ph_builder *b)
{
    if (!b->failed && b->snapshot->n_nodes)
        b->snapshot->nodes[b->snapshot->n_nodes - 1].identity = true;
}

void ph_build_hide(struct ph_builder *b)
{
    if (!b->failed && b->snapshot->n_nodes)
        b->snapshot->nodes[b->snapshot->n_nodes - 1].hidden = true;
}
