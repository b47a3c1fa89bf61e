/* SPDX-License-Identifier: MIT */
#ifndef PH_OBJECTS_H
#define PH_OBJECTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fragments.h"
#include "types.h"

/**
 * The objects that a C host publishes by itself: in order of registration, each with the
 * JSON last published.
 */
struct ph_objects {
    pthread_mutex_t lock; /* leaf; guards all below, and what porthole_object says */
    struct porthole_object *oldest, *newest;
    struct ph_objects_reader *readers;
    size_t n;
    size_t bytes;    /* of all JSON */
    uint64_t places; /* ever given out */
    pid_t pid;       /* immutable; another one means: forked child */
};

/* More JSON than that no answer can hold. */
#define PH_OBJECTS_BYTES (256u << 20)

void ph_objects_init(struct ph_objects *objects);
void ph_objects_fini(struct ph_objects *objects); /* what is not released yet, too */

/** porthole_object_register() in here. Threads: any. */
enum porthole_status ph_objects_add(struct ph_objects *objects, struct porthole_type *type,
                                    const char *id, struct porthole_object **out);

/* ---- Reading ----------------------------------------------------------------------- */

/** Somebody on his way along the list; goes on where he was, whatever is released. */
struct ph_objects_reader {
    struct ph_objects *objects;
    struct ph_objects_reader *next_reader; /* guarded by the lock, as below */
    struct porthole_object *next;          /* NULL: at the end */
};

/** Which of them. */
struct ph_objects_pick {
    const char *type; /* NULL: all */
    const char *id;   /* NULL: all */
    size_t id_bytes;
    uint64_t limit; /* 0: none */
    uint64_t after; /* 0: from the beginning */
};

/** Threads: any, one at a time for a reader, as below. */
void ph_objects_begin(struct ph_objects *objects, struct ph_objects_reader *reader);
void ph_objects_end(struct ph_objects_reader *reader); /* a no-op on zeroed memory */

/** Copy the next few (some 50 µs' worth of work) that are picked into `out`. False when that
 *  was the last of it. */
bool ph_objects_read(struct ph_objects_reader *reader, const struct ph_objects_pick *pick,
                     struct ph_fragments *out);

#endif
