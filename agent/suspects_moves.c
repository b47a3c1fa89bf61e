/* SPDX-License-Identifier: MIT */
/* Owns which counters are compared with a growth, and over which spans of time.
 *
 * The least of a bucket, of a number that grows, is how the bucket began: what comes between
 * the least of two successive buckets happened during the earlier one. Bytes are noisier, and
 * their least may be anywhere: what happened in the later one counts for a quarter. */
#include "suspects_moves.h"

#include <math.h>
#include <string.h>

#define LATER_BYTES 0.25

static void read_rate(const struct ph_rings *rings, const struct ph_timeline *now,
                      unsigned level, double later, double out[PH_BUCKETS])
{
    double mean[PH_BUCKETS];
    double width_s = ph_level_s[level];

    ph_rings_read(rings, now, level, PH_PART_MEAN, mean);
    out[0] = NAN;
    for (size_t i = 1; i < PH_BUCKETS; i++)
        out[i] =
            width_s * (later > 0 ? (1 - later) * mean[i - 1] + later * mean[i] : mean[i - 1]);
}

static void read_growth(const struct ph_judged *judged, const struct ph_history *history,
                        unsigned level, double out[PH_BUCKETS])
{
    const struct ph_timeline *now = ph_history_time(history);
    double value[PH_BUCKETS], born_s = ph_history_born_s(history);
    double width_s = ph_level_s[level];

    ph_rings_read(&ph_history_at(history, judged->place)->rings, now, level,
                  ph_growth_part(judged->as->kind), value);
    out[0] = NAN;
    for (size_t i = 1; i < PH_BUCKETS; i++) {
        double begin_s = ((double)now->index[level] - PH_BUCKETS + (double)i - 1) * width_s;

        /* Nor of the first bucket: what a process takes to start is nobody's doing. */
        out[i] = begin_s - width_s < born_s ? NAN : value[i] - value[i - 1];
    }
}

/* A thread's growth has its causes in that thread, or in what is counted for all. */
static bool is_candidate(const struct ph_judged *judged, const struct ph_history_series *series)
{
    return series && series->kind == PH_COUNTER && ph_watched_is_cause(series->name) &&
           (judged->thread == PH_NO_THREAD || series->thread == PH_NO_THREAD ||
            series->thread == judged->thread);
}

/* HTTP first, because of those that are as good the first is named; until the room is full. */
static void find_candidates(const struct ph_judged *judged, const struct ph_history *history,
                            struct ph_cause_look *look, size_t place[PH_CAUSE_CANDIDATES])
{
    size_t count = ph_history_count(history);

    look->n = 0;
    for (unsigned http = 0; http < 2; http++)
        for (size_t i = 0; i < count && look->n < PH_CAUSE_CANDIDATES; i++) {
            const struct ph_history_series *series = ph_history_at(history, i);

            if (is_candidate(judged, series) &&
                (strncmp(series->name, "http.", 5) == 0) == (http == 0))
                place[look->n++] = i;
        }
}

void ph_suspects_find_moves(struct ph_judged *judged, const struct ph_history *history,
                            struct ph_cause_look *look)
{
    unsigned level = judged->judge.verdict.level;
    const struct ph_timeline *now = ph_history_time(history);
    double later = judged->as->kind == PH_GROWTH_COUNT ? 0 : LATER_BYTES;
    size_t place[PH_CAUSE_CANDIDATES];
    struct ph_cause cause[PH_MOVES_WITH];

    judged->moves_due = false;
    judged->n_moves_with = 0;
    if (ph_history_epoch(history, judged->place) != judged->epoch ||
        !ph_history_at(history, judged->place))
        return;
    read_growth(judged, history, level, look->growth);
    read_rate(ph_history_load(history), now, level, later, look->load);
    find_candidates(judged, history, look, place);
    for (size_t i = 0; i < look->n; i++)
        read_rate(&ph_history_at(history, place[i])->rings, now, level, later, look->events[i]);
    judged->n_moves_with = ph_cause_find(look, cause, PH_MOVES_WITH);
    for (size_t i = 0; i < judged->n_moves_with; i++) {
        struct ph_moves_with *m = &judged->moves_with[i];

        memcpy(m->series, ph_history_at(history, place[cause[i].candidate])->name,
               sizeof m->series);
        m->correlation = cause[i].correlation;
        m->per_event = cause[i].per_event;
    }
}
