/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_H
#define PH_COLLECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "board.h"
#include "fdscan.h"
#include "metric.h"
#include "series.h"
#include "snapshot.h"
#include "suspects.h"
#include "types.h"

/** Who this process is. Immutable after start; strings owned by the agent. */
struct ph_identity {
    const char *service, *component, *ident, *version, *host;
    const char *runtime, *runtime_version;
    pid_t    pid;
    uint64_t start_ticks;       /* field 22 of /proc/self/stat */
    uint64_t started_unix_ns;
};

/** What porthole itself costs its host. */
struct ph_cost {
    _Atomic uint64_t http_bytes;    /* memory of connections and of copies of objects; atomics
                                       (relaxed): figures, as below */
    _Atomic uint64_t requests;
    clockid_t http_clock;           /* CPU clock of the http thread; immutable, as below */
    bool     has_http_clock;
    uint64_t tick_bytes;            /* tick thread only: the last snapshot and encodings */
    uint64_t missed_ticks;          /* tick thread only */
};

/** What a collector may look at. Tick thread only. */
struct ph_collect_env {
    const struct ph_identity *identity;
    struct ph_board        *board;
    struct ph_series_table *series;
    struct ph_types        *types;
    struct ph_cost         *cost;
    struct ph_fdscan       *fds;
    const struct ph_suspects *suspects; /* NULL: there are none; as of the tick before */
    uint64_t tick, now_ns, now_unix_ns;
};

/**
 * A collector fills one top-level section of the state. A new one is one file and one
 * entry in the array.
 *
 * Threads: `open` and `close` on the thread that starts and stops the agent, `collect` on
 * the tick thread.
 */
struct ph_collector {
    const char *section;
    bool        opens_itself;           /* the section is not one plain object */
    const struct ph_metric *metrics;    /* every metric the section shows */
    size_t      n_metrics;
    void     *(*open)(void);            /* NULL: no state; may return NULL if memory is out,
                                           `collect` must cope with that */
    void (*collect)(void *state, const struct ph_collect_env *env, struct ph_builder *b);
    void      (*close)(void *state);
};

#define PH_METRICS(table) .metrics = (table), .n_metrics = sizeof(table) / sizeof(table)[0]

#endif
