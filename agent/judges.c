/* SPDX-License-Identifier: MIT */
/* Owns who judges what, and that no tick judges too much. The lock is held for the copy of
 * one judge, never while judging. */
#include "judges.h"

#include <math.h>
#include <string.h>

void ph_judges_init(struct ph_judges *j)
{
    pthread_mutex_init(&j->lock, NULL);
}

void ph_judges_fini(struct ph_judges *j)
{
    pthread_mutex_destroy(&j->lock);
}

/* ---- Who judges what ----------------------------------------------------------------- */

static void dismiss(struct ph_judges *j, size_t place)
{
    struct ph_judged *judged;

    if (j->place[place].judge == 0)
        return;
    judged = &j->all[j->place[place].judge - 1];
    pthread_mutex_lock(&j->lock);
    judged->as = NULL;
    pthread_mutex_unlock(&j->lock);
    j->place[place].judge = 0;
    j->used--;
}

static struct ph_judged *find_free(struct ph_judges *j)
{
    if (j->used == j->n)
        return j->n < PH_JUDGES ? &j->all[j->n] : NULL;
    for (size_t i = 0; i < j->n; i++)
        if (!j->all[i].as)
            return &j->all[i];
    return NULL;
}

static bool employ(struct ph_judges *j, size_t place, const struct ph_history_series *series,
                   uint32_t epoch, const struct ph_watched_as *as)
{
    struct ph_judged *judged = find_free(j);

    if (!judged)
        return false;
    pthread_mutex_lock(&j->lock);
    memset(judged, 0, sizeof *judged);
    judged->as = as;
    judged->thread = series->thread;
    memcpy(judged->series, series->name, sizeof judged->series);
    ph_judge_init(&judged->judge, as->kind);
    judged->place = place;
    judged->epoch = epoch;
    if (judged == &j->all[j->n])
        j->n++;
    pthread_mutex_unlock(&j->lock);
    j->place[place].judge = (uint16_t)(judged - j->all + 1);
    j->used++;
    return true;
}

/* One of many of its kind, such as a peer, makes room for what there is once. */
static bool make_room(struct ph_judges *j)
{
    for (size_t i = 0; i < j->n; i++) {
        struct ph_judged *judged = &j->all[i];

        if (judged->as && judged->judge.verdict.grade == PH_NO_GRADE &&
            strchr(judged->series, '[')) {
            j->place[judged->place].known = false;
            dismiss(j, judged->place);
            return true;
        }
    }
    return false;
}

static bool appoint(struct ph_judges *j, size_t place, const struct ph_history_series *series,
                    uint32_t epoch, const struct ph_watched_as *as)
{
    return employ(j, place, series, epoch, as) ||
           (!strchr(series->name, '[') && make_room(j) && employ(j, place, series, epoch, as));
}

static void adopt(struct ph_judges *j, const struct ph_history *history, size_t place)
{
    const struct ph_history_series *series = ph_history_at(history, place);
    uint32_t epoch = ph_history_epoch(history, place);
    const struct ph_watched_as *as;

    if (series && j->place[place].known && j->place[place].epoch == epoch)
        return;
    dismiss(j, place);
    j->place[place].known = false;
    if (!series)
        return;
    as = series->kind == PH_GAUGE ? ph_watched_find(series->name) : NULL;
    if (as && !appoint(j, place, series, epoch, as)) {
        j->left_out++; /* tried again next time */
        return;
    }
    j->place[place].known = true;
    j->place[place].epoch = epoch;
}

void ph_judges_adopt(struct ph_judges *j, const struct ph_history *history)
{
    size_t n = ph_history_count(history);

    j->left_out = 0;
    for (size_t i = 0; i < n && i < PH_JUDGES_PLACES; i++)
        adopt(j, history, i);
}

/* ---- Judging ----------------------------------------------------------------------- */

/* What another process left is history, and no evidence about this one. */
static void forget_before(double born_s, const struct ph_stretch *stretch, double *value)
{
    double width_s = ph_level_s[stretch->level];
    double begin_s = stretch->end_s - width_s * PH_BUCKETS;

    for (size_t i = 0; i < PH_BUCKETS && begin_s + width_s * (double)i < born_s; i++)
        value[i] = NAN;
}

static double limit_of(const struct ph_judged *judged, const struct ph_limits *limits)
{
    if (!limits)
        return NAN;
    switch (judged->as->limit) {
    case PH_LIMIT_HEAP:
        return ph_limits_heap(limits, judged->thread);
    case PH_LIMIT_MEMORY:
        return limits->memory;
    case PH_LIMIT_DESCRIPTORS:
        return limits->descriptors;
    default:
        return NAN;
    }
}

static void read_stretch(const struct ph_judged *judged, const struct ph_history *history,
                         const struct ph_limits *limits, unsigned level, struct ph_stretch *out)
{
    const struct ph_timeline *now = ph_history_time(history);
    double born_s = ph_history_born_s(history);

    out->level = level;
    out->end_s = (double)now->index[level] * ph_level_s[level];
    out->limit = limit_of(judged, limits);
    ph_rings_read(&ph_history_at(history, judged->place)->rings, now, level,
                  ph_growth_part(judged->as->kind), out->value);
    ph_rings_read(ph_history_load(history), now, level, PH_PART_MEAN, out->load);
    forget_before(born_s, out, out->value);
    forget_before(born_s, out, out->load);
}

static void judge(struct ph_judges *j, struct ph_judged *judged,
                  const struct ph_history *history, const struct ph_limits *limits,
                  unsigned level)
{
    struct ph_judge fresh = judged->judge;
    struct ph_stretch stretch;

    read_stretch(judged, history, limits, level, &stretch);
    if (ph_judge_closed(&fresh, &stretch) || level == fresh.verdict.level)
        judged->moves_due = true;
    pthread_mutex_lock(&j->lock);
    judged->judge = fresh;
    pthread_mutex_unlock(&j->lock);
}

static bool is_there(const struct ph_judged *judged, const struct ph_history *history)
{
    return judged->as && ph_history_at(history, judged->place) &&
           ph_history_epoch(history, judged->place) == judged->epoch;
}

static size_t judge_pending(struct ph_judges *j, struct ph_judged *judged,
                            const struct ph_history *history, const struct ph_limits *limits,
                            size_t most)
{
    size_t done = 0;

    if (!is_there(judged, history))
        judged->pending = 0;
    for (unsigned level = 0; level < PH_LEVELS && done < most; level++) {
        if (!(judged->pending & (1u << level)))
            continue;
        judge(j, judged, history, limits, level);
        judged->pending &= ~(1u << level);
        done++;
    }
    return done;
}

void ph_judges_ended(struct ph_judges *j, unsigned ended)
{
    for (size_t i = 0; i < j->n; i++)
        j->all[i].pending |= j->all[i].as ? ended : 0;
}

size_t ph_judges_run(struct ph_judges *j, const struct ph_history *history,
                     const struct ph_limits *limits, size_t most)
{
    size_t done = 0;

    for (size_t i = 0; i < j->n && done < most; i++) {
        struct ph_judged *judged = &j->all[j->cursor % j->n];

        done += judge_pending(j, judged, history, limits, most - done);
        if (!judged->pending)
            j->cursor = (j->cursor + 1) % j->n;
    }
    return done;
}
