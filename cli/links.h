/* SPDX-License-Identifier: MIT */
/**
 * kang's links as a graph: a string "type:id" anywhere in an object, as value or key, points
 * to the object of that name, if there is one, in whichever process.
 *
 * A node is what all targets say of one type and id.
 *
 * Threads: one.
 */
#ifndef LINKS_H
#define LINKS_H

#include "kangset.h"

#define LINKS_NONE UINT32_MAX
#define LINKS_MOST 16000000 /* links */

struct links_edge {
    uint32_t from;
    uint32_t to;
    struct slice via;   /* the field of `from` that holds the link, not clean */
    bool mutual;        /* there is one back as well */
};

struct links {
    const struct kangset *set;
    uint32_t *first_node;       /* of each type */
    uint32_t node_count;
    struct links_edge *edges;   /* by `from`, each pair once */
    uint32_t edge_count;
    bool cut;                   /* there are more than LINKS_MOST */
    uint32_t *first_edge;       /* of each node, and the end */
    uint32_t *back;             /* numbers of edges, by `to` */
    uint32_t *first_back;       /* of each node, and the end */
    struct pool pool;

    /* Of links_reach(). */
    uint32_t *level;            /* steps from the start; LINKS_NONE: not reached */
    uint32_t *parent;           /* through which node it was reached first */
    uint32_t *reached;          /* nodes in the order in which they were reached */
    uint32_t reached_count;
};

/**
 * Find all links of a set, which stays as long as they do.
 *
 * Threads: one.
 */
void links_find(const struct kangset *set, struct links *out);

/**
 * The node of an object; LINKS_NONE: there is none.
 *
 * Threads: any.
 */
uint32_t links_node(const struct links *links, struct slice type, struct slice id);

/**
 * The type and the id of a node.
 *
 * Threads: any.
 */
struct slice links_type(const struct links *links, uint32_t node);
struct slice links_id(const struct links *links, uint32_t node);

/**
 * Walk from a node along links in both directions, nearest first, up to `depth` steps.
 *
 * Threads: one.
 */
void links_reach(struct links *links, uint32_t start, uint32_t depth);

/**
 * Threads: one.
 */
void links_fini(struct links *links);

#endif /* LINKS_H */
