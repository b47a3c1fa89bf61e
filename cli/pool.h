/* SPDX-License-Identifier: MIT */
/**
 * Copies of many small texts, freed together.
 *
 * Threads: one.
 */
#ifndef POOL_H
#define POOL_H

#include "names.h"

struct pool_chunk;

/* Zeroed memory is an empty pool. */
struct pool {
    struct pool_chunk *chunks; /* the one that is being filled first */
};

/**
 * Copy a text; a NUL follows it.
 *
 * @return valid until pool_fini(), wherever the pool itself is moved to.
 *
 * Threads: one.
 */
struct slice pool_copy(struct pool *pool, struct slice text);

/**
 * Threads: one.
 */
void pool_fini(struct pool *pool);

#endif /* POOL_H */
