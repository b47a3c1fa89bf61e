/* SPDX-License-Identifier: MIT */
/* Owns the comparison of a profile's tree with stacks seen meanwhile. Works by index on the
 * flat rows of the result; a stop of the agent waits for it, so nothing here may take longer
 * than the frames of all stacks times the depth of a path. */
#include "mend.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define DEEPEST 512u    /* frames of a sample that are compared, from the outermost */
#define MAX_LEAVES 256u
#define MAX_ADDED 8192u /* 64 stacks of 128 frames, if none of them were known */

/* Where samples of `from` go: a share for each stack that was in `to` when V8 saw `from`. */
struct leaf {
    uint32_t from, to;  /* by index, as all below */
    uint32_t weight;
    uint64_t given;
};

struct known {
    uint32_t id, index;
};

struct mend {
    struct ph_result *profile;
    size_t    n, n_known;       /* nodes; those of V8 among them come first */
    uint32_t  next_id;
    uint32_t *parent, *first, *next;
    struct known *known;        /* by id */
    struct leaf leaves[MAX_LEAVES];
    size_t    n_leaves;
};

static struct ph_result_node *node_at(const struct mend *m, uint32_t i)
{
    return (struct ph_result_node *)(void *)m->profile->nodes.bytes + i;
}

static int by_id(const void *a, const void *b)
{
    const struct known *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static uint32_t index_of(const struct mend *m, uint32_t id)
{
    struct known key = { id, 0 };
    const struct known *found = bsearch(&key, m->known, m->n_known, sizeof key, by_id);

    return found ? found->index : NONE;
}

/* ---- The tree ---------------------------------------------------------------------- */

static void link_to(struct mend *m, uint32_t child, uint32_t parent)
{
    m->parent[child] = parent;
    m->next[child] = m->first[parent];
    m->first[parent] = child;
}

static void unlink_from(struct mend *m, uint32_t child)
{
    uint32_t *link = &m->first[m->parent[child]];

    while (*link != child)
        link = &m->next[*link];
    *link = m->next[child];
}

static void fini(struct mend *m)
{
    free(m->parent);
    free(m->known);
    free(m);
}

static struct mend *init(struct ph_result *profile)
{
    struct mend *m = calloc(1, sizeof *m);
    size_t room;

    if (!m)
        return NULL;
    m->profile = profile;
    ph_result_nodes(profile, &m->n);
    m->n_known = m->n;
    room = m->n + MAX_ADDED;
    m->parent = malloc(3 * room * sizeof *m->parent);
    m->known = malloc((m->n + 1) * sizeof *m->known);
    if (!m->parent || !m->known) {
        fini(m);
        return NULL;
    }
    memset(m->parent, 0xFF, 3 * room * sizeof *m->parent);
    m->first = m->parent + room;
    m->next = m->first + room;
    for (uint32_t i = 0; i < m->n; i++) {
        m->known[i] = (struct known){ node_at(m, i)->id, i };
        m->next_id = node_at(m, i)->id >= m->next_id ? node_at(m, i)->id + 1 : m->next_id;
    }
    qsort(m->known, m->n, sizeof *m->known, by_id);
    for (uint32_t i = 1; i < m->n; i++) {
        uint32_t up = index_of(m, node_at(m, i)->parent);

        link_to(m, i, up == NONE || up == i ? 0 : up);
    }
    return m;
}

/* ---- Which is which ------------------------------------------------------------------ */

struct sought {
    const struct ph_result *stack;
    const struct ph_result_frame *frame;
};

/* V8's two sources differ in how they name what has no name. */
static const char *plain(const char *function)
{
    return strcmp(function, "(anonymous)") == 0 ? "" : function;
}

/* The frame's line is one inside of the function. */
static bool is_in_place(const struct mend *m, uint32_t i, const struct sought *s)
{
    const struct ph_result_node *node = node_at(m, i);

    return strcmp(ph_result_text(m->profile, node->file),
                  ph_result_text(s->stack, s->frame->file)) == 0 &&
           (i >= m->n_known || !node->line || !s->frame->line || node->line <= s->frame->line);
}

static bool has_name(const struct mend *m, uint32_t i, const struct sought *s)
{
    return strcmp(plain(ph_result_text(m->profile, node_at(m, i)->function)),
                  plain(ph_result_text(s->stack, s->frame->function))) == 0;
}

static bool is_same(const struct mend *m, uint32_t i, const struct sought *s)
{
    return has_name(m, i, s) && is_in_place(m, i, s);
}

/* The child that a frame stands for: of several functions with one name, that which begins
 * nearest above the line. */
static uint32_t find_child(const struct mend *m, uint32_t parent, const struct sought *s)
{
    uint32_t best = NONE;

    for (uint32_t c = m->first[parent]; c != NONE; c = m->next[c])
        if (is_same(m, c, s) && (best == NONE || node_at(m, c)->line > node_at(m, best)->line))
            best = c;
    return best;
}

static uint32_t enter(struct mend *m, uint32_t at, const struct sought *s)
{
    uint32_t child = find_child(m, at, s);
    struct porthole_node node = { .id = m->next_id,
                                  .parent = node_at(m, at)->id,
                                  .function = ph_result_text(s->stack, s->frame->function),
                                  .file = ph_result_text(s->stack, s->frame->file),
                                  .line = s->frame->line,
                                  .column = s->frame->column };

    if (child != NONE)
        return child;
    if (m->n - m->n_known == MAX_ADDED || !ph_result_add_node(m->profile, &node))
        return NONE;
    m->next_id++;
    child = (uint32_t)m->n++;
    link_to(m, child, at);
    return child;
}

static void move(struct mend *m, uint32_t child, uint32_t parent)
{
    if (m->parent[child] == parent)
        return;
    unlink_from(m, child);
    link_to(m, child, parent);
    node_at(m, child)->parent = node_at(m, parent)->id;
}

/* ---- One stack --------------------------------------------------------------------- */

/* The node of the sample that was taken together with the stack, or NONE. */
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
    return low < n && samples[low].at_us <= stack->ended_us ? index_of(m, samples[low].node)
                                                            : NONE;
}

