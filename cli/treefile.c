/* SPDX-License-Identifier: MIT */
/*
 * treefile: from the two file formats to one tree. The files come from strangers: ids may
 * be anything, children may name each other in circles, and a stack may be as deep as JSON
 * can be; so nothing here recurses, and every node must be reached once from the one root.
 */
#include "treefile.h"

#include "mem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define NONE UINT32_MAX
#define MOST_ID 9007199254740992.0

/* The most values and the deepest nesting: 3 million samples, or a stack of 700 frames. */
static const size_t most[2] = { 8000000, 2000 };

struct raw {
    double id;
    const struct doc *json;
    uint32_t parent; /* index; NONE: the root */
    uint32_t function;
    double self;
    uint32_t child;   /* the first; NONE: none */
    uint32_t sibling; /* the next */
};

/* What is known while a profile is being read. */
struct reader {
    struct treefile *file;
    struct calltree *tree;
    struct raw *raws;
    size_t count;
    uint32_t *by_id; /* indexes, in the order of their ids */
    char *error;     /* 128 bytes */
};

__attribute__((format(printf, 2, 3))) static bool fail(struct reader *r, const char *format,
                                                       ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(r->error, 128, format, args);
    va_end(args);
    return false;
}

static uint32_t read_function(struct reader *r, const struct doc *node)
{
    double line = doc_number(node, "callFrame.lineNumber", 1e9);
    double column = doc_number(node, "callFrame.columnNumber", 1e9);
    struct functions_item item = {
        .name = doc_text(node, "callFrame.functionName", NULL),
        .url = doc_text(node, "callFrame.url", NULL),
        .line = isnan(line) ? 0 : (uint32_t)line + 1,
        .column = isnan(column) ? 0 : (uint32_t)column + 1,
    };

    return functions_index(&r->tree->functions, &item);
}

static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

/* ---- .heapprofile: nodes inside nodes ------------------------------------------------ */

static size_t push(struct reader *r, size_t room, const struct doc *json, uint32_t parent)
{
    if (r->count == room) {
        room = room > 0 ? room * 2 : 64;
        r->raws = mem_resize(r->raws, room, sizeof *r->raws);
    }
    r->raws[r->count++] = (struct raw){ .json = json, .parent = parent };
    return room;
}

static bool read_nested(struct reader *r, const struct doc *head)
{
    size_t room = push(r, 0, head, NONE);

    for (size_t i = 0; i < r->count; i++) {
        const struct doc *json = r->raws[i].json;
        const struct doc *children = doc_at(json, "children");

        if (r->count > TREEFILE_NODES)
            return fail(r, "it has more than %d nodes", TREEFILE_NODES);
        r->raws[i].function = read_function(r, json);
        r->raws[i].self = or_zero(doc_number(json, "selfSize", DOC_BYTES_MOST));
        for (size_t c = 0; c < doc_count(children); c++)
            room = push(r, room, doc_item(children, c), (uint32_t)i);
    }
    return true;
}

/* ---- .cpuprofile: a list of nodes, children by id ------------------------------------ */

static int by_id(const void *a, const void *b, void *user)
{
    const struct raw *raws = user;
    double x = raws[*(const uint32_t *)a].id, y = raws[*(const uint32_t *)b].id;

    return (x > y) - (x < y);
}

static bool sort_ids(struct reader *r)
{
    r->by_id = mem_new(r->count, sizeof *r->by_id);
    for (size_t i = 0; i < r->count; i++)
        r->by_id[i] = (uint32_t)i;
    qsort_r(r->by_id, r->count, sizeof *r->by_id, by_id, r->raws);
    for (size_t i = 1; i < r->count; i++) {
        double id = r->raws[r->by_id[i]].id;

        if (id == r->raws[r->by_id[i - 1]].id)
            return fail(r, "node %.15g is there twice", id);
    }
    return true;
}

