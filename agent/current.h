/* SPDX-License-Identifier: MIT */
#ifndef PH_CURRENT_H
#define PH_CURRENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "encode.h"
#include "snapshot.h"

/** One tick's outcome: the snapshot and its encodings, all frozen. */
struct ph_published {
    atomic_uint refs;                       /* atomic (acq_rel on the last unref) */
    struct ph_snapshot *snapshot;           /* immutable, as all below */
    uint64_t joins;                         /* threads that had joined by then */
    struct ph_blob *encoded[PH_FORMATS];    /* NULL: that format did not fit */
};

/** Where the tick thread leaves it and everybody else finds it. */
struct ph_current {
    pthread_mutex_t lock;           /* leaf; guards `published`, for a pointer swap */
    pthread_cond_t  swapped;        /* signalled at each swap */
    struct ph_published *published; /* our reference; NULL until the first tick */
};

void ph_current_init(struct ph_current *current);
void ph_current_fini(struct ph_current *current);

/**
 * Encode `snapshot` (whose reference is taken) in every format; one that fails does not
 * take the others with it. NULL if memory is out.
 *
 * Threads: tick thread.
 */
struct ph_published *ph_published_take(struct ph_snapshot *snapshot, uint64_t joins);

/** Threads: any. Both accept NULL. */
struct ph_published *ph_published_ref(struct ph_published *published);
void ph_published_unref(struct ph_published *published);

/** Replace what is current; `fresh`'s reference is taken. Threads: tick thread. */
void ph_current_swap_take(struct ph_current *current, struct ph_published *fresh);

/** A reference on what is current, or NULL. Threads: any. */
struct ph_published *ph_current_get(struct ph_current *current);

/** The same, after waiting at most `wait_ns` for one that has seen `joins` threads join.
 *  Threads: any but the tick thread. */
struct ph_published *ph_current_await(struct ph_current *current, uint64_t joins,
                                      uint64_t wait_ns);

#endif
