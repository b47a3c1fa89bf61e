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
#include "labels.h"
#include "sample.h"

#include <stdbool.h>
#include <stddef.h>

/* Worst last. */
enum fleet_state {
    FLEET_FINE,
    FLEET_WAITING,   /* not asked yet */
    FLEET_ATTENTION, /* answers, but a figure is near its limit, or it has just restarted */
    FLEET_MISSING,   /* did not answer once or twice; its last values stay */
    FLEET_BLOCKED,   /* answers, but a loop does not turn */
    FLEET_DOWN,
};

/* As JSON and CSV call them, by state. */
extern const char *const fleet_states[];

/* So many rounds in a row without an answer, and a target that did answer before is down. */
#define FLEET_MISSES 3

/* Changes are taken over up to a minute, so that one socket more is not "+30 a minute". */
#define FLEET_WINDOW_S 60
#define FLEET_POINTS 32

/* The figures that are kept over the last minute. */
#define FLEET_TRAILS 8
extern const enum vital fleet_trails[FLEET_TRAILS];

struct fleet_row {
    const char *name;          /* of the target; borrowed */
    const struct labels *labels; /* of the target; borrowed; NULL: none */
    struct sample last;        /* the last good one, maybe an old one; see `known` */
    double last_s;             /* when it came */
    double round_trip_ms;      /* it took; NaN if there was none */
    double restarted_s;        /* the last restart we have seen; NaN: none */
    float rate[VITALS];        /* of counters: per second, between the last two documents;
                                  NaN: of no counter, or not known */
    double
        trail_s[FLEET_POINTS]; /* by the agent's clock, oldest first, since the last restart */
    float trail[FLEET_TRAILS][FLEET_POINTS];
    size_t point_count;
    unsigned restarts;
    unsigned misses;           /* rounds in a row without a good answer */
    enum cause cause;          /* of the last round */
    int status;                /* HTTP status of the last round */
    bool asked;                /* at least one round is complete */
    bool known;                /* there was a good sample */
    double outlier_z;          /* set by outliers_find(): robust z-score; NaN: it is none */
    enum vital outlier;        /* ... of this figure's slope */
};

struct fleet_totals {
    unsigned targets;
    unsigned up;               /* FINE, ATTENTION and BLOCKED */
    unsigned missing;
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
 * A round has ended before its answer: CAUSE_WAITING, unless the one before failed, which is
 * what is known of it then. That is no miss yet.
 *
 * Threads: one.
 */
void fleet_waits(struct fleet_row *row);

/**
 * Change per minute of a figure that has a trail; NaN: it has none, or it is not known yet.
 *
 * Threads: any.
 */
double fleet_change(const struct fleet_row *row, enum vital vital);

/**
 * Index into fleet_trails; FLEET_TRAILS: that figure has no trail.
 *
 * Threads: any.
 */
size_t fleet_trail(enum vital vital);

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
