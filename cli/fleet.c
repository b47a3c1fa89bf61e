/* SPDX-License-Identifier: MIT */
/*
 * fleet: rows over time. It judges by the agent's own clock where it can (two polls
 * between two ticks see the same document), and never shows a rate across a restart.
 */
#include "fleet.h"

#include <math.h>
#include <string.h>

/* From here on a figure deserves a sign. */
#define BUSY_UTILIZATION 0.90
#define SLOW_P99_MS 250
#define NEAR_LIMIT 0.90
#define RESTART_SHOWN_S 60

void fleet_init(struct fleet_row *row, const char *name)
{
    *row = (struct fleet_row){ .name = name };
    sample_clear(&row->last);
    row->round_trip_ms = row->restarted_s = NAN;
    row->sockets_change = row->listeners_change = NAN;
}

static bool has_restarted(const struct sample *before, const struct sample *now)
{
    if (before->pid != now->pid && !isnan(before->pid) && !isnan(now->pid))
        return true;
    if (before->started[0] != '\0' && strcmp(before->started, now->started) != 0)
        return true;
    return now->uptime_s < before->uptime_s || now->tick < before->tick ||
           now->gc_pause_s < before->gc_pause_s;
}

static double per_minute(double before, double now, double seconds)
{
    return seconds > 0 ? (now - before) / seconds * 60 : NAN;
}

static void drop_oldest(struct fleet_row *row)
{
    row->point_count--;
    memmove(row->points, row->points + 1, row->point_count * sizeof row->points[0]);
}

/* The agent's clock steps when its machine's does; a point that is not later than the
 * one before is only taken when the clock went back, and then begins anew. */
static void add_point(struct fleet_row *row, double at_s)
{
    struct fleet_point *p = row->points;
    const struct fleet_point *last = row->point_count > 0 ? &p[row->point_count - 1] : NULL;

    if (last != NULL && at_s == last->at_s)
        return;
    if (last != NULL && (at_s < last->at_s || at_s - last->at_s > 3600))
        row->point_count = 0;
    if (row->point_count == FLEET_POINTS)
        drop_oldest(row);
    while (row->point_count > 1 && at_s - p[0].at_s > FLEET_WINDOW_S)
        drop_oldest(row);
    p[row->point_count++] =
        (struct fleet_point){ at_s, row->last.tcp_established, row->last.listeners };
    last = &p[row->point_count - 1];
    row->sockets_change = per_minute(p[0].sockets, last->sockets, at_s - p[0].at_s);
    row->listeners_change = per_minute(p[0].listeners, last->listeners, at_s - p[0].at_s);
}

void fleet_answered(struct fleet_row *row, const struct sample *sample, double round_trip_ms,
                    double now_s)
{
    if (row->known && has_restarted(&row->last, sample)) {
        row->restarts++;
        row->restarted_s = now_s;
        row->point_count = 0;
        row->sockets_change = row->listeners_change = NAN;
    }
    row->last = *sample;
    row->known = row->asked = true;
    row->last_s = now_s;
    row->round_trip_ms = round_trip_ms;
    row->cause = CAUSE_NONE;
    row->status = 200;
    add_point(row, isnan(sample->captured_unix_s) ? now_s : sample->captured_unix_s);
}

void fleet_failed(struct fleet_row *row, enum cause cause, int status)
{
    row->asked = true;
    row->cause = cause;
    row->status = status;
}

enum fleet_state fleet_state(const struct fleet_row *row, double now_s)
{
    const struct sample *s = &row->last;

    if (!row->asked)
        return FLEET_WAITING;
    if (row->cause != CAUSE_NONE)
        return FLEET_DOWN;
    if (s->loop == SAMPLE_LOOP_BLOCKED)
        return FLEET_BLOCKED;
    if (s->utilization >= BUSY_UTILIZATION || s->delay_p99_ms >= SLOW_P99_MS ||
        s->heap_share >= NEAR_LIMIT || s->fds_open >= NEAR_LIMIT * s->fds_limit ||
        now_s - row->restarted_s < RESTART_SHOWN_S)
        return FLEET_ATTENTION;
    return FLEET_FINE;
}

/* 0 .. 1, and 0 for what is not known. */
static double share(double value, double most)
{
    return value > 0 ? (value < most ? value / most : 1) : 0;
}

double fleet_badness(const struct fleet_row *row, double now_s)
{
    const struct sample *s = &row->last;

    return (double)fleet_state(row, now_s) + 0.4 * share(s->blocked_ms, 60000) +
           0.2 * share(s->delay_p99_ms, 10000) + 0.2 * share(row->sockets_change, 10000) +
           0.15 * share(row->listeners_change, 10000);
}

static void add(double *total, double value)
{
    if (!isnan(value))
        *total = isnan(*total) ? value : *total + value;
}

void fleet_sum(struct fleet_row *const *rows, size_t count, double now_s,
               struct fleet_totals *t)
{
    *t = (struct fleet_totals){ .targets = (unsigned)count,
                                .sockets = NAN,
                                .listeners = NAN,
                                .heap_used_bytes = NAN,
                                .rss_bytes = NAN,
                                .sockets_change = NAN,
                                .listeners_change = NAN };
    for (size_t i = 0; i < count; i++) {
        const struct fleet_row *row = rows[i];
        enum fleet_state state = fleet_state(row, now_s);

        t->down += state == FLEET_DOWN;
        t->blocked += state == FLEET_BLOCKED;
        if (state == FLEET_DOWN || state == FLEET_WAITING)
            continue;
        t->up++;
        add(&t->sockets, row->last.tcp_established);
        add(&t->listeners, row->last.listeners);
        add(&t->heap_used_bytes, row->last.heap_used_bytes);
        add(&t->rss_bytes, row->last.rss_bytes);
        add(&t->sockets_change, row->sockets_change);
        add(&t->listeners_change, row->listeners_change);
    }
}
