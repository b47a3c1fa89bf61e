/* SPDX-License-Identifier: MIT */
/**
 * What a host thread publishes of itself: collections, heap, handles, descriptors, event
 * listeners, HTTP. Include porthole.h, which includes this; units, strings and threads are as
 * said there.
 */
#ifndef PORTHOLE_COUNTS_H
#define PORTHOLE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole_base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Garbage collector ----------------------------------------------------------- */

enum porthole_gc_kind {
    PORTHOLE_GC_MINOR,        /* scavenge, minor mark-sweep */
    PORTHOLE_GC_MAJOR,        /* full mark-sweep-compact */
    PORTHOLE_GC_INCREMENTAL,  /* a step of incremental marking */
    PORTHOLE_GC_WEAKCB,       /* weak callbacks */
    PORTHOLE_GC_KINDS
};

/**
 * One garbage collection ended.
 *
 * @param pause_ns    time the host thread stood still for it.
 * @param used_bytes  heap in use right after it; 0 if unknown.
 *
 * Threads: host thread, also inside a collector callback: plain stores, no allocation,
 * no lock, no system call.
 */
PORTHOLE_API void porthole_gc_done(porthole_thread *thread, enum porthole_gc_kind kind,
                                   uint64_t pause_ns, uint64_t used_bytes);

/* ---- Heap ------------------------------------------------------------------------- */

struct porthole_heap {
    uint64_t used_bytes;
    uint64_t total_bytes;
    uint64_t limit_bytes;
    uint64_t physical_bytes;
    uint64_t external_bytes;
    uint64_t array_buffers_bytes;
    uint64_t malloced_bytes;
    uint64_t native_contexts;
    uint64_t detached_contexts;
    uint64_t allocated_bytes;     /* by the host since it joined, dead or alive, so far */
    uint64_t promoted_bytes;      /* that a minor collection moved to the old generation */
};

/**
 * Replace the published heap figures.
 *
 * Threads: host thread. Plain stores.
 */
PORTHOLE_API void porthole_heap_publish(porthole_thread *thread,
                                        const struct porthole_heap *heap);

/* ---- Tables: counts by name -------------------------------------------------------- */

enum porthole_table {
    PORTHOLE_TABLE_HEAP_SPACES,  /* name; size, used, available, physical bytes */
    PORTHOLE_TABLE_HANDLES,      /* kind; open, active, created, closed */
    PORTHOLE_TABLE_RESOURCES,    /* type; count */
    PORTHOLE_TABLE_REQUESTS,     /* kind; requests in flight */
    PORTHOLE_TABLE_LISTENERS,    /* class of emitter, event; listeners, most on one emitter,
                                    emitters, standard error of the listeners (0: exact) */
    PORTHOLE_TABLE_HEAVY,        /* one emitter, event; listeners now, a minute ago, ten
                                    minutes ago, an hour ago; note: who adds them */
    PORTHOLE_TABLE_AGENTS,       /* HTTP agent, origin; sockets in use, free ones, requests
                                    that wait, age of the oldest socket in milliseconds */
    PORTHOLE_TABLES
};

struct porthole_row {
    const char *name;
    const char *detail;          /* second name (the event); NULL where there is none */
    const char *note;            /* a line of text; NULL where there is none */
    uint64_t    value[4];        /* in the order given above; PORTHOLE_UNKNOWN allowed */
};

#define PORTHOLE_NAME_BYTES 48   /* longer names are cut and end in U+2026 */
#define PORTHOLE_NOTE_BYTES 96   /* so are longer notes */
#define PORTHOLE_TABLE_ROWS 64   /* further rows are dropped; `total` still counts them */

/**
 * Replace a table. Rows beyond PORTHOLE_TABLE_ROWS are cut, and the cut is shown.
 *
 * @param total  rows there are in all, including those not passed in; 0 means `n`.
 *
 * Threads: host thread. Plain stores, about a microsecond.
 */
PORTHOLE_API void porthole_table_publish(porthole_thread *thread, enum porthole_table table,
                                         const struct porthole_row *rows, size_t n,
                                         size_t total);

/* ---- Event listeners --------------------------------------------------------------- */

