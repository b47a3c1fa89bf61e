/* SPDX-License-Identifier: MIT */
/* Owns the list of suspects: which of the judged ones are shown, in which order, and with
 * what said about them. The list is made again when something was judged; readers on other
 * threads copy it under a leaf lock. */
#include "suspects.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cause.h"
#include "says.h"
#include "suspects_moves.h"
#include "suspects_order.h"

#define STRETCHES 64u   /* judged in one call: well below a millisecond */
#define GROWN 128u      /* that rise, and are compared with each other */

struct ph_suspects {
    struct ph_judges judges;
    atomic_uint_fast64_t serial;        /* atomic (relaxed): a figure by itself; written by
                                           the tick thread */

    /* Tick thread only. */
    struct ph_cause_look look;
    size_t moves_next;                  /* who is asked first what it moves with */
    struct ph_grown grown[GROWN];
    struct ph_judged *judged[GROWN];    /* of each of `grown` */
    size_t n_grown;
    struct ph_suspect next[PH_SUSPECTS];

    /* Guarded by judges.lock; written by the tick thread, which may read them without. */
    struct ph_suspects_copy shown;
};

struct ph_suspects *ph_suspects_new(void)
{
    struct ph_suspects *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    ph_judges_init(&s->judges);
    return s;
}

void ph_suspects_free(struct ph_suspects *s)
{
    if (!s)
        return;
    ph_judges_fini(&s->judges);
    free(s);
}

size_t ph_suspects_bytes(void)
{
    return sizeof(struct ph_suspects);
}

/* ---- Which ones ---------------------------------------------------------------------- */

static void take_grown(struct ph_suspects *s, struct ph_judged *judged)
{
    if (s->n_grown == GROWN)
        return;
    s->grown[s->n_grown] = (struct ph_grown){ .series = judged->series,
                                              .thread = judged->thread,
                                              .as = judged->as,
                                              .verdict = &judged->judge.verdict };
    s->judged[s->n_grown++] = judged;
}

/* Those with a grade first, should there be too many. */
static void find_grown(struct ph_suspects *s)
{
    struct ph_judges *j = &s->judges;

    s->n_grown = 0;
    for (size_t i = 0; i < j->n; i++)
        if (j->all[i].as && j->all[i].judge.verdict.grade != PH_NO_GRADE)
            take_grown(s, &j->all[i]);
    for (size_t i = 0; i < j->n; i++) {
        const struct ph_verdict *v = &j->all[i].judge.verdict;

        if (j->all[i].as && v->grade == PH_NO_GRADE && ph_is_rising(v))
            take_grown(s, &j->all[i]);
    }
}

static bool is_suspect(const struct ph_grown *g)
{
    return !g->dropped && g->grade != PH_NO_GRADE;
}

/* ---- One of them --------------------------------------------------------------------- */

static void say(struct ph_suspect *out, const struct ph_watched_as *as, const char *part,
                double heap_each)
{
    const struct ph_saying saying = { .series = out->series,
                                      .thread = out->thread,
                                      .as = as,
                                      .verdict = &out->verdict,
                                      .n_moves_with = out->n_moves_with,
                                      .moves_with = out->moves_with,
                                      .part = part,
                                      .heap_each = heap_each };

    ph_says(&saying, out->says);
}

static void fill(struct ph_suspect *out, const struct ph_judged *judged,
                 const struct ph_grown *g)
{
    memset(out, 0, sizeof *out);
    memcpy(out->series, judged->series, sizeof out->series);
    out->thread = judged->thread;
    out->class_of = judged->as->class_of;
    out->verdict = judged->judge.verdict;
    out->verdict.grade = g->grade;
    out->verdict.limit = g->limit;
    out->verdict.reaches_limit_s = g->reaches_limit_s;
    out->n_moves_with = judged->n_moves_with;
    memcpy(out->moves_with, judged->moves_with, sizeof out->moves_with);
    memcpy(out->reached, judged->reached, sizeof out->reached);
    say(out, judged->as, g->part, g->heap_each);
}

/* ---- The order ----------------------------------------------------------------------- */

/* Sooner first; never is last. */
static double ends_in(const struct ph_suspect *suspect)
{
    return isfinite(suspect->verdict.reaches_limit_s) ? suspect->verdict.reaches_limit_s
                                                      : INFINITY;
}

static int compare(const void *a_, const void *b_)
{
    const struct ph_suspect *a = a_, *b = b_;
    int order;

    if (a->verdict.grade != b->verdict.grade)
        return a->verdict.grade > b->verdict.grade ? -1 : 1;
    if (a->verdict.tendency != b->verdict.tendency)
        return a->verdict.tendency > b->verdict.tendency ? -1 : 1;
    if (ends_in(a) != ends_in(b))
        return ends_in(a) < ends_in(b) ? -1 : 1;
    if (a->verdict.confidence > b->verdict.confidence)
        return -1;
    if (a->verdict.confidence < b->verdict.confidence)
        return 1;
    order = strcmp(a->series, b->series);
    return order ? order : (a->thread > b->thread) - (a->thread < b->thread);
}

/* Into the sorted list; the mildest one falls out when there is no room. qsort() may take
 * memory, and this runs every tick. */
static void insert(struct ph_suspects *s, size_t n, const struct ph_suspect *fresh)
{
    size_t at = n < PH_SUSPECTS ? n : PH_SUSPECTS;

    while (at > 0 && compare(fresh, &s->next[at - 1]) < 0) {
        if (at < PH_SUSPECTS)
            s->next[at] = s->next[at - 1];
        at--;
    }
    if (at < PH_SUSPECTS)
        s->next[at] = *fresh;
}

