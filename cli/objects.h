/* SPDX-License-Identifier: MIT */
/**
 * What agents answer at /objects, /objects/TYPE and /objects/TYPE/ID, and what kang snapshots
 * say of the same, as rows. Texts are read in place: documents stay as long as the rows.
 *
 * Threads: one.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include "kangset.h"

/* A type, summed up over targets. NaN: nobody knows. */
struct objects_type {
    struct slice name;
    double count;
    double created;
    double released;
    double collected;
    double created_per_s;
    double copy_ms;       /* age of the oldest copy that is shown for it; NaN: it is fresh */
    uint32_t targets;
};

struct objects_row {
    struct slice id;
    struct jsonspan value;
    struct jsonspan thread; /* its number, or {"id":..,"name":..}; len 0: unknown */
    struct jsonspan how;    /* a text; len 0: unknown */
    double tracked_s;       /* NaN: unknown */
    double copy_ms;         /* NaN: it is fresh */
    uint32_t target;
};

/* How complete the answer of a target is. */
struct objects_answer {
    double total;           /* objects there; NaN: unknown */
    double shown;
    double copy_ms;
    struct jsonspan causes; /* list of {"thread","cause"}, or a text; len 0: none */
};

/* Zeroed memory is empty. */
struct objects {
    struct names names;     /* of types */
    struct objects_type *types;
    struct objects_row *rows;
    size_t row_count;
    struct pool pool;
};

/**
 * Add the types of /objects.
 *
 * Threads: one.
 */
void objects_add_types(struct objects *objects, struct jsonspan document,
                       struct objects_answer *answer);

/**
 * Add the objects of /objects/TYPE, or the one of /objects/TYPE/ID.
 *
 * Threads: one.
 */
void objects_add_rows(struct objects *objects, struct jsonspan document, uint32_t target,
                      struct objects_answer *answer);

/**
 * Add the types of a kang snapshot of which everything was kept.
 *
 * Threads: one.
 */
void objects_add_kang_types(struct objects *objects, const struct kangsnap *snap);

/* Which objects of a kang snapshot are wanted. */
struct objects_pick {
    struct slice type;
    const struct slice *id; /* NULL: all of the type */
    uint32_t target;
    uint32_t limit;
};

/**
 * Add objects of a kang snapshot.
 *
 * Threads: one.
 */
void objects_add_kang_rows(struct objects *objects, const struct kangsnap *snap,
                           const struct objects_pick *pick, struct objects_answer *answer);

/**
 * Sort the types for showing, when all have been added: the most numerous first.
 *
 * Threads: one.
 */
void objects_sort_types(struct objects *objects);

/**
 * Threads: one.
 */
void objects_fini(struct objects *objects);

#endif /* OBJECTS_H */
