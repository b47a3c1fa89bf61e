/* SPDX-License-Identifier: MIT */
#ifndef PH_SERIES_H
#define PH_SERIES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "metric.h"
#include "porthole.h"

/** The application's own numbers: cells that host code writes and the tick reads. */
struct porthole_series {
    struct ph_metric metric;        /* immutable; `prom` is the name */
    char             name[64];      /* immutable */
    char             help[128];     /* immutable */
    _Atomic uint64_t bits;          /* a double by its bits; atomic (relaxed): a figure by
                                       itself, nothing is published with it */
};

struct ph_series_table {
    pthread_mutex_t lock;           /* leaf; serialises registration */
    struct porthole_series *all[PORTHOLE_MAX_SERIES];
    _Atomic size_t  n;              /* atomic (release after all[n] is set): append-only, so
                                       readers take no lock */
};

void ph_series_init(struct ph_series_table *table);
void ph_series_fini(struct ph_series_table *table);

/** porthole_series_register() on this table. Threads: any. */
enum porthole_status ph_series_add_new(struct ph_series_table *table,
                                       enum porthole_series_kind kind, const char *name,
                                       const char *help, struct porthole_series **out);

/** Threads: any. */
double ph_series_value(const struct porthole_series *series);

#endif
