/* SPDX-License-Identifier: MIT */
/**
 * A set of texts in the order of their arrival, each with its number: types, ids, fields.
 *
 * Threads: one.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some bytes of somebody else's text; may hold NUL. */
struct slice {
    const char *text;
    size_t len;
};

/**
 * Threads: any.
 */
bool slice_equal(struct slice a, struct slice b);

/**
 * The order of bytes: less than, equal to or greater than 0.
 *
 * Threads: any.
 */
int slice_compare(struct slice a, struct slice b);

/**
 * A slice of a string.
 *
 * Threads: any.
 */
struct slice slice_of(const char *text);

/* Zeroed memory is an empty set. */
struct names {
    struct slice *items; /* borrowed texts */
    uint32_t count;
    uint32_t room;
    uint32_t *slots;     /* an item's number plus one; 0: free */
    uint32_t slot_count; /* a power of two */
};

#define NAMES_NONE UINT32_MAX
#define NAMES_MOST ((uint32_t)1 << 26)

/**
 * The number of `name`; NAMES_NONE if it is not there.
 *
 * Threads: any, if nobody adds.
 */
uint32_t names_find(const struct names *names, struct slice name);

/**
 * Add `name`, whose text stays until names_fini(), or find it.
 *
 * @return its number; names->count was one less before if it is new. NAMES_NONE if there are
 *         NAMES_MOST already.
 *
 * Threads: one.
 */
uint32_t names_add(struct names *names, struct slice name);

/**
 * Threads: one.
 */
void names_fini(struct names *names);

#endif /* NAMES_H */
