/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_WALK_H
#define PH_HISTORY_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "metric.h"
#include "snapshot.h"

/**
 * Which numbers of a state have a history, and what each is called there: the path of its
 * number in /state, keys joined by dots. An item of a list is told in brackets by the texts
 * it begins with (or its label, or else its first number, as that of a port):
 * "sockets.by_peer[10.0.0.7:443].count", "listeners.top[Socket error].listeners". A series of
 * the application is told by the values of its labels: "metrics.jobs_done[mail high]".
 *
 * Left out is what cannot grow, or says nothing by growing: ids, ages, limits, quantiles,
 * how many rows a list would have had.
 */
#define PH_PATH_BYTES 512u              /* of a path with NUL; what is longer is cut */

enum ph_work { PH_WORK_NONE, PH_WORK_HTTP, PH_WORK_TURNS };

/** One number. Valid during the call. */
struct ph_sighting {
    const char  *name;
    uint64_t     hash;          /* of the thread and the whole path, also of what was cut */
    int          thread;        /* id of the host thread; -1: of none */
    bool         counter;
    bool         whole;         /* `u` is the value; else `d`, which is finite */
    uint64_t     u;
    double       d;
    enum ph_unit unit;
    enum ph_work work;          /* what it tells about how much there is to do */
    bool         after_gc;      /* is news only when `full_gcs` has changed */
    uint64_t     full_gcs;      /* of its thread */
};

typedef void ph_history_visit(void *ctx, const struct ph_sighting *sighting);

/**
 * Visit each, in the order of the state. No allocation; 10 ns for a byte of a name.
 *
 * Threads: tick thread.
 */
void ph_history_walk(const struct ph_snapshot *snapshot, ph_history_visit *visit, void *ctx);

#endif
