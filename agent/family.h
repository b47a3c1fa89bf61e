/* SPDX-License-Identifier: MIT */
#ifndef PH_FAMILY_H
#define PH_FAMILY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "porthole.h"
#include "tally.h"

#define PH_METRIC_NAME_BYTES 64 /* of a metric or label, NUL included */

struct ph_series_table;
struct ph_lease;

/** One number, or one histogram: words that host code updates and the tick reads. */
struct porthole_series {
    struct porthole_family *family;     /* immutable, as all up to next */
    struct ph_labels labels;
    uint32_t hash;
    _Atomic(struct porthole_series *) next; /* of the family; atomic (release after what it
                                           points to; the chain only grows) */
    struct porthole_series *same_hash;  /* guarded by the table's lock, as below */
    struct ph_lease *leases;
    bool listed;
    _Atomic uint64_t word[];            /* shape.words doubles by their bits; atomic
                                           (relaxed): figures by themselves */
};

/** Series of one name. */
struct porthole_family {
    struct ph_shape shape;              /* immutable, as all up to n */
    struct ph_series_table *table;
    char   name[PH_METRIC_NAME_BYTES];
    char   help[128];
    size_t n_labels;
    const char (*label)[PH_METRIC_NAME_BYTES];
    const double *bucket;               /* shape.n_buckets */
    struct porthole_series *rest;       /* without labels: the only one; else the one for all
                                           that find no room, not listed before */
    _Atomic(struct porthole_series *) first; /* atomic (release), as series.next */
    struct porthole_series *last;       /* guarded by the table's lock */
    _Atomic uint32_t n;                 /* listed; atomic (release after they are linked) */
};

/**
 * A family by its description, with its `rest`, in nobody's list yet.
 *
 * @return as porthole_family_register().
 *
 * Threads: any.
 */
enum porthole_status ph_family_new(struct ph_series_table *table,
                                   const struct porthole_family_spec *spec,
                                   struct porthole_family **out, porthole_error *err);

/** Free it with all its series; they are lent to nobody any more. Threads: any. */
void ph_family_free(struct porthole_family *family);

/** Are these the same kind, labels and buckets? Threads: any. */
bool ph_family_is_same(const struct porthole_family *a, const struct porthole_family *b);

/**
 * Would a reader of either text format find lines of both families under one name? The
 * sample of a counter `jobs` is `jobs_total`, those of a histogram `wait` are `wait_bucket`,
 * `wait_sum` and `wait_count`.
 *
 * Threads: any.
 */
bool ph_family_clashes(const struct porthole_family *a, const struct porthole_family *b);

/**
 * A series with these values of the labels, in nobody's list yet; NULL if memory is out.
 *
 * @param values  family->n_labels of them.
 *
 * Threads: any.
 */
struct porthole_series *ph_family_child(struct porthole_family *family,
                                        const char *const *values);

#endif
