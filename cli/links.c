/* SPDX-License-Identifier: MIT */
/*
 * links: one pass over all texts finds all links; both directions are index arrays.
 */
#include "links.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- Nodes ---------------------------------------------------------------------------- */

uint32_t links_node(const struct links *links, struct slice type, struct slice id)
{
    uint32_t number = kangset_find(links->set, type), group;

    if (number == NAMES_NONE)
        return LINKS_NONE;
    group = names_find(&links->set->types[number].ids, id);
    return group != NAMES_NONE ? links->first_node[number] + group : LINKS_NONE;
}

static uint32_t type_of(const struct links *links, uint32_t node)
{
    uint32_t low = 0, high = links->set->names.count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (links->first_node[middle] <= node)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct slice links_type(const struct links *links, uint32_t node)
{
    return links->set->names.items[type_of(links, node)];
}

struct slice links_id(const struct links *links, uint32_t node)
{
    uint32_t type = type_of(links, node);

    return links->set->types[type].ids.items[node - links->first_node[type]];
}

/* ---- Finding -------------------------------------------------------------------------- */

struct finder {
    struct links *links;
    uint32_t room;
    uint32_t *seen;      /* of each node: the last node that pointed to it, plus one */
    uint32_t from;
    struct slice via;
    struct buf scratch;
};

static void add_edge(struct finder *f, uint32_t to)
{
    struct links *links = f->links;

    if (to == f->from || f->seen[to] == f->from + 1)
        return;
    f->seen[to] = f->from + 1;
    if (links->edge_count == LINKS_MOST) {
        links->cut = true;
        return;
    }
    if (links->edge_count == f->room) {
        f->room = f->room > 0 ? f->room * 2 : 64;
        links->edges = mem_resize(links->edges, f->room, sizeof *links->edges);
    }
    links->edges[links->edge_count++] = (struct links_edge){ f->from, to, f->via, false };
}

static void see_text(struct finder *f, struct jsonspan string)
{
    struct slice text, type;
    const char *colon;
    uint32_t to;

    if (memchr(string.text, ':', string.len) == NULL)
        return;
    text = jsonspan_slice(string, &f->scratch);
    colon = memchr(text.text, ':', text.len);
    if (colon == NULL)
        return;
    type = (struct slice){ text.text, (size_t)(colon - text.text) };
    to = links_node(f->links, type, (struct slice){ colon + 1, text.len - type.len - 1 });
    if (to != LINKS_NONE)
        add_edge(f, to);
}

/* As deep as jsonspan_read() lets a document be. */
static void see_value(struct finder *f, struct jsonspan value)
{
    struct jsonspan_walk walk = jsonspan_begin(value);
    struct jsonspan key, member;

    if (jsonspan_kind(value) == '"')
        see_text(f, value);
    while (jsonspan_next(&walk, &key, &member)) {
        if (key.len > 0)
            see_text(f, key);
        see_value(f, member);
    }
}

/* Field by field, so that a link knows where it was found. */
static void see_object(struct finder *f, struct jsonspan object)
{
    struct jsonspan_walk walk = jsonspan_begin(object);
    struct jsonspan key, value;

    f->via = (struct slice){ "", 0 };
    if (!walk.object) {
        see_value(f, object);
        return;
    }
    while (jsonspan_next(&walk, &key, &value)) {
        f->via = (struct slice){ key.text + 1, key.len - 2 };
        if (memchr(key.text, '\\', key.len) != NULL)
            f->via = pool_copy(&f->links->pool, jsonspan_slice(key, &f->scratch));
        see_text(f, key);
        see_value(f, value);
    }
}

static void see_group(struct finder *f, const struct kangset_type *type, uint32_t group)
{
    f->links->first_edge[f->from] = f->links->edge_count;
    for (uint32_t i = type->groups[group].first; i != NAMES_NONE; i = type->objects[i].next)
        see_object(f, type->objects[i].value);
}

/* Count, sum up, fill in: the edges by where they lead. */
static void turn_round(struct links *links)
{
    uint32_t *first = mem_new((size_t)links->node_count + 2, sizeof *first);

    links->back = mem_new(links->edge_count, sizeof *links->back);
    for (uint32_t i = 0; i < links->edge_count; i++)
        first[links->edges[i].to + 2]++;
    for (uint32_t i = 2; i < links->node_count + 2; i++)
        first[i] += first[i - 1];
    for (uint32_t i = 0; i < links->edge_count; i++)
        links->back[first[links->edges[i].to + 1]++] = i;
    links->first_back = first;
}

static void find_mutual(struct links *links, uint32_t *seen)
{
    memset(seen, 0xFF, links->node_count * sizeof *seen);
    for (uint32_t node = 0; node < links->node_count; node++) {
        for (uint32_t e = links->first_edge[node]; e < links->first_edge[node + 1]; e++)
            seen[links->edges[e].to] = node;
        for (uint32_t b = links->first_back[node]; b < links->first_back[node + 1]; b++) {
            struct links_edge *edge = &links->edges[links->back[b]];

            edge->mutual = seen[edge->from] == node;
        }
    }
}

void links_find(const struct kangset *set, struct links *out)
{
    struct finder f = { .links = out };

    *out = (struct links){ .set = set };
    out->first_node = mem_new(set->names.count, sizeof *out->first_node);
    for (uint32_t i = 0; i < set->names.count; i++) {
        out->first_node[i] = out->node_count;
        out->node_count += set->types[i].ids.count;
    }
    out->first_edge = mem_new((size_t)out->node_count + 1, sizeof *out->first_edge);
    f.seen = mem_new(out->node_count, sizeof *f.seen);
    for (uint32_t i = 0; i < set->names.count; i++) {
        for (uint32_t group = 0; group < set->types[i].ids.count; group++) {
            f.from = out->first_node[i] + group;
            see_group(&f, &set->types[i], group);
        }
    }
    out->first_edge[out->node_count] = out->edge_count;
    turn_round(out);
    find_mutual(out, f.seen);
    free(f.seen);
    buf_fini(&f.scratch);
}

/* ---- Walking -------------------------------------------------------------------------- */

static void reach(struct links *links, uint32_t node, uint32_t from)
{
    if (links->level[node] != LINKS_NONE)
        return;
    links->level[node] = from != LINKS_NONE ? links->level[from] + 1 : 0;
    links->parent[node] = from;
    links->reached[links->reached_count++] = node;
}

void links_reach(struct links *links, uint32_t start, uint32_t depth)
{
    links->level = mem_new(links->node_count, sizeof *links->level);
    links->parent = mem_new(links->node_count, sizeof *links->parent);
    links->reached = mem_new(links->node_count, sizeof *links->reached);
    memset(links->level, 0xFF, links->node_count * sizeof *links->level);
    reach(links, start, LINKS_NONE);
    for (uint32_t i = 0; i < links->reached_count; i++) {
        uint32_t node = links->reached[i];

        if (links->level[node] == depth)
            break;
        for (uint32_t e = links->first_edge[node]; e < links->first_edge[node + 1]; e++)
            reach(links, links->edges[e].to, node);
        for (uint32_t b = links->first_back[node]; b < links->first_back[node + 1]; b++)
            reach(links, links->edges[links->back[b]].from, node);
    }
}

void links_fini(struct links *links)
{
    free(links->first_node);
    free(links->edges);
    free(links->first_edge);
    free(links->back);
    free(links->first_back);
    free(links->level);
    free(links->parent);
    free(links->reached);
    pool_fini(&links->pool);
    *links = (struct links){ 0 };
}
