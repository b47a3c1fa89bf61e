/* SPDX-License-Identifier: MIT */
/**
 * The set of functions of a call tree: equal ones become one.
 *
 * Threads: any; no state.
 */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>

struct functions_item {
    const char *name; /* borrowed, as `url` */
    const char *url;
    uint32_t line, column; /* from 1; 0: unknown */
    double self;           /* of all its nodes */
    double total;          /* with what it called; recursion counts once */
};

/* Zeroed memory is an empty set. */
struct functions {
    struct functions_item *items;
    size_t count;
    uint32_t *slots;   /* hash table of index + 1; 0: free */
    size_t slot_count; /* a power of two */
};

/**
 * Index of the function with this name, url, line and column; it is added if it is new.
 *
 * Threads: any.
 */
uint32_t functions_index(struct functions *set, const struct functions_item *item);

/**
 * Free the set, not its texts; it is empty afterwards.
 *
 * Threads: any.
 */
void functions_fini(struct functions *set);

#endif /* FUNCTIONS_H */