/* The nodes from the root's child down to `i`; how many, or 0 if it is too deep. */
static size_t path_to(const struct mend *m, uint32_t i, uint32_t *path)
{
    size_t depth = 0;

    for (uint32_t up = i; up != 0; up = m->parent[up])
        if (++depth > DEEPEST)
            return 0;
    for (size_t k = depth; k-- > 0; i = m->parent[i])
        path[k] = i;
    return depth;
}

struct walk {
    uint32_t path[DEEPEST];     /* what V8 has sampled */
    size_t   depth, at;         /* path[at] is next */
    size_t   left;              /* frames[left - 1] is next, the outermost first */
    const struct ph_result_frame *frames;
};

/* How many nodes of the path to go on by to stand on the frame; 0: the path has it not. V8
 * also shows builtins and native calls that a stack has not: those are passed. */
static size_t steps_to(const struct mend *m, const struct walk *w, const struct sought *s)
{
    struct sought later = *s;

    for (size_t k = w->at; k < w->depth; k++)
        if (is_same(m, w->path[k], s))
            return k - w->at + 1;
    if (w->at == w->depth || !is_in_place(m, w->path[w->at], s))
        return 0;
    /* In its place, under another name: a function may have been given one (esbuild's
     * keepNames does). Not if that node is the frame of another call, further in. */
    for (size_t i = w->left - 1; i-- > 0;) {
        later.frame = &w->frames[i];
        if (is_same(m, w->path[w->at], &later))
            return 0;
    }
    return 1;
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

/* Go down the sample's path and the stack side by side. What the stack has and the path has
 * not is put in between. */
static void follow(struct mend *m, const struct ph_result *stack)
{
    uint32_t sampled = sampled_node(m, stack), at = 0;
    struct walk w = { .depth = 0 };

    w.frames = ph_result_frames(stack, &w.left);
    if (sampled != NONE && sampled != 0)
        w.depth = path_to(m, sampled, w.path);
    if (w.depth == 0 || stack->cut)
        return;
    for (; w.left > 0 && at != NONE; w.left--) {
        struct sought s = { stack, &w.frames[w.left - 1] };
        size_t steps = steps_to(m, &w, &s);

        if (steps) {
            w.at += steps;
            at = w.path[w.at - 1];
            continue;
        }
        at = enter(m, at, &s);
        if (at != NONE && w.at < w.depth)
            move(m, w.path[w.at], at);
    }
    if (at != NONE)
        note_leaf(m, sampled, w.at < w.depth ? sampled : at);
}

/* ---- Samples ----------------------------------------------------------------------- */

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
    struct ph_result_node *from, *to;

    for (size_t i = 0; i < n; i++) {
        uint32_t index = index_of(m, samples[i].node);
        struct leaf *leaf = index == NONE ? NULL : next_leaf(m, index);

        if (!leaf)
            continue;
        leaf->given++;
        from = node_at(m, leaf->from);
        to = node_at(m, leaf->to);
        samples[i].node = to->id;
        if (from == to || from->hits == 0)
            continue;
        from->hits--;
        to->hits++;
    }
}

size_t ph_mend_profile(struct ph_result *profile, const struct ph_result *const *stacks,
                       size_t n)
{
    struct mend *m = init(profile);
    size_t added;

    if (!m)
        return 0; /* a profile with less is still one */
    for (size_t i = 0; i < n && m->n_known > 0; i++)
        follow(m, stacks[i]);
    move_samples(m);
    added = m->n - m->n_known;
    fini(m);
    return added;
}
