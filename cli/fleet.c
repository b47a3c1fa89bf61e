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

const enum vital fleet_trails[FLEET_TRAILS] = {
    VITAL_UTILIZATION, VITAL_DELAY_P99, VITAL_HEAP_USED, VITAL_RSS,
    VITAL_ESTABLISHED, VITAL_LISTENERS, VITAL_HANDLES,   VITAL_FDS,
};

const char *const fleet_states[] = {
    [FLEET_FINE] = "fine",       [FLEET_WAITING] = "waiting", [FLEET_ATTENTION] = "attention",
    [FLEET_MISSING] = "missing", [FLEET_BLOCKED] = "blocked", [FLEET_DOWN] = "down",
};

static void forget_rates(struct fleet_row *row)
{
    for (size_t i = 0; i < VITALS; i++)
        row->rate[i] = NAN;
}

void fleet_init(struct fleet_row *row, const char *name)
{
    *row = (struct fleet_row){ .name = name };
    sample_clear(&row->last);
    row->round_trip_ms = row->restarted_s = NAN;
    row->outlier_z = NAN;
    row->outlier = VITAL_NONE;
    forget_rates(row);
}

static bool has_restarted(const struct sample *before, const struct sample *now)
{
    if (before->pid != now->pid && !isnan(before->pid) && !isnan(now->pid))
        return true;
    if (before->started[0] != '\0' && strcmp(before->started, now->started) != 0)
        return true;
    return now->v[VITAL_UPTIME] < before->v[VITAL_UPTIME] || now->tick < before->tick ||
           now->v[VITAL_GC_PAUSE] < before->v[VITAL_GC_PAUSE];
}

/* ---- The last minute ---------------------------------------------------------------- */

size_t fleet_trail(enum vital vital)
{
    size_t i = 0;

    while (i < FLEET_TRAILS && fleet_trails[i] != vital)
        i++;
    return i;
}

double fleet_change(const struct fleet_row *row, enum vital vital)
{
    size_t trail = fleet_trail(vital), n = row->point_count;
    double seconds;

    if (trail == FLEET_TRAILS || n < 2)
        return NAN;
    seconds = row->trail_s[n - 1] - row->trail_s[0];
    return seconds > 0 ? ((double)row->trail[trail][n - 1] - (double)row->trail[trail][0]) /
                             seconds * 60
                       : NAN;
}

static void drop_oldest(struct fleet_row *row)
{
    size_t left = --row->point_count;

    memmove(row->trail_s, row->trail_s + 1, left * sizeof row->trail_s[0]);
    for (size_t i = 0; i < FLEET_TRAILS; i++)
        memmove(row->trail[i], row->trail[i] + 1, left * sizeof row->trail[i][0]);
}

/* The agent's clock steps when its machine's does; a point that is not later than the
 * one before is only taken when the clock went back, and then begins anew. */
static void add_point(struct fleet_row *row, double at_s)
{
    double last_s = row->point_count > 0 ? row->trail_s[row->point_count - 1] : NAN;

    if (at_s == last_s)
        return;
    if (at_s < last_s || at_s - last_s > 3600)
        row->point_count = 0;
    if (row->point_count == FLEET_POINTS)
        drop_oldest(row);
    while (row->point_count > 1 && at_s - row->trail_s[0] > FLEET_WINDOW_S)
        drop_oldest(row);
    row->trail_s[row->point_count] = at_s;
    for (size_t i = 0; i < FLEET_TRAILS; i++)
        row->trail[i][row->point_count] = (float)row->last.v[fleet_trails[i]];
    row->point_count++;
}

/* The same document twice says nothing about rates. */
static void set_rates(struct fleet_row *row, const struct sample *now)
{
    double seconds = now->captured_unix_s - row->last.captured_unix_s;

    if (seconds == 0)
        return;
    for (size_t i = 0; i < VITALS; i++) {
        double more = now->v[i] - row->last.v[i];

        row->rate[i] =
            vitals[i].counter && seconds > 0 && more >= 0 ? (float)(more / seconds) : NAN;
    }
}

void fleet_answered(struct fleet_row *row, const struct sample *sample, double round_trip_ms,
                    double now_s)
{
    if (row->known && has_restarted(&row->last, sample)) {
        row->restarts++;
        row->restarted_s = now_s;
        row->point_count = 0;
        forget_rates(row);
    } else if (row->known) {
        set_rates(row, sample);
    }
    row->last = *sample;
    row->known = row->asked = true;
    row->last_s = now_s;
    row->round_trip_ms = round_trip_ms;
    row->cause = CAUSE_NONE;
    row->status = 200;
    row->misses = 0;
    add_point(row, isnan(sample->captured_unix_s) ? now_s : sample->captured_unix_s);
}

void fleet_failed(struct fleet_row *row, enum cause cause, int status)
{
    row->asked = true;
    row->cause = cause;
    row->status = status;
    row->misses++;
}

void fleet_waits(struct fleet_row *row)
{
    if (row->asked && row->cause == CAUSE_NONE)
        row->cause = CAUSE_WAITING;
}

enum fleet_state fleet_state(const struct fleet_row *row, double now_s)
{
    const struct sample *s = &row->last;

    if (!row->asked)
        return FLEET_WAITING;
    if (row->cause != CAUSE_NONE)
        return row->known && row->misses < FLEET_MISSES ? FLEET_MISSING : FLEET_DOWN;
    if (s->loop == SAMPLE_LOOP_BLOCKED)
        return FLEET_BLOCKED;
    if (s->v[VITAL_UTILIZATION] >= BUSY_UTILIZATION || s->v[VITAL_DELAY_P99] >= SLOW_P99_MS ||
        s->v[VITAL_HEAP_SHARE] >= NEAR_LIMIT ||
        s->v[VITAL_FDS] >= NEAR_LIMIT * s->v[VITAL_FDS_LIMIT] ||
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

    return (double)fleet_state(row, now_s) + 0.4 * share(s->v[VITAL_BLOCKED], 60000) +
           0.2 * share(s->v[VITAL_DELAY_P99], 10000) +
           0.2 * share(fleet_change(row, VITAL_ESTABLISHED), 10000) +
           0.15 * share(fleet_change(row, VITAL_LISTENERS), 10000);
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
        t->missing += state == FLEET_MISSING;
        t->blocked += state == FLEET_BLOCKED;
        if (state == FLEET_DOWN || state == FLEET_MISSING || state == FLEET_WAITING)
            continue;
        t->up++;
        add(&t->sockets, row->last.v[VITAL_ESTABLISHED]);
        add(&t->listeners, row->last.v[VITAL_LISTENERS]);
        add(&t->heap_used_bytes, row->last.v[VITAL_HEAP_USED]);
        add(&t->rss_bytes, row->last.v[VITAL_RSS]);
        add(&t->sockets_change, fleet_change(row, VITAL_ESTABLISHED));
        add(&t->listeners_change, fleet_change(row, VITAL_LISTENERS));
    }
}
