/* SPDX-License-Identifier: MIT */
/* Owns the comparison of a profile's tree with stacks seen meanwhile. Works on the flat rows
 * of the result; the trees of stuck processes are small. */
#include "mend.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEST 512u /* frames of a sample that are compared, from the outermost */
#define MAX_LEAVES 256u

/* Where samples of `from` go: a share for each stack that was in `to` when V8 saw `from`. */
struct leaf {
    uint32_t from, to; /* ids */
    uint32_t weight;
    uint64_t given;
};

struct mend {
    struct ph_result *profile;
    uint32_t next_id;
    size_t added;
    struct leaf leaves[MAX_LEAVES];
    size_t n_leaves;
};

static struct ph_result_node *node_rows(const struct mend *m, size_t *n)
{
    *n = m->profile->nodes.len / sizeof(struct ph_result_node);
    return (struct ph_result_node *)(void *)m->profile->nodes.bytes;
}

static struct ph_result_node *find_node(const struct mend *m, uint32_t id)
{
    size_t n;
    struct ph_result_node *rows = node_rows(m, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].id == id)
            return &rows[i];
    return NULL;
}

/* V8's two sources differ in how they name what has no name. */
static const char *plain(const char *function)
{
    return strcmp(function, "(anonymous)") == 0 ? "" : function;
}

static uint32_t find_child(const struct mend *m, uint32_t parent, const char *function,
                           const char *file)
{
    size_t n;
    const struct ph_result_node *rows = node_rows(m, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].parent == parent &&
            strcmp(plain(ph_result_text(m->profile, rows[i].function)), plain(function)) == 0 &&
            strcmp(ph_result_text(m->profile, rows[i].file), file) == 0)
            return rows[i].id;
    return 0;
}

static uint32_t add_node(struct mend *m, uint32_t parent, const struct ph_result *stack,
                         const struct ph_result_frame *frame)
{
    struct porthole_node node = { .id = m->next_id,
                                  .parent = parent,
                                  .function = ph_result_text(stack, frame->function),
                                  .file = ph_result_text(stack, frame->file),
                                  .line = frame->line,
                                  .column = frame->column };

    if (!ph_result_add_node(m->profile, &node))
        return 0;
    m->added++;
    return m->next_id++;
}

/* The child that stands for this frame, made if there is none. */
static uint32_t enter(struct mend *m, uint32_t at, const struct ph_result *stack,
                      const struct ph_result_frame *frame)
{
    uint32_t child = find_child(m, at, ph_result_text(stack, frame->function),
                                ph_result_text(stack, frame->file));

    return child ? child : add_node(m, at, stack, frame);
}

static void move(const struct mend *m, uint32_t child, uint32_t parent)
{
    size_t n;
    struct ph_result_node *rows = node_rows(m, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].id == child)
            rows[i].parent = parent;
}

static void note_leaf(struct mend *m, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < m->n_leaves; i++) {
        if (m->leaves[i].from == from && m->leaves[i].to == to) {
            m->leaves[i].weight++;
            return;
        }
    }
    if (m->n_leaves < MAX_LEAVES)
        m->leaves[m->n_leaves++] = (struct leaf){ .from = from, .to = to, .weight = 1 };
}

