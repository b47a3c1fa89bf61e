/* SPDX-License-Identifier: MIT */
/**
 * The figures that the command reads from every process: one table that says, for each, where
 * it stands in /state, how threads are put together, what it is a share of, what Prometheus
 * calls it, and why anyone should care. Reading, columns, rules, the screen's explanations and
 * the queries of `top --from prometheus=` all come from it: a new figure is one row here.
 *
 * Threads: none; constants.
 */
#ifndef VITALS_H
#define VITALS_H

#include <stddef.h>

/* The order in which they are listed. */
enum vital {
    VITAL_UPTIME,
    VITAL_THREADS,
    VITAL_BLOCKED,
    VITAL_UTILIZATION,
    VITAL_DELAY_P50,
    VITAL_DELAY_P99,
    VITAL_BLOCKS,
    VITAL_CPU_USER,
    VITAL_CPU_SYSTEM,
    VITAL_RSS,
    VITAL_RSS_ANON,
    VITAL_MALLOC,
    VITAL_CGROUP,
    VITAL_CGROUP_LIMIT,
    VITAL_OOM_KILLS,
    VITAL_HEAP_USED,
    VITAL_HEAP_LIMIT,
    VITAL_HEAP_SHARE,
    VITAL_HEAP_FLOOR,
    VITAL_EXTERNAL,
    VITAL_GC_PAUSE,
    VITAL_GC_FULL,
    VITAL_FDS,
    VITAL_FDS_LIMIT,
    VITAL_SOCKETS,
    VITAL_ESTABLISHED,
    VITAL_CLOSE_WAIT,
    VITAL_OUTSIDE_LIBUV,
    VITAL_HANDLES,
    VITAL_LISTENERS,
    VITAL_MAX_EXCEEDED,
    VITAL_HTTP_ACTIVE,
    VITAL_HTTP_STARTED,
    VITAL_CLIENT_ACTIVE,
    VITAL_CLIENT_ERRORS,
    VITALS,
    VITAL_NONE = VITALS,
};

enum vital_unit {
    VITAL_COUNT,
    VITAL_BYTES,
    VITAL_MS,
    VITAL_SECONDS,
    VITAL_RATIO,        /* 0 .. 1 */
};

/* How the figures of several threads, or of several processes, become one. */
enum vital_fold { VITAL_SUM, VITAL_HIGHEST };

struct vital_info {
    const char *name;   /* its path in /state; "threads." stands before those of threads.
                           What rules, --sort, CSV and JSON call it */
    const char *title;  /* at most 6 columns, for tables */
    enum vital_unit unit;
    enum vital_fold fold;
    double most;        /* beyond it a target lies */
    int counter;        /* it only grows: what is worth showing is its rate per second */
    enum vital limit;   /* it is a share of this one; VITAL_NONE: of nothing */
    const char *prom;   /* PromQL that gives it by instance; NULL: Prometheus has none */
    const char *help;   /* what it is, one sentence */
    const char *why;    /* what it means when it grows, one or two sentences */
};

extern const struct vital_info vitals[VITALS];

/**
 * The vital called `name` (its path, or the part behind "threads."); VITAL_NONE: none is.
 *
 * Threads: any.
 */
enum vital vitals_find(const char *name, size_t len);

#endif /* VITALS_H */
