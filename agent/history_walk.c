/* SPDX-License-Identifier: MIT */
/* Owns the names of series, and which numbers have one. A name is made anew at each tick: it
 * is cheaper than to remember where in the tree a number lay the last time. */
#include "history_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED UINT64_C(14695981039346656037)     /* FNV-1a, 64 bits */
#define PRIME UINT64_C(1099511628211)

struct walk {
    const struct ph_snapshot *snapshot;
    ph_history_visit *visit;
    void    *ctx;
    int      thread;
    uint64_t full_gcs;                  /* of the thread */
    bool     knows_gcs;
    size_t   len;
    uint64_t hash;
    char     path[PH_PATH_BYTES];
};

/* ---- What is left out -------------------------------------------------------------- */

/* By the key of the metric; sorted. */
static const char *const left_out[] = {
    "age_ms",
    "agents_total",
    "allocated_bytes_per_s",
    "available_bytes",
    "by_kind_total",
    "by_local_port_total",
    "by_peer_total",
    "column",
    "created_per_s",
    "estimated_base",
    "heap_compactions",
    "heavy_total",
    "high",
    "hour_ago",
    "id",
    "limit",
    "limit_bytes",
    "line",
    "local_port",
    "longest_ms",
    "low",
    "max",
    "memory_limit_bytes",
    "minute_ago",
    "oldest_s",
    "p50",
    "p90",
    "p99",
    "physical_bytes",
    "pid",
    "port",
    "promoted_bytes_per_s",
    "schema",
    "standard_error",
    "ten_minutes_ago",
    "tick",
    "top_total",
    "uptime_s",
    "usage_trend",
    "window_s",
    "window_ticks",
};

/* By their whole path. The views show once more what others show already. */
static const char *const left_out_parts[] = {
    "captured",
    "gc.floor",
    "gc.max",
    "gc.min",
    "loop.blocks.recent",
    "loop.last_stack",
    "metrics.(truncated)",
    "sockets.views",
    "loop.blocks.last_stack",
};

static int by_key(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *)entry);
}

static bool is_left_out(const struct ph_node *node)
{
    /* A name of the application's in a map is not the metric's. */
    return node->metric->key && strcmp(node->key, node->metric->key) == 0 &&
           bsearch(node->key, left_out, sizeof left_out / sizeof left_out[0],
                   sizeof left_out[0], by_key);
}

static bool is_left_out_part(const struct walk *w)
{
    for (size_t i = 0; i < sizeof left_out_parts / sizeof left_out_parts[0]; i++)
        if (strcmp(w->path, left_out_parts[i]) == 0)
            return true;
    return false;
}

/* ---- The path ---------------------------------------------------------------------- */

struct mark {
    size_t   len;
    uint64_t hash;
};

static struct mark mark(const struct walk *w)
{
    return (struct mark){ w->len, w->hash };
}

static void go_back(struct walk *w, struct mark to)
{
    w->len = to.len;
    w->hash = to.hash;
    w->path[w->len] = '\0';
}

static void add(struct walk *w, const char *text, size_t n)
{
    size_t room = PH_PATH_BYTES - 1 - w->len;

    for (size_t i = 0; i < n; i++)
        w->hash = (w->hash ^ (unsigned char)text[i]) * PRIME;
    n = n < room ? n : room;
    memcpy(w->path + w->len, text, n);
    w->len += n;
    w->path[w->len] = '\0';
}

static void add_text(struct walk *w, const char *text)
{
    add(w, text, strlen(text));
}

static void add_key(struct walk *w, const char *key)
{
    if (w->len)
        add(w, ".", 1);
    add_text(w, key);
}

static void add_number(struct walk *w, uint64_t value)
{
    char digits[24];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    add(w, digits + at, sizeof digits - at);
}

/* The end of a string in JSON that begins at `c`: its closing quote, or `end`. */
static const char *string_end(const char *c, const char *end)
{
    while (c < end && *c != '"')
        c += *c == '\\' && c + 1 < end ? 2 : 1;
    return c < end ? c : end;
}

