/* SPDX-License-Identifier: MIT */
#ifndef PH_SHELF_H
#define PH_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragments.h"
#include "porthole.h"

#define PH_SHELF_PLACES 16u
#define PH_SHELF_BYTES (64u << 20) /* the newest alone may hold more: PH_FRAGMENTS_BYTES */

/** What a copy is of: whose, of what, how far. */
struct ph_shelf_key {
    int thread;
    uint64_t joined_ns; /* tells two threads of one id apart */
    enum porthole_task_kind kind;
    enum porthole_objects_want want;
    const char *type; /* NULL: all types */
};

struct ph_shelf_copy {
    struct ph_shelf_key key; /* its type lies in `type` */
    char type[PORTHOLE_TYPE_BYTES];
    struct ph_fragments *fragments; /* a reference */
};

/**
 * The last complete copies of what threads have brought, for the time when they bring
 * nothing. Zeroed memory is an empty one.
 *
 * Threads: http thread, as all here.
 */
struct ph_shelf {
    struct ph_shelf_copy copies[PH_SHELF_PLACES]; /* oldest first */
    size_t n;
};

void ph_shelf_fini(struct ph_shelf *shelf);

/** Put a complete copy there, taking a reference; what it replaces goes, and what is oldest
 *  until the ceilings hold. */
void ph_shelf_put(struct ph_shelf *shelf, const struct ph_shelf_key *key,
                  struct ph_fragments *fragments);

/** The newest copy in which this can be found, of all types if need be. Borrowed; NULL:
 *  none. */
struct ph_fragments *ph_shelf_find(const struct ph_shelf *shelf,
                                   const struct ph_shelf_key *key);

/** Memory of the copies. */
size_t ph_shelf_bytes(const struct ph_shelf *shelf);

/** Forget those of the threads that are not `lives`. */
void ph_shelf_sweep(struct ph_shelf *shelf,
                    bool (*lives)(void *ctx, int thread, uint64_t joined_ns), void *ctx);

#endif