/* The node of the sample that was taken together with the stack, or 0. */
static uint32_t sampled_node(const struct mend *m, const struct ph_result *stack)
{
    size_t n, low = 0, high;
    const struct ph_result_sample *samples = ph_result_samples(m->profile, &n);

    high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (samples[middle].at_us < stack->began_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && samples[low].at_us <= stack->ended_us ? samples[low].node : 0;
}

/* Ids from the root's child down to `id`; how many, or 0 if it is too deep. */
static size_t path_to(const struct mend *m, uint32_t root, uint32_t id, uint32_t *path)
{
    size_t depth = 0;

    while (id != root) {
        const struct ph_result_node *node = find_node(m, id);

        if (!node || depth == DEEPEST)
            return 0;
        path[depth++] = id;
        id = node->parent;
    }
    for (size_t i = 0; i < depth / 2; i++) {
        uint32_t swap = path[i];

        path[i] = path[depth - 1 - i];
        path[depth - 1 - i] = swap;
    }
    return depth;
}

static bool is_same(const struct mend *m, uint32_t id, const struct ph_result *stack,
                    const struct ph_result_frame *frame)
{
    const struct ph_result_node *node = find_node(m, id);

    return node &&
           strcmp(plain(ph_result_text(m->profile, node->function)),
                  plain(ph_result_text(stack, frame->function))) == 0 &&
           strcmp(ph_result_text(m->profile, node->file), ph_result_text(stack, frame->file)) ==
               0;
}

/* Go down the sample's path and the stack side by side. V8 shows builtins and native calls
 * that a stack has not: those are passed. What the stack has and the path has not is put in
 * between. */
static void follow(struct mend *m, uint32_t root, const struct ph_result *stack)
{
    uint32_t sampled = sampled_node(m, stack), at = root, path[DEEPEST];
    size_t depth = sampled && sampled != root ? path_to(m, root, sampled, path) : 0, i = 0;
    size_t left;
    const struct ph_result_frame *frames = ph_result_frames(stack, &left);

    if (depth == 0 || stack->cut)
        return;
    for (; left > 0 && at; left--) {
        const struct ph_result_frame *frame = &frames[left - 1];
        size_t k = i;

        while (k < depth && !is_same(m, path[k], stack, frame))
            k++;
        if (k < depth) {
            at = path[k];
            i = k + 1;
            continue;
        }
        at = enter(m, at, stack, frame);
        if (at && i < depth)
            move(m, path[i], at);
    }
    if (at)
        note_leaf(m, sampled, i < depth ? sampled : at);
}

/* The leaf of this node that is furthest behind its share. */
static struct leaf *next_leaf(struct mend *m, uint32_t node)
{
    struct leaf *best = NULL;

    for (size_t i = 0; i < m->n_leaves; i++) {
        struct leaf *leaf = &m->leaves[i];

        if (leaf->from == node &&
            (!best || leaf->given * best->weight < best->given * leaf->weight))
            best = leaf;
    }
    return best;
}

static void move_samples(struct mend *m)
{
    size_t n = m->profile->samples.len / sizeof(struct ph_result_sample);
    struct ph_result_sample *samples =
        (struct ph_result_sample *)(void *)m->profile->samples.bytes;

    for (size_t i = 0; i < n; i++) {
        struct leaf *leaf = next_leaf(m, samples[i].node);

        if (!leaf)
            continue;
        leaf->given++;
        samples[i].node = leaf->to;
    }
}

static void move_hits(const struct mend *m)
{
    for (size_t i = 0; i < m->n_leaves; i++) {
        const struct leaf *leaf = &m->leaves[i];
        struct ph_result_node *from = find_node(m, leaf->from), *to = find_node(m, leaf->to);
        uint64_t hits = leaf->given;

        if (!from || !to || from == to)
            continue;
        hits = hits < from->hits ? hits : from->hits;
        from->hits -= hits;
        to->hits += hits;
    }
}

size_t ph_mend_profile(struct ph_result *profile, const struct ph_result *const *stacks,
                       size_t n)
{
    struct mend *m = calloc(1, sizeof *m);
    const struct ph_result_node *rows;
    size_t n_rows, added;
    uint32_t root;

    if (!m)
        return 0; /* a profile with less is still one */
    m->profile = profile;
    rows = ph_result_nodes(profile, &n_rows);
    root = n_rows ? rows[0].id : 0;
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].id >= m->next_id)
            m->next_id = rows[i].id + 1;
    for (size_t i = 0; i < n && root; i++)
        follow(m, root, stacks[i]);
    move_samples(m);
    move_hits(m);
    added = m->added;
    free(m);
    return added;
}