/* The values of {"method":"GET","code":"200"}: every second string, escapes as they are. */
static void add_label_values(struct walk *w, const struct ph_labels *labels)
{
    const char *end = labels->json + labels->json_len; /* no NUL there */
    const char *c = labels->json;

    for (unsigned n = 0;; n++) {
        const char *begin = string_end(c, end) + 1;

        if (begin >= end)
            return;
        c = string_end(begin, end);
        if (n % 2 == 1) {
            add_text(w, n > 1 ? " " : "");
            add(w, begin, (size_t)(c - begin));
        }
        c++;
        if (c >= end)
            return;
    }
}

/* ---- Items of lists ---------------------------------------------------------------- */

static uint32_t child(const struct ph_snapshot *s, uint32_t parent, const char *key)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next)
        if (s->nodes[i].key && strcmp(s->nodes[i].key, key) == 0)
            return i;
    return 0;
}

/* The texts before the first number are who it is; those behind it say something about it. */
static void add_item(struct walk *w, uint32_t item)
{
    const struct ph_node *nodes = w->snapshot->nodes, *number = NULL;
    bool any = false;

    add(w, "[", 1);
    for (uint32_t i = item + 1; i < nodes[item].next && !number; i = nodes[i].next) {
        if (nodes[i].type == PH_NODE_TEXT && nodes[i].as.text) {
            add_text(w, any ? " " : "");
            add_text(w, nodes[i].as.text);
            any = true;
        } else if (nodes[i].type == PH_NODE_UINT) {
            number = &nodes[i];
        }
    }
    if (!any && nodes[item].label_value)
        add_text(w, nodes[item].label_value);
    else if (!any && number)
        add_number(w, number->as.u);
    add(w, "]", 1);
}

/* ---- Numbers ----------------------------------------------------------------------- */

static enum ph_work work_of(const struct walk *w)
{
    if (w->thread < 0)
        return PH_WORK_NONE;
    if (strcmp(w->path, "loop.turns") == 0)
        return PH_WORK_TURNS;
    if (strcmp(w->path, "http.server.finished") == 0 ||
        strcmp(w->path, "http.client.finished") == 0)
        return PH_WORK_HTTP;
    return PH_WORK_NONE;
}

static void visit(const struct walk *w, struct ph_sighting *s)
{
    s->name = w->path;
    s->thread = w->thread;
    s->hash = (w->hash ^ (uint64_t)(uint32_t)w->thread) * PRIME;
    s->work = s->counter ? work_of(w) : PH_WORK_NONE;
    w->visit(w->ctx, s);
}

static void see_number(struct walk *w, const struct ph_node *node)
{
    const struct ph_metric *m = node->metric;
    struct ph_sighting s = { .counter = m->kind == PH_COUNTER,
                             .unit = m->unit,
                             .whole = node->type == PH_NODE_UINT };

    if (is_left_out(node))
        return;
    add_key(w, node->key);
    if (s.whole)
        s.u = node->as.u;
    else
        s.d = node->as.d;
    if (w->knows_gcs && strcmp(w->path, "heap.used_after_full_gc_bytes") == 0) {
        s.after_gc = true;
        s.full_gcs = w->full_gcs;
    }
    visit(w, &s);
}

static void see_hist(struct walk *w, const struct ph_node *node)
{
    struct ph_sighting s = { .counter = true, .whole = true, .u = node->as.hist->total };

    add_key(w, node->key);
    add_text(w, ".count");
    visit(w, &s);
}

static double tally_value(const struct ph_tally *tally, uint32_t row)
{
    const struct ph_shape *shape = tally->shape;
    const double *values = tally->values + row * shape->words;
    double count = 0;

    if (shape->metric.kind != PH_HISTOGRAM)
        return values[0];
    for (size_t i = 0; i <= shape->n_buckets; i++)
        count += values[i];
    return count;
}