struct porthole_listeners {
    uint64_t    total;            /* listeners, counted or estimated; or PORTHOLE_UNKNOWN */
    uint64_t    emitters;         /* emitters, counted or estimated; or PORTHOLE_UNKNOWN */
    double      standard_error;   /* of `total`; NaN: unknown */
    double      low, high;        /* between them `total` is with 95 %; NaN: unknown */
    uint64_t    max_exceeded;     /* MaxListenersExceededWarnings so far */
    const char *max_exceeded_last;/* "Socket error", NULL if none */
    const char *counted_by;       /* how the figures came about */
};

/**
 * Replace the listener summary; kinds and single emitters go to
 * PORTHOLE_TABLE_LISTENERS and _HEAVY.
 *
 * Threads: host thread. Plain stores.
 */
PORTHOLE_API void porthole_listeners_publish(porthole_thread *thread,
                                             const struct porthole_listeners *listeners);

/* ---- What the event loop holds ------------------------------------------------------ */

struct porthole_loop_counts {
    uint64_t requests;            /* in flight, by libuv's own count */
    uint64_t timers;              /* timers of the runtime that keep the loop alive */
    uint64_t immediates;          /* the same for immediates */
};

/**
 * Replace these figures.
 *
 * Threads: host thread. Plain stores.
 */
PORTHOLE_API void porthole_loop_counts_publish(porthole_thread *thread,
                                               const struct porthole_loop_counts *counts);

#define PORTHOLE_FD_LIMIT 65536  /* higher descriptors are left out */

/**
 * Replace the set of descriptors that the handles of this thread's loop stand for. Sockets
 * that no thread claims for a while are shown as outside of libuv. Until the first call
 * nobody can tell.
 *
 * Threads: host thread. Plain stores: one word for each 64 descriptors up to the highest.
 */
PORTHOLE_API void porthole_fds_publish(porthole_thread *thread, const int *fds, size_t n);

/* ---- HTTP -------------------------------------------------------------------------- */

enum porthole_http_side { PORTHOLE_HTTP_SERVER, PORTHOLE_HTTP_CLIENT, PORTHOLE_HTTP_SIDES };

/* Cells of one side. All are counts since the thread joined, and only grow: what is in flight
 * is `started` without the three that follow. */
enum porthole_http_cell {
    PORTHOLE_HTTP_STARTED,
    PORTHOLE_HTTP_FINISHED,       /* with a whole answer, whatever its status */
    PORTHOLE_HTTP_ABORTED,        /* the other end, or the application, gave it up */
    PORTHOLE_HTTP_ERRORS,         /* it failed: refused, reset, timed out, bad answer */
    PORTHOLE_HTTP_SUM_NS,         /* of the durations of what has finished */
    PORTHOLE_HTTP_MAX_NS,
    PORTHOLE_HTTP_BUCKETS,        /* the first of PORTHOLE_HTTP_BUCKET_COUNT buckets */
};

/* Durations in ns, 16 equal steps to each power of two from 2^10 ns up: with o = the exponent
 * of the highest bit, bucket (o - 10) * 16 + (4 bits behind the highest). Shorter ones are in
 * bucket 0, longer ones in the last. */
#define PORTHOLE_HTTP_BUCKET_COUNT 512

/* Behind the buckets: requests that were not followed, because too many were in flight. They
 * are in no other cell. */
#define PORTHOLE_HTTP_UNFOLLOWED (PORTHOLE_HTTP_BUCKETS + PORTHOLE_HTTP_BUCKET_COUNT)
#define PORTHOLE_HTTP_CELLS (PORTHOLE_HTTP_UNFOLLOWED + 1)

/**
 * Lend the memory in which the host counts: PORTHOLE_HTTP_CELLS doubles for each side. It
 * writes them as it likes, with plain stores, and they are read at any time.
 *
 * @param cells  stays valid until porthole_thread_leave() has returned. NULL is ignored.
 *
 * Threads: host thread.
 */
PORTHOLE_API void porthole_http_lend(porthole_thread *thread,
                                     const double *cells[PORTHOLE_HTTP_SIDES]);

#ifdef __cplusplus
}
#endif

#endif /* PORTHOLE_COUNTS_H */