static uint32_t find(const struct reader *r, double id)
{
    size_t low = 0, high = r->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (r->raws[r->by_id[middle]].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->count && r->raws[r->by_id[low]].id == id ? r->by_id[low] : NONE;
}

static bool adopt(struct reader *r, uint32_t parent, uint32_t child, double id)
{
    if (child == NONE || parent == NONE)
        return fail(r, "there is no node %.15g", id);
    if (r->raws[child].parent != NONE)
        return fail(r, "node %.15g has two parents", r->raws[child].id);
    r->raws[child].parent = parent;
    return true;
}

/* Parents name their children; in files of Chrome's tracing children name their parent. */
static bool read_family(struct reader *r, uint32_t i)
{
    const struct doc *children = doc_at(r->raws[i].json, "children");
    double parent = doc_number(r->raws[i].json, "parent", MOST_ID);

    for (size_t c = 0; c < doc_count(children); c++) {
        double id = doc_number(doc_item(children, c), "", MOST_ID);

        if (!adopt(r, i, find(r, id), id))
            return false;
    }
    return isnan(parent) || adopt(r, find(r, parent), i, parent);
}

static bool read_list(struct reader *r, const struct doc *nodes)
{
    r->count = doc_count(nodes);
    if (r->count > TREEFILE_NODES)
        return fail(r, "it has more than %d nodes", TREEFILE_NODES);
    r->raws = mem_new(r->count, sizeof *r->raws);
    for (size_t i = 0; i < r->count; i++) {
        const struct doc *json = doc_item(nodes, i);
        double id = doc_number(json, "id", MOST_ID);

        if (isnan(id))
            return fail(r, "the node at place %zu has no id", i);
        r->raws[i] = (struct raw){
            .id = id, .json = json, .parent = NONE, .function = read_function(r, json)
        };
    }
    if (!sort_ids(r))
        return false;
    for (size_t i = 0; i < r->count; i++) {
        if (!read_family(r, (uint32_t)i))
            return false;
    }
    return true;
}

/* ---- Time ---------------------------------------------------------------------------- */

static void use_hits(struct reader *r)
{
    double interval_us, hits = 0;

    for (size_t i = 0; i < r->count; i++) {
        r->raws[i].self = or_zero(doc_number(r->raws[i].json, "hitCount", DOC_COUNT_MOST));
        hits += r->raws[i].self;
    }
    interval_us = hits > 0 && r->file->span_us > 0 ? r->file->span_us / hits : 1;
    for (size_t i = 0; i < r->count; i++)
        r->raws[i].self *= interval_us;
}

/* A sample lasts until the next one, the last until the end. V8 may give a negative delta
 * when it was interrupted between two clocks; it counts as nothing. */
static bool use_samples(struct reader *r, const struct doc *samples, const struct doc *deltas)
{
    size_t count = doc_count(samples);
    double rest_us =
        or_zero(r->file->span_us) - or_zero(doc_number(doc_item(deltas, 0), "", 1e15));

    for (size_t i = 0; i < count; i++) {
        double id = doc_number(doc_item(samples, i), "", MOST_ID);
        uint32_t node = find(r, id);
        double us = or_zero(doc_number(doc_item(deltas, i + 1), "", 1e15));

        if (node == NONE)
            return fail(r, "a sample names node %.15g, which is not there", id);
        r->raws[node].self += i + 1 < count ? us : fmax(rest_us, 0);
        rest_us -= us;
    }
    return true;
}

static bool read_time(struct reader *r, const struct doc *profile)
{
    const struct doc *samples = doc_at(profile, "samples");
    const struct doc *deltas = doc_at(profile, "timeDeltas");
    double began = doc_number(profile, "startTime", 1e18);

    r->file->span_us = doc_number(profile, "endTime", 1e18) - began;
    r->file->samples = doc_count(samples);
    if (r->file->samples > 0 && doc_count(deltas) == r->file->samples)
        return use_samples(r, samples, deltas);
    use_hits(r);
    return true;
}

/* ---- The tree ------------------------------------------------------------------------ */

static bool find_root(struct reader *r, uint32_t *root)
{
    *root = NONE;
    for (size_t i = r->count; i-- > 0;) {
        struct raw *raw = &r->raws[i];

        if (raw->parent != NONE)
            continue;
        if (*root != NONE)
            return fail(r, "node %.15g is not the only one without a parent", raw->id);
        *root = (uint32_t)i;
    }
    return *root != NONE || fail(r, "none of its nodes is the root");
}

static void link_children(struct reader *r)
{
    for (size_t i = 0; i < r->count; i++)
        r->raws[i].child = r->raws[i].sibling = NONE;
    for (size_t i = r->count; i-- > 0;) {
        uint32_t parent = r->raws[i].parent;

        if (parent == NONE)
            continue;
        r->raws[i].sibling = r->raws[parent].child;
        r->raws[parent].child = (uint32_t)i;
    }
}

/* The node that follows in the order of the tree; NONE: that was the last. */
static uint32_t next_raw(const struct reader *r, uint32_t at, uint32_t *depth)
{
    if (r->raws[at].child != NONE) {
        ++*depth;
        return r->raws[at].child;
    }
    while (r->raws[at].sibling == NONE && r->raws[at].parent != NONE) {
        at = r->raws[at].parent;
        --*depth;
    }
    return r->raws[at].sibling;
}

/* Nodes of a circle all have a parent, so the walk from the root cannot come to them. */
static bool arrange(struct reader *r)
{
    struct calltree *tree = r->tree;
    uint32_t *place = mem_new(r->count, sizeof *place);
    uint32_t at, depth = 0;
    bool good;

    link_children(r);
    tree->nodes = mem_new(r->count, sizeof *tree->nodes);
    good = find_root(r, &at);
    for (; good && at != NONE; at = next_raw(r, at, &depth)) {
        const struct raw *raw = &r->raws[at];
        uint32_t parent = raw->parent != NONE ? place[raw->parent] : 0;

        place[at] = (uint32_t)tree->node_count;
        tree->nodes[tree->node_count++] =
            (struct calltree_node){ parent, raw->function, depth, raw->self, raw->self };
    }
    free(place);
    if (good && tree->node_count < r->count)
        return fail(r, "%zu of its nodes are their own ancestors", r->count - tree->node_count);
    return good;
}

/* Agents say who they are as a name and a pid, or as /state does. */
static void read_origin(struct treefile *file, const struct doc *profile)
{
    const struct doc *origin = doc_at(profile, "porthole");
    bool nested = doc_is_object(origin, "service");

    file->service = doc_text(origin, nested ? "service.name" : "service", NULL);
    file->pid = doc_number(origin, nested ? "service.pid" : "pid", 4194304);
    file->thread = doc_text(origin, "thread.name", NULL);
    file->at = doc_text(origin, "at", NULL);
    file->loop_ms = doc_number(origin, "cost.loop_ms", DOC_MS_MOST);
    file->truncated = doc_is_true(origin, "truncated");
}

static bool read_profile(struct reader *r, const struct doc *profile)
{
    struct calltree *tree = r->tree;

    r->file->span_us = NAN;
    read_origin(r->file, profile);
    if (doc_is_object(profile, "head")) {
        tree->unit = CALLTREE_BYTES;
        r->file->samples = doc_count(doc_at(profile, "samples"));
        return read_nested(r, doc_at(profile, "head")) && arrange(r);
    }
    if (doc_count(doc_at(profile, "nodes")) == 0)
        return fail(r, "it has neither nodes nor a head");
    return read_list(r, doc_at(profile, "nodes")) && read_time(r, profile) && arrange(r);
}

bool treefile_read(const char *text, size_t len, struct treefile *out, char error[128])
{
    static const char *const causes[] = { [CAUSE_TOO_BIG] = "it is too big",
                                          [CAUSE_TRUNCATED] = "it ends too early",
                                          [CAUSE_BAD_JSON] = "it is not JSON" };
    struct reader r = { .file = out, .tree = &out->tree, .error = error };
    enum cause cause;
    bool good;

    *out = (struct treefile){ 0 };
    cause = doc_read_within(text, len, most, &out->document);
    if (cause != CAUSE_NONE) {
        snprintf(error, 128, "%s", causes[cause]);
        return false;
    }
    good = read_profile(&r, out->document);
    free(r.raws);
    free(r.by_id);
    if (good)
        calltree_sum(&out->tree);
    else
        treefile_fini(out);
    return good;
}

void treefile_fini(struct treefile *file)
{
    calltree_fini(&file->tree);
    doc_free(file->document);
    *file = (struct treefile){ 0 };
}