/* ---- What has changed ------------------------------------------------------------------ */

/* @return whether it has another grade than the last time. */
static bool note_grade(struct ph_suspects *s, struct ph_judged *judged, enum ph_grade grade,
                       uint64_t event)
{
    enum ph_grade before = judged->shown;

    for (unsigned i = before + 1u; i <= (unsigned)grade; i++)
        judged->reached[i] = event;
    judged->shown = grade;
    if (grade == before)
        return false;
    atomic_store_explicit(&s->serial, event, memory_order_relaxed);
    return true;
}

static void publish(struct ph_suspects *s, const struct ph_history *history, size_t total,
                    uint64_t unix_ns)
{
    double now_s = (double)ph_history_time(history)->second;
    double watched_s = now_s - ph_history_born_s(history);

    pthread_mutex_lock(&s->judges.lock);
    s->shown.n = total < PH_SUSPECTS ? total : PH_SUSPECTS;
    s->shown.total = total;
    s->shown.judged = s->judges.used;
    s->shown.left_out = s->judges.left_out;
    s->shown.now_s = now_s;
    s->shown.watched_s = watched_s > 0 ? watched_s : 0;
    s->shown.unix_ns = unix_ns;
    memcpy(s->shown.suspect, s->next, s->shown.n * sizeof s->next[0]);
    pthread_mutex_unlock(&s->judges.lock);
}

/* @return whether a grade has changed. */
static bool list_anew(struct ph_suspects *s, const struct ph_history *history, uint64_t unix_ns)
{
    uint64_t event = ph_suspects_serial(s) + 1;
    struct ph_suspect fresh;
    bool changed = false;
    size_t total = 0;

    find_grown(s);
    ph_suspects_order(s->grown, s->n_grown);
    for (size_t i = 0; i < s->n_grown; i++) {
        struct ph_judged *judged = s->judged[i];
        enum ph_grade grade = is_suspect(&s->grown[i]) ? s->grown[i].grade : PH_NO_GRADE;

        changed |= note_grade(s, judged, grade, event);
        if (grade == PH_NO_GRADE)
            continue;
        fill(&fresh, judged, &s->grown[i]);
        insert(s, total++, &fresh);
    }
    publish(s, history, total, unix_ns);
    return changed;
}

/* Those that do not rise any more are in no list. */
static bool note_fallen(struct ph_suspects *s)
{
    uint64_t event = ph_suspects_serial(s) + 1;
    bool changed = false;

    for (size_t i = 0; i < s->judges.n; i++) {
        struct ph_judged *judged = &s->judges.all[i];

        if (judged->as && judged->judge.verdict.grade == PH_NO_GRADE)
            changed |= note_grade(s, judged, PH_NO_GRADE, event);
    }
    return changed;
}

/* Of one suspect in each call: the next one has its turn a tick later. It goes round, for of
 * many suspects the first are due again before the last have had their turn. */
static bool find_moves(struct ph_suspects *s, const struct ph_history *history)
{
    size_t n = s->judges.n;

    for (size_t i = 0; i < n; i++) {
        struct ph_judged *judged = &s->judges.all[s->moves_next++ % n];

        if (!judged->as || judged->shown == PH_NO_GRADE || !judged->moves_due)
            continue;
        ph_suspects_find_moves(judged, history, &s->look);
        return true;
    }
    return false;
}

bool ph_suspects_judge(struct ph_suspects *s, struct ph_history *history,
                       const struct ph_limits *limits, unsigned ended, uint64_t unix_ns)
{
    size_t judged;
    bool changed, moved;

    if (ended) {
        ph_judges_adopt(&s->judges, history);
        ph_judges_ended(&s->judges, ended);
    }
    judged = ph_judges_run(&s->judges, history, limits, STRETCHES);
    moved = find_moves(s, history);
    if (!ended && !judged && !moved)
        return false;
    changed = note_fallen(s);
    return list_anew(s, history, unix_ns) || changed;
}

/* ---- Reading ----------------------------------------------------------------------- */

const struct ph_suspects_copy *ph_suspects_shown(const struct ph_suspects *s)
{
    return s ? &s->shown : NULL;
}

uint64_t ph_suspects_serial(const struct ph_suspects *s)
{
    return atomic_load_explicit(&s->serial, memory_order_relaxed);
}

void ph_suspects_copy(struct ph_suspects *s, struct ph_suspects_copy *out)
{
    pthread_mutex_lock(&s->judges.lock);
    *out = s->shown;
    pthread_mutex_unlock(&s->judges.lock);
}

size_t ph_suspects_copy_all(struct ph_suspects *s, struct ph_suspect *out)
{
    const struct ph_watched_as *as;
    size_t n = 0;

    pthread_mutex_lock(&s->judges.lock);
    for (size_t i = 0; i < s->judges.n; i++) {
        const struct ph_judged *judged = &s->judges.all[i];

        if (!judged->as)
            continue;
        memset(&out[n], 0, sizeof out[n]);
        memcpy(out[n].series, judged->series, sizeof out[n].series);
        out[n].thread = judged->thread;
        out[n].class_of = judged->as->class_of;
        out[n++].verdict = judged->judge.verdict;
    }
    pthread_mutex_unlock(&s->judges.lock);
    for (size_t i = 0; i < n; i++)
        if ((as = ph_watched_find(out[i].series)) != NULL)
            say(&out[i], as, NULL, 0);
    qsort(out, n, sizeof out[0], compare);
    return n;
}