static void see_tally(struct walk *w, const struct ph_node *node)
{
    const struct ph_tally *tally = node->as.tally;
    const struct ph_metric *m = &tally->shape->metric;
    struct mark at;

    add_key(w, m->key);
    at = mark(w);
    for (uint32_t i = 0; i < tally->shown; i++) {
        struct ph_sighting s = { .counter = m->kind != PH_GAUGE,
                                 .unit = m->kind == PH_HISTOGRAM ? PH_UNIT_COUNT : m->unit,
                                 .d = tally_value(tally, i) };

        if (tally->shape->labelled) {
            add(w, "[", 1);
            add_label_values(w, tally->labels[i]);
            add(w, "]", 1);
        }
        if (m->kind == PH_HISTOGRAM)
            add_text(w, ".count");
        if (isfinite(s.d))
            visit(w, &s);
        go_back(w, at);
    }
}

/* ---- The tree ---------------------------------------------------------------------- */

static void walk(struct walk *w, uint32_t parent);

static void see_list(struct walk *w, uint32_t list)
{
    const struct ph_node *nodes = w->snapshot->nodes;

    for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next) {
        struct mark at = mark(w);

        if (nodes[i].hidden || nodes[i].type != PH_NODE_OBJECT)
            continue;
        add_item(w, i);
        walk(w, i);
        go_back(w, at);
    }
}

static void see_threads(struct walk *w, uint32_t list)
{
    const struct ph_snapshot *s = w->snapshot;
    struct mark at = mark(w);

    for (uint32_t i = list + 1; i < s->nodes[list].next; i = s->nodes[i].next) {
        uint32_t id = child(s, i, "id"), gc = child(s, i, "gc");
        uint32_t full = gc ? child(s, gc, "num_full_gc") : 0;

        if (!id || s->nodes[id].type != PH_NODE_UINT || s->nodes[id].as.u > INT32_MAX)
            continue;
        w->thread = (int)s->nodes[id].as.u;
        w->knows_gcs = full && s->nodes[full].type == PH_NODE_UINT;
        w->full_gcs = w->knows_gcs ? s->nodes[full].as.u : 0;
        go_back(w, (struct mark){ 0, SEED });
        walk(w, i);
    }
    w->thread = -1;
    w->knows_gcs = false;
    go_back(w, at);
}

static void see_container(struct walk *w, uint32_t i, const struct ph_node *node)
{
    if (w->thread < 0 && w->len == 0 && node->type == PH_NODE_ARRAY &&
        strcmp(node->key, "threads") == 0) {
        see_threads(w, i);
        return;
    }
    add_key(w, node->key);
    if (is_left_out_part(w))
        return;
    if (node->type == PH_NODE_ARRAY)
        see_list(w, i);
    else
        walk(w, i);
}

/* Goes as deep as the tree, whose depth has a ceiling. */
static void walk(struct walk *w, uint32_t parent)
{
    const struct ph_node *nodes = w->snapshot->nodes;

    for (uint32_t i = parent + 1; i < nodes[parent].next; i = nodes[i].next) {
        const struct ph_node *node = &nodes[i];
        struct mark at = mark(w);

        if (node->hidden || !node->key)
            continue;
        if (node->type == PH_NODE_OBJECT || node->type == PH_NODE_ARRAY)
            see_container(w, i, node);
        else if ((node->type == PH_NODE_UINT || node->type == PH_NODE_REAL) && node->metric)
            see_number(w, node);
        else if (node->type == PH_NODE_HIST)
            see_hist(w, node);
        else if (node->type == PH_NODE_TALLY)
            see_tally(w, node);
        go_back(w, at);
    }
}

void ph_history_walk(const struct ph_snapshot *snapshot, ph_history_visit *visitor, void *ctx)
{
    struct walk w = {
        .snapshot = snapshot, .visit = visitor, .ctx = ctx, .thread = -1, .hash = SEED
    };

    walk(&w, 0);
}
