/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_H
#define PH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metric.h"
#include "rings.h"
#include "snapshot.h"

/**
 * The history of every number of the state that can grow, in memory that is allocated when
 * the agent starts and never again.
 *
 * A series is found by its name and thread: the path of its number in /state, keys joined by
 * dots, without "threads"; an item of a list or map is told by its label in brackets:
 * "heap.used_bytes" of thread 0, "process.fds.open", "sockets.by_peer[10.0.0.7:443].count",
 * "listeners.top[Socket error].listeners", "handles.by_kind.tcp.open", "objects.job.count",
 * "metrics.jobs_done".
 *
 * Gauges are kept as they are. Counters are kept as their growth per second between two
 * ticks: a float cannot hold what a counter reaches, and what matters is how fast it goes; a
 * counter that falls has started anew and is a gap. "heap.used_after_full_gc_bytes" has a
 * value only in ticks in which a full collection ended.
 *
 * When the table is full, newcomers are not taken, and counted. A series that has not been
 * seen for longer than its rings reach gives its place up.
 */
#define PH_HISTORY_NAME 128u        /* bytes of a name with NUL; longer: its middle is cut */
#define PH_HISTORY_BYTES (4u << 20)     /* the default ceiling: some 600 series */
#define PH_NO_THREAD (-1)

struct ph_history_series {
    char         name[PH_HISTORY_NAME];
    int          thread;                /* id of the host thread; PH_NO_THREAD */
    enum ph_kind kind;                  /* PH_COUNTER: values are per second */
    enum ph_unit unit;
    double       last;                  /* as in /state; NaN: not there at the moment */
    struct ph_rings rings;
};

struct ph_history;

/**
 * @param max_bytes  ceiling for all of it.
 *
 * @return NULL if memory is out: there is no history then.
 *
 * Threads: the thread that starts the agent.
 */
struct ph_history *ph_history_new(size_t max_bytes);
void ph_history_free(struct ph_history *history);

/**
 * Take in one snapshot, at `now_s` on CLOCK_BOOTTIME. No allocation.
 *
 * @return the levels of which a bucket has ended by it: see ph_timeline_move().
 *
 * Threads: tick thread.
 */
unsigned ph_history_take(struct ph_history *history, const struct ph_snapshot *snapshot,
                         double now_s);

/**
 * Read-only, without a copy. What ph_history_at() gives is never moved; its index `i` below
 * ph_history_count() stays the series' own as long as ph_history_epoch(i) stays the same (a
 * place that was given to another series has another one). NULL for a place that is free.
 *
 * Threads: tick thread; others between ph_history_lock() and _unlock(), for microseconds.
 */
size_t ph_history_count(const struct ph_history *history);
size_t ph_history_refused(const struct ph_history *history);    /* series that found no room */
size_t ph_history_bytes(const struct ph_history *history);
const struct ph_history_series *ph_history_at(const struct ph_history *history, size_t i);
uint32_t ph_history_epoch(const struct ph_history *history, size_t i);
const struct ph_timeline *ph_history_time(const struct ph_history *history);

/** When this life began, on the rings' clock: what is older was inherited from another
 *  process, and no evidence about this one. */
double ph_history_born_s(const struct ph_history *history);

/** The process's load, as work per second: finished HTTP requests of both sides, else turns
 *  of the loops. Never NULL. */
const struct ph_rings *ph_history_load(const struct ph_history *history);

void ph_history_lock(struct ph_history *history);
void ph_history_unlock(struct ph_history *history);

/* ---- For who keeps it in a file (history_file.h) --------------------------------------- */

/** A series as it lies in the file. */
struct ph_history_saved {
    uint64_t hash;              /* of its whole name, also of what was cut */
    double   seen_s;            /* when it was seen last */
    uint64_t second;            /* how far its rings have come */
    struct ph_history_series series;
};

/** How many series it can hold. Threads: any. */
size_t ph_history_room(const struct ph_history *history);

/** When it was seen last; NaN for a free place. Threads: tick thread. */
double ph_history_seen_s(const struct ph_history *history, size_t i);

/** Copy one out; false for a free place. Threads: tick thread. */
bool ph_history_save(const struct ph_history *history, size_t i, struct ph_history_saved *out);

/** The same for the load, whose `kind` is PH_COUNTER if it is HTTP requests. */
void ph_history_save_load(const struct ph_history *history, struct ph_history_saved *out);

/**
 * Begin where another life has ended: at `now_s`, with what ph_history_restore() brings.
 *
 * @param born_s  when this life began; NaN: with the next ph_history_take().
 *
 * Threads: the thread that starts the agent, before the first ph_history_take(), as below.
 */
void ph_history_resume(struct ph_history *history, double now_s, double born_s);

/**
 * Put one back, at place `i` if that is free. False if it is not sound, is there already, is
 * from the time to come or too old to be shown, or there is no room.
 */
bool ph_history_restore(struct ph_history *history, size_t i,
                        const struct ph_history_saved *saved);
bool ph_history_restore_load(struct ph_history *history, const struct ph_history_saved *saved);

#endif
