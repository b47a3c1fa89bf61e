/* SPDX-License-Identifier: MIT */
/**
 * What is known about many targets over time: the last good sample of each, whether it
 * answers now, what changed per minute, and the sums of it all.
 *
 * Times called `now_s` are CLOCK_MONOTONIC seconds.
 *
 * Threads: one.
 */
#ifndef FLEET_H
#define FLEET_H

#include "cause.h"
#include "sample.h"

#include <stdbool.h>
#include <stddef.h>

/* Worst last. */
enum fleet_state {
    FLEET_FINE,
    FLEET_WAITING,   /* not asked yet */
    FLEET_ATTENTION, /* answers, but a figure is near its limit, or it has just restarted */
    FLEET_BLOCKED,   /* answers, but a loop does not turn */
    FLEET_DOWN,
};

/* Rates are taken over up to a minute, so that one socket more is not "+30 a minute". */
#define FLEET_WINDOW_S 60
#define FLEET_POINTS 32

struct fleet_point {
    double at_s;
    double sockets;
    double listeners;
};

struct fleet_row {
    const char *name;          /* of the target; borrowed */
    struct sample last;        /* the last good one, maybe an old one; see `known` */
    double last_s;             /* when it came */
    double round_trip_ms;      /* it took; NaN if there was none */
    double restarted_s;        /* the last restart we have seen; NaN: none */
    double sockets_change;     /* per minute; NaN before the second sample */
    double listeners_change;
    struct fleet_point points[FLEET_POINTS]; /* oldest first, since the last restart */
    size_t point_count;
    unsigned restarts;
    enum cause cause;          /* of the last round */
    int status;                /* HTTP status of the last round */
    bool asked;                /* at least one round is complete */
    bool known;                /* there was a good sample */
};

struct fleet_totals {
    unsigned targets;
    unsigned up;               /* FINE, ATTENTION and BLOCKED */
    unsigned down;
    unsigned blocked;
    double sockets;            /* sums over what is up; NaN if nobody knows */
    double listeners;
    double heap_used_bytes;
    double rss_bytes;
    double sockets_change;
    double listeners_change;
};

/**
 * Make an empty row.
 *
 * @param name  borrowed for the life of the row.
 *
 * Threads: one.
 */
void fleet_init(struct fleet_row *row, const char *name);

/**
 * A good answer came. Another pid or start time, or an uptime that went back, is a
 * restart: rates begin anew.
 *
 * Threads: one.
 */
void fleet_answered(struct fleet_row *row, const struct sample *sample, double round_trip_ms,
                    double now_s);

/**
 * No good answer came. The last values stay.
 *
 * Threads: one.
 */
void fleet_failed(struct fleet_row *row, enum cause cause, int status);

/**
 * Threads: any.
 */
enum fleet_state fleet_state(const struct fleet_row *row, double now_s);

/**
 * How bad it is, for sorting: the state, then what a person would look at first.
 *
 * Threads: any.
 */
double fleet_badness(const struct fleet_row *row, double now_s);

/**
 * Sum up.
 *
 * Threads: any.
 */
void fleet_sum(struct fleet_row *const *rows, size_t count, double now_s,
               struct fleet_totals *totals);

#endif /* FLEET_H */
