/* SPDX-License-Identifier: MIT */
#ifndef PH_HAUL_H
#define PH_HAUL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragments.h"
#include "porthole.h"

/**
 * What asking around for objects has brought: a lot from each source, in a fixed order
 * (ph_lot_order()), so that a place in a lot is a place in the whole.
 *
 * Threads: http thread, as all here.
 */
enum ph_how { PH_HOW_LOOP, PH_HOW_INTERRUPT, PH_HOW_PUBLISHED, PH_HOW_COPY };

#define PH_THREAD_PUBLISHED INT_MAX /* in place of a thread: a C host has published it */

struct ph_lot {
    struct ph_fragments *fragments; /* a reference; NULL: nothing has come */
    int thread;                     /* of the host, or PH_THREAD_PUBLISHED */
    enum porthole_task_kind kind;   /* OBJECTS, also for what is published, or PROVIDED */
    enum ph_how how;
    bool stale;                     /* nothing fresh could be had */
    char name[PORTHOLE_NAME_BYTES]; /* of the thread */
    char cause[192];                /* why it is not fresh, or not all; "": it is */
};

/** A place: behind this one. */
struct ph_place {
    int thread;
    enum porthole_task_kind kind;
    uint64_t place; /* 0: before everything */
};

/** All hauls that are alive. What they share with each other counts for each. */
struct ph_hauls {
    unsigned n;
    size_t bytes;
};

struct ph_haul {
    unsigned refs;
    struct ph_hauls *all; /* it counts there; NULL: nowhere */
    size_t bytes;         /* what of it is in all->bytes */
    uint64_t at_unix_ns;
    uint64_t spent_ns; /* of the host threads' time */
    size_t n;
    struct ph_lot lots[];
};

/** Room for `n` lots, one reference; NULL if memory is out. */
struct ph_haul *ph_haul_new(size_t n);
struct ph_haul *ph_haul_ref(struct ph_haul *haul);
void ph_haul_unref(struct ph_haul *haul); /* accepts NULL */

/** Below, at or above zero: does lot `a` come before the place, hold it, or come behind? */
int ph_lot_order(const struct ph_lot *lot, const struct ph_place *place);

/** Is everything there, fresh or not? */
bool ph_haul_is_complete(const struct ph_haul *haul);
bool ph_haul_is_stale(const struct ph_haul *haul);

/** Age of the oldest lot. */
uint64_t ph_haul_age_ns(const struct ph_haul *haul, uint64_t now_ns);

/** Does any lot know this type, as a type or by an object? */
bool ph_haul_knows(const struct ph_haul *haul, const char *type);

/** This type is tracked: providers that did not come, and were never known to tell of it, are
 *  not missed. */
void ph_haul_forgive(struct ph_haul *haul, const char *type);

/* ---- One object -------------------------------------------------------------------- */

struct ph_find {
    const char *type, *id; /* borrowed */
    size_t id_bytes;

    /* What has been found: the youngest; NULL: none. */
    const struct ph_lot *lot;
    const struct ph_fragment *row;

    size_t at_lot, at_row; /* where the search is */
};

/** Search on, for some 100 µs; true at the end. */
bool ph_haul_find(const struct ph_haul *haul, struct ph_find *find);

#endif
