/* SPDX-License-Identifier: MIT */
#ifndef PH_TYPES_H
#define PH_TYPES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole.h"

#define PH_TYPE_MARKS 11u /* one a second: a rate is over the last ten */

/* How many there had been at a moment. */
struct ph_type_mark {
    uint64_t at_ns, created;
};

/** A type of the application's own objects: how many came and went. */
struct porthole_type {
    char name[PORTHOLE_TYPE_BYTES]; /* immutable */

    /* Atomic (relaxed): figures by themselves, nothing is published with them. */
    _Atomic uint64_t created, released, collected;
    _Atomic uint64_t rate; /* thousandths of a creation a second; PORTHOLE_UNKNOWN: not yet */

    struct ph_type_mark marks[PH_TYPE_MARKS]; /* a ring; tick thread only, as below */
    size_t n_marks;                           /* ever made */
};

struct ph_types {
    pthread_mutex_t lock; /* leaf; serialises registration */
    struct porthole_type *all[PORTHOLE_MAX_TYPES];
    _Atomic size_t n; /* atomic (release after all[n] is set): append-only, so readers take no
                         lock */
};

void ph_types_init(struct ph_types *types);
void ph_types_fini(struct ph_types *types);

/** porthole_type_register() in this table. Threads: any. */
enum porthole_status ph_types_add(struct ph_types *types, const char *name,
                                  struct porthole_type **out);

/** How many types there are, in `all`. Threads: any. */
size_t ph_types_count(const struct ph_types *types);

/** The type of that name, or NULL. Threads: any. */
struct porthole_type *ph_types_find(const struct ph_types *types, const char *name);

struct ph_type_figures {
    uint64_t count, created, released, collected;
    double created_per_s; /* below zero: not known yet */
};

/** Threads: any. */
void ph_type_read(const struct porthole_type *type, struct ph_type_figures *out);

/** Follow the rates. Threads: tick thread. */
void ph_types_mark(struct ph_types *types, uint64_t now_ns);

#endif
