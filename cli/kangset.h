/* SPDX-License-Identifier: MIT */
/**
 * The snapshots of many targets as one: objects by type and id, as kang merges them.
 *
 * The types `service` and `stats` have an object for each target, under its key. Two targets
 * may have objects of one id: they form a group.
 *
 * Threads: one.
 */
#ifndef KANGSET_H
#define KANGSET_H

#include "kangsnap.h"

struct kangset_object {
    struct jsonspan value;
    uint32_t origin;  /* number of its target */
    uint32_t next;    /* of its group; NAMES_NONE: the last */
};

/* Objects of one id. */
struct kangset_group {
    uint32_t first;
    uint32_t last;
};

struct kangset_type {
    struct names ids;
    struct kangset_group *groups;   /* one for each id */
    struct kangset_object *objects; /* as they came */
    uint32_t count;
    uint32_t room;
};

struct kangset_origin {
    struct slice key;   /* borrowed from its snapshot */
    struct slice name;  /* where it was asked: "http://host:port/path" */
    struct slice target; /* as the user named it */
};

/* Zeroed memory is an empty set. All texts are those of the snapshots. */
struct kangset {
    struct names names;         /* of types */
    struct kangset_type *types;
    struct kangset_origin *origins;
    uint32_t origin_count;
    struct pool pool;
};

#define KANGSET_OBJECTS 8000000 /* of one type */

/**
 * Add a snapshot, which stays as long as the set. Of objects with one id in one snapshot the
 * last counts.
 *
 * @return false if there are more than KANGSET_OBJECTS: a part of them was added.
 *
 * Threads: one.
 */
bool kangset_add(struct kangset *set, const struct kangsnap *snap,
                 const struct kangset_origin *origin);

/**
 * The number of a type, or NAMES_NONE.
 *
 * Threads: any.
 */
uint32_t kangset_find(const struct kangset *set, struct slice type);

/**
 * The order in which JavaScript lists keys: array indexes by number, then the others as they
 * came. That is how kang shows types and ids.
 *
 * @return numbers into `names`, to be freed with free().
 *
 * Threads: any.
 */
uint32_t *kangset_order(const struct names *names);

/**
 * Threads: one.
 */
void kangset_fini(struct kangset *set);

#endif /* KANGSET_H */
