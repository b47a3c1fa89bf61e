/* SPDX-License-Identifier: MIT */
#ifndef PH_SERIES_H
#define PH_SERIES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

#include "family.h"
#include "porthole.h"
#include "tally.h"

#define PH_SERIES_SLOTS 1024

/** Memory of a host thread that counts as part of a series. */
struct ph_lease {
    const double           *cells;      /* immutable; the thread writes what it points to */
    struct porthole_series *series;     /* immutable */
    struct ph_lease        *of_series;  /* next; guarded by the table's lock */
    struct ph_lease        *of_thread;  /* next; host thread only */
};

/** What one thread has lent. Zeroed: nothing. Host thread only. */
struct ph_leases {
    struct ph_lease *first;
};

/**
 * The application's own numbers. A value is what the series' own words say and what lies in
 * the memory that threads have lent; when a thread leaves, its part moves from there to here,
 * under the lock, so that no reader counts it twice or misses it.
 */
struct ph_series_table {
    pthread_mutex_t lock;               /* leaf; serialises registration, and guards leases
                                           while their cells are read or given back */
    pid_t   pid;                        /* immutable; another one means: forked child */
    struct porthole_family *all[PORTHOLE_MAX_SERIES];
    _Atomic size_t n;                   /* atomic (release after all[n] is set): append-only, so
                                           readers take no lock */
    size_t  n_series;                   /* guarded by lock, as below */
    size_t  n_cells;
    struct porthole_series *by_hash[PH_SERIES_SLOTS];
};

void ph_series_init(struct ph_series_table *table);
void ph_series_fini(struct ph_series_table *table);

/** porthole_series_register() and porthole_family_register() on this table. Threads: any. */
enum porthole_status ph_series_add_new(struct ph_series_table *table,
                                       enum porthole_series_kind kind, const char *name,
                                       const char *help, struct porthole_series **out);
enum porthole_status ph_series_add_family(struct ph_series_table *table,
                                          const struct porthole_family_spec *spec,
                                          struct porthole_family **out, porthole_error *err);

/**
 * porthole_series_cells(), for the thread that keeps `leases`.
 *
 * Threads: host thread. Holds the lock for a pointer swap only.
 */
enum porthole_status ph_series_lend(struct porthole_series *series, struct ph_leases *leases,
                                    const double *cells);

/**
 * Nothing is lent any more: counters and histograms keep what they had reached, gauges
 * forget it. May wait while an agent thread reads the cells of one family: up to 0.1 ms.
 *
 * Threads: host thread.
 */
void ph_leases_end(struct ph_leases *leases);

/** How many series the family shows. Threads: any. */
uint32_t ph_series_count(const struct porthole_family *family);

/**
 * Read the family's first series.
 *
 * @param tally  with room for `n`, at most ph_series_count(), of them.
 *
 * Threads: agent threads.
 */
void ph_series_read(struct porthole_family *family, struct ph_tally *tally);

/** The value of a counter or gauge. Threads: agent threads. */
double ph_series_value(struct porthole_series *series);

#endif
