/* SPDX-License-Identifier: MIT */
/* Owns the profile formats. Trees are walked by links, never by recursion: a runaway
 * recursion is what people profile. */
#include "encode_calls.h"

#include <stdlib.h>
#include <string.h>

#include "put.h"
#include "text.h"

#define NONE UINT32_MAX
#define DEEPEST 4096u /* frames of one folded stack; deeper ones lose their outermost */

/* The tree by index: every list in the order in which the nodes came. */
struct tree {
    const struct ph_result *result;
    const struct ph_result_node *nodes;
    size_t n;
    uint32_t *parent, *first, *last, *next; /* index or NONE */
};

static void link_child(struct tree *t, uint32_t child, uint32_t parent)
{
    t->parent[child] = parent;
    if (parent == NONE)
        return;
    if (t->first[parent] == NONE)
        t->first[parent] = child;
    else
        t->next[t->last[parent]] = child;
    t->last[parent] = child;
}

struct known {
    uint32_t id, index;
};

static int by_id(const void *a, const void *b)
{
    const struct known *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

/* Ids are whatever the host hands out: look them up in a sorted copy. */
static bool link_all(struct tree *t)
{
    struct known *known = malloc((t->n + 1) * sizeof *known);

    if (!known)
        return false;
    for (size_t i = 0; i < t->n; i++)
        known[i] = (struct known){ t->nodes[i].id, (uint32_t)i };
    qsort(known, t->n, sizeof *known, by_id);
    for (size_t i = 0; i < t->n; i++) {
        struct known key = { t->nodes[i].parent, 0 };
        const struct known *up = bsearch(&key, known, t->n, sizeof *known, by_id);

        link_child(t, (uint32_t)i, i == 0 ? NONE : up && up->index != i ? up->index : 0);
    }
    free(known);
    return true;
}

static void tree_fini(struct tree *t)
{
    free(t->parent);
}

static bool tree_init(struct tree *t, const struct ph_result *result)
{
    memset(t, 0, sizeof *t);
    t->result = result;
    t->nodes = ph_result_nodes(result, &t->n);
    t->parent = malloc((t->n + 1) * 4 * sizeof *t->parent);
    if (!t->parent)
        return false;
    memset(t->parent, 0xFF, (t->n + 1) * 4 * sizeof *t->parent);
    t->first = t->parent + t->n + 1;
    t->last = t->first + t->n + 1;
    t->next = t->last + t->n + 1;
    if (link_all(t))
        return true;
    tree_fini(t);
    return false;
}

/* ---- JSON -------------------------------------------------------------------------- */

/* Lines and columns count from 0 here, and -1 is unknown. */
static void put_place(struct ph_sink *sink, const char *key, uint32_t from_one)
{
    ph_sink_text(sink, key);
    if (from_one)
        ph_sink_u64(sink, from_one - 1);
    else
        ph_sink_text(sink, "-1");
}

static void put_call_frame(const struct tree *t, const struct ph_result_node *node,
                           struct ph_sink *sink)
{
    ph_sink_text(sink, "\"callFrame\":{\"functionName\":");
    ph_text_json(sink, ph_result_text(t->result, node->function));
    ph_put_number(sink, ",\"scriptId\":\"", node->script_id);
    ph_sink_text(sink, "\",\"url\":");
    ph_text_json(sink, ph_result_text(t->result, node->file));
    put_place(sink, ",\"lineNumber\":", node->line);
    put_place(sink, ",\"columnNumber\":", node->column);
    ph_sink_char(sink, '}');
}

static void put_flat_node(const struct tree *t, uint32_t i, struct ph_sink *sink)
{
    ph_put_number(sink, i ? ",{\"id\":" : "{\"id\":", t->nodes[i].id);
    ph_sink_char(sink, ',');
    put_call_frame(t, &t->nodes[i], sink);
    ph_put_number(sink, ",\"hitCount\":", t->nodes[i].hits);
    for (uint32_t c = t->first[i]; c != NONE; c = t->next[c])
        ph_put_number(sink, c == t->first[i] ? ",\"children\":[" : ",", t->nodes[c].id);
    ph_sink_text(sink, t->first[i] == NONE ? "}" : "]}");
}

static void put_samples(const struct ph_result *r, struct ph_sink *sink)
{
    size_t n;
    const struct ph_result_sample *samples = ph_result_samples(r, &n);
    uint64_t before = r->began_us;

    ph_sink_text(sink, ",\"samples\":[");
    for (size_t i = 0; i < n; i++)
        ph_put_number(sink, i ? "," : "", samples[i].node);
    ph_sink_text(sink, "],\"timeDeltas\":[");
    for (size_t i = 0; i < n; i++) {
        uint64_t at = samples[i].at_us > before ? samples[i].at_us : before;

        ph_put_number(sink, i ? "," : "", at - before);
        before = at;
    }
    ph_sink_char(sink, ']');
}

static void put_more(const char *more, struct ph_sink *sink)
{
    if (more[0])
        ph_sink_char(sink, ',');
    ph_sink_text(sink, more);
    ph_sink_text(sink, "}\n");
}

bool ph_encode_cpuprofile(const struct ph_result *r, const char *more, struct ph_sink *sink)
{
    struct tree tree;

    if (!tree_init(&tree, r))
        return false;
    ph_sink_text(sink, "{\"nodes\":[");
    for (size_t i = 0; i < tree.n; i++)
        put_flat_node(&tree, (uint32_t)i, sink);
    ph_put_number(sink, "],\"startTime\":", r->began_us);
    ph_put_number(sink, ",\"endTime\":", r->ended_us);
    put_samples(r, sink);
    put_more(more, sink);
    tree_fini(&tree);
    return true;
}

/* A nested node opens here; its children follow, and close_node() ends it. */
static void open_node(const struct tree *t, uint32_t i, struct ph_sink *sink)
{
    ph_sink_char(sink, '{');
    put_call_frame(t, &t->nodes[i], sink);
    ph_put_number(sink, ",\"selfSize\":", t->nodes[i].self_bytes);
    ph_put_number(sink, ",\"id\":", t->nodes[i].id);
    ph_sink_text(sink, ",\"children\":[");
}

static void put_nested(const struct tree *t, struct ph_sink *sink)
{
    uint32_t at = 0;

    open_node(t, at, sink);
    for (;;) {
        if (t->first[at] != NONE) {
            at = t->first[at];
            open_node(t, at, sink);
            continue;
        }
        ph_sink_text(sink, "]}");
        while (t->next[at] == NONE) {
            at = t->parent[at];
            if (at == NONE)
                return;
            ph_sink_text(sink, "]}");
        }
        at = t->next[at];
        ph_sink_char(sink, ',');
        open_node(t, at, sink);
    }
}

static void put_allocations(const struct ph_result *r, struct ph_sink *sink)
{
    size_t n;
    const struct ph_result_allocation *rows = ph_result_allocations(r, &n);

    ph_sink_text(sink, ",\"samples\":[");
    for (size_t i = 0; i < n; i++) {
        ph_put_number(sink, i ? ",{\"size\":" : "{\"size\":", rows[i].size * rows[i].count);
        ph_put_number(sink, ",\"nodeId\":", rows[i].node);
        ph_put_number(sink, ",\"ordinal\":", i + 1);
        ph_sink_char(sink, '}');
    }
    ph_sink_char(sink, ']');
}

bool ph_encode_heapprofile(const struct ph_result *r, const char *more, struct ph_sink *sink)
{
    struct tree tree;

    if (!tree_init(&tree, r))
        return false;
    ph_sink_text(sink, "{\"head\":");
    if (tree.n)
        put_nested(&tree, sink);
    else
        ph_sink_text(sink, "null");
    put_allocations(r, sink);
    put_more(more, sink);
    tree_fini(&tree);
    return true;
}

/* ---- Folded ------------------------------------------------------------------------ */

static void put_folded_name(const struct tree *t, const struct ph_result_node *node,
                            struct ph_sink *sink)
{
    const char *name = ph_result_text(t->result, node->function);
    const char *file = ph_result_text(t->result, node->file);
    size_t start = sink->len;

    ph_sink_text(sink, name[0] ? name : "(anonymous)");
    if (file[0]) {
        ph_sink_text(sink, " (");
        ph_sink_text(sink, file);
        ph_put_number(sink, ":", node->line);
        ph_sink_char(sink, ')');
    }
    for (size_t i = start; i < sink->len; i++)
        if (sink->bytes[i] == ';' || (unsigned char)sink->bytes[i] < ' ')
            sink->bytes[i] = '_';
}

static void put_path(const struct tree *t, uint32_t leaf, uint32_t *path, struct ph_sink *sink)
{
    size_t depth = 0;

    /* The root is "(root)", which says nothing. */
    for (uint32_t i = leaf; t->parent[i] != NONE && depth < DEEPEST; i = t->parent[i])
        path[depth++] = i;
    for (size_t i = depth; i-- > 0;) {
        put_folded_name(t, &t->nodes[path[i]], sink);
        ph_sink_char(sink, i ? ';' : ' ');
    }
    ph_sink_u64(sink, t->nodes[leaf].hits);
    ph_sink_char(sink, '\n');
}

bool ph_encode_folded(const struct ph_result *r, struct ph_sink *sink)
{
    uint32_t *path = malloc(DEEPEST * sizeof *path);
    struct tree tree;

    if (!path || !tree_init(&tree, r)) {
        free(path);
        return false;
    }
    for (size_t i = 1; i < tree.n; i++)
        if (tree.nodes[i].hits)
            put_path(&tree, (uint32_t)i, path, sink);
    tree_fini(&tree);
    free(path);
    return true;
}
