/* SPDX-License-Identifier: MIT */
/*
 * Gates and grades. What is measured is growth.c's; here is what has to be asked of it, and
 * for how long, before somebody is told. The figures below are tuned on the corpus's tuning
 * set (test/corpus) and scored on another.
 */
#include "verdict.h"

#include <math.h>
#include <string.h>

#include "growth.h"

#define HOUR_S 3600.0
#define GLANCE 0.5      /* of the rise that would count: a third is 2/3 of it above another */
#define DAYS_LEVEL 4u   /* from this one on a stretch holds whole days */
#define DAY_H 24.0
#define DAY_BUCKETS 24u /* of that level */
#define LAST_HOURS 3u
#define LAST_HOUR_S 3840u /* what the level of minutes looks at */
#define BEYOND 3.0      /* sigmas */
#define CALM 0.15       /* spread of a load that has no days */
#define SETTLED 0.85    /* the slope at the end, of that on average: it comes to rest */
#define BEND_BY_SLOPE 4.0 /* standard errors: what a bend is less sure by */
#define CACHE_H 48.0    /* the time constant of a cache that it must not be, */
#define STRAIGHT 1.8    /* by so many standard errors, */
#define SEEN 0.35       /* which are no larger than this */
#define EXPLAINED 0.5   /* of the slope: what another model leaves of it has to be more */
#ifndef PH_VERDICT_ERRORS /* `make corpus-curve` sets others */
#define PH_VERDICT_ERRORS 4 /* standard errors that a confirmed slope is away from none */
#endif
#define SINCE_ERRORS 3.0
#define NORMAL_95 1.96
#define OVERRULED 2u    /* fails in a row of a longer level that count for a shorter one */
#define CLEARED 6u      /* fails in a row that take a grade back */

/* What a level may say, and when. */
struct policy {
    size_t   least;             /* values before anything is said */
    size_t   confirmed;         /* values for PH_CONFIRMED; 0: never */
    unsigned passes;            /* in a row */
    double   urgent_h;          /* the limit is so near; 0: never urgent */
    size_t   suspect;           /* values for PH_SUSPECT of a count; 0: never */
    size_t   suspect_bytes;     /* the same of bytes */
};

static const struct policy policies[PH_LEVELS] = {
    { .least = 40, .passes = 4, .urgent_h = 1.5 },
    { .least = 24, .passes = 3, .urgent_h = 6, .suspect = 24 },
    { .least = 18, .passes = 3, .urgent_h = 24, .suspect = 24 },
    { .least = 24, .passes = 3, .confirmed = 39, .suspect = 24, .suspect_bytes = 24 },
    { .least = 24, .passes = 3, .confirmed = 24, .suspect = 24, .suspect_bytes = 24 },
    { .least = 18, .passes = 2, .confirmed = 18, .suspect = 18, .suspect_bytes = 18 },
};

/* What is asked of growth. */
struct demand {
    double errors;      /* the slope, in standard errors */
    double sigmas;      /* the rise, in sigmas of what the model leaves */
    double share;       /* the rise, of the level */
    double ending;      /* the slope at the end, of that on average */
    double bent;        /* standard errors of that, by which a bend is one */
    double little;      /* a rise in a day, of the level, that may look bent unseen */
    double dim;         /* the standard error that is enough for that */
    bool   worst;       /* noise has the longest memory that it may have */
};

static const struct demand to_suspect = { 4, 2.5, 0.01, 0.3, 0.6, INFINITY, 0.8, false };
static const struct demand to_confirm = {
    PH_VERDICT_ERRORS, 2.5, 0.0125, 0.3, 1, 0.04, 1.2, true
};

static const double least_rise[PH_GROWTH_KINDS] = { 1e6, 1e6, 10, 0 };

static const struct ph_verdict nothing = { .failed = 1u << PH_GATE_DATA,
                                           .slope_per_h = NAN,
                                           .low_per_h = NAN,
                                           .high_per_h = NAN,
                                           .value = NAN,
                                           .since_s = NAN,
                                           .limit = NAN,
                                           .reaches_limit_s = NAN };

void ph_judge_init(struct ph_judge *judge, enum ph_growth_kind kind)
{
    memset(judge, 0, sizeof *judge);
    judge->kind = kind;
    judge->most_before = judge->most_lately[0] = judge->most_lately[1] = NAN;
    judge->verdict = nothing;
    for (unsigned level = 0; level < PH_LEVELS; level++) {
        judge->at_level[level] = nothing;
        judge->at_level[level].level = level;
    }
}

enum ph_part ph_growth_part(enum ph_growth_kind kind)
{
    return kind == PH_GROWTH_RATE ? PH_PART_MEAN : PH_PART_MIN;
}

/* ---- Gates ------------------------------------------------------------------------------- */

static bool beats_noise(const struct ph_growth *g, const struct demand *d)
{
    return g->slope_per_h >= d->errors * (d->worst ? g->worst_error : g->bent_error);
}

static bool is_effect(const struct ph_growth *g, const struct demand *d,
                      enum ph_growth_kind kind)
{
    return g->rise >= least_rise[kind] && g->rise >= d->share * fabs(g->level) &&
           g->rise >= d->sigmas * g->sigma;
}

static bool beats_load(const struct ph_growth *g)
{
    if (g->least_slope < EXPLAINED * g->slope_per_h)
        return false;
    return g->load_rise <= 0 || g->rise > 1.25 * g->load_rise * fabs(g->level);
}

/* The slope at the end, by that on average, of what fills with such a time constant. */
static double ending_of_cache(double hours_by_constant)
{
    return hours_by_constant / expm1(hours_by_constant);
}

/* What fills a cache looks straight at first: a bend needs four times what a slope needs to be
 * seen. What grows by much can wait until it is seen that there is none; for what grows by
 * little it is enough that none is seen, where a large one would be. */
static bool goes_on(const struct ph_growth *g, const struct demand *d)
{
    double blur = fmin(g->ending_error, BEND_BY_SLOPE * g->error / g->slope_per_h);

    if (g->ending < d->ending || g->ending + d->bent * blur < SETTLED)
        return false;
    if (g->slope_per_h * DAY_H < d->little * fabs(g->level))
        return g->ending_error <= d->dim;
    return g->ending_error < SEEN &&
           g->ending - STRAIGHT * g->ending_error >= ending_of_cache(g->span_h / CACHE_H);
}

/* The first gate it does not pass; PH_GATE_STEPS if it is up to that one. */
static enum ph_gate first_failed(const struct ph_growth *g, const struct demand *d,
                                 enum ph_growth_kind kind)
{
    if (g->slope_per_h < d->errors * g->plain_error)
        return PH_GATE_TREND;
    if (!is_effect(g, d, kind))
        return PH_GATE_EFFECT;
    if (!goes_on(g, d))
        return PH_GATE_SETTLING;
    if (!beats_noise(g, d))
        return PH_GATE_NOISE;
    if (!beats_load(g))
        return PH_GATE_LOAD;
    return PH_GATE_STEPS;
}

static enum ph_tendency tendency_of(enum ph_gate failed)
{
    switch (failed) {
    case PH_GATE_DATA:
        return PH_UNKNOWN;
    case PH_GATE_STEPS:
        return PH_STEPWISE;
    case PH_GATE_SETTLING:
        return PH_SETTLING;
    case PH_GATE_PERSISTS:
        return PH_GROWING;
    default:
        return PH_STABLE;
    }
}

/* ---- Describing -------------------------------------------------------------------------- */

static void note_gates(struct ph_verdict *v, enum ph_gate failed)
{
    v->passed = (1u << failed) - 1;
    v->failed = failed < PH_GATE_PERSISTS ? 1u << failed : 0;
}

static void describe(struct ph_verdict *v, const struct ph_growth *g,
                     const struct ph_stretch *s)
{
    bool closer = g->since_h > 0;

    v->level = s->level;
    v->limit = s->limit;
    v->value = g->level;
    v->confidence = 0.5 * erfc(-g->slope_per_h / g->error / sqrt(2));
    v->slope_per_h = closer ? g->since_slope : g->slope_per_h;
    v->low_per_h = v->slope_per_h - NORMAL_95 * (closer ? g->since_error : g->error);
    v->high_per_h = v->slope_per_h + NORMAL_95 * (closer ? g->since_error : g->error);
    v->window_s = (g->span_h * HOUR_S) + ph_level_s[s->level];
    v->since_s = s->end_s - (closer ? g->since_h * HOUR_S : v->window_s);
    v->reaches_limit_s = NAN;
    if (isfinite(s->limit) && v->slope_per_h > 0 && g->level < s->limit)
        v->reaches_limit_s = (s->limit - g->level) / v->slope_per_h * HOUR_S;
}

/* ---- Levels ------------------------------------------------------------------------------ */

/* On a short stretch the rise of a morning looks like a leak: unless it goes beyond what the
 * days before have seen, or, as long as there are none, the load tells that there is no
 * morning. */
static bool is_no_morning(const struct ph_judge *j, const struct ph_growth *g, double spread)
{
    if (isfinite(j->most_before))
        return g->level > j->most_before + BEYOND * g->sigma;
    return g->load_known && g->load_spread < spread;
}

static bool knows_the_day(const struct ph_judge *j, const struct ph_growth *g, unsigned level)
{
    return (level >= DAYS_LEVEL && g->span_h >= PH_DAYS_FROM_H) ||
           (is_no_morning(j, g, CALM) && g->load_spread < CALM);
}

/* The most that was, but for the last buckets. */
static double most_of(const struct ph_stretch *s, size_t last, size_t least)
{
    double most = -INFINITY;
    size_t n = 0;

    for (size_t i = 0; i + last < PH_BUCKETS; i++) {
        if (!isfinite(s->value[i]))
            continue;
        most = fmax(most, s->value[i]);
        n++;
    }
    return n >= least ? most : NAN;
}

static void remember(struct ph_judge *j, const struct ph_stretch *s)
{
    if (s->level == DAYS_LEVEL)
        j->most_before = most_of(s, LAST_HOURS, DAY_BUCKETS);
    if (s->level == 2 || s->level == 3)
        j->most_lately[s->level - 2] = most_of(s, LAST_HOUR_S / ph_level_s[s->level] + 1, 1);
}

/* Counts go up and down by themselves within an hour: what is no more than it has been
 * before is none of them. */
static bool is_new(const struct ph_judge *j, const struct ph_growth *g)
{
    for (size_t i = 0; i < 2; i++)
        if (isfinite(j->most_lately[i]) && g->level < j->most_lately[i] + BEYOND * g->sigma)
            return false;
    return true;
}

static bool may_suspect(const struct ph_judge *j, const struct ph_growth *g, unsigned level)
{
    const struct policy *p = &policies[level];
    bool counts = j->kind == PH_GROWTH_COUNT;
    size_t least = counts ? p->suspect : p->suspect_bytes;

    if (!least || g->n < least || (level <= 2 && !is_new(j, g)))
        return false;
    return level >= DAYS_LEVEL || is_no_morning(j, g, INFINITY) ||
           (counts && level < 2 && !isfinite(j->most_before));
}

static enum ph_grade grade_of(const struct ph_judge *j, const struct ph_verdict *v,
                              const struct ph_growth *g, unsigned level)
{
    const struct policy *p = &policies[level];

    if (v->reaches_limit_s < p->urgent_h * HOUR_S)
        return PH_URGENT;
    if (p->confirmed && g->n >= p->confirmed && knows_the_day(j, g, level) &&
        first_failed(g, &to_confirm, j->kind) == PH_GATE_STEPS &&
        g->since_slope > SINCE_ERRORS * g->since_error)
        return PH_CONFIRMED;
    return may_suspect(j, g, level) ? PH_SUSPECT : PH_NO_GRADE;
}

/* What it was graded for stands until it has failed often enough; the gates tell. */
static void keep(struct ph_verdict *v, const struct ph_verdict *before)
{
    uint32_t passed = v->passed, failed = v->failed;

    *v = *before;
    v->passed = passed;
    v->failed = failed;
}

static void count_in_row(uint16_t *in_row, bool one_more)
{
    *in_row = !one_more ? 0 : *in_row < UINT16_MAX ? *in_row + 1 : UINT16_MAX;
}

/* What is told for good is seen twice, and not taken back as long as it grows at all. */
static enum ph_grade persisting(const struct ph_judge *j, const struct ph_verdict *before,
                                enum ph_grade grade)
{
    if (before->grade == PH_CONFIRMED && grade == PH_SUSPECT)
        return PH_CONFIRMED;
    if (before->grade != PH_CONFIRMED && grade == PH_CONFIRMED && j->sure[before->level] < 2)
        return PH_SUSPECT;
    return grade;
}

static void persist(struct ph_judge *j, struct ph_verdict *v, enum ph_grade grade)
{
    const struct ph_verdict *before = &j->at_level[v->level];
    bool passed = v->tendency == PH_GROWING && grade != PH_NO_GRADE;

    count_in_row(&j->passes[v->level], passed);
    count_in_row(&j->fails[v->level], !passed);
    count_in_row(&j->sure[v->level], grade >= PH_CONFIRMED);
    if (j->passes[v->level] >= policies[v->level].passes) {
        v->grade = persisting(j, before, grade);
        v->passed |= 1u << PH_GATE_PERSISTS;
    } else if (before->grade != PH_NO_GRADE && j->fails[v->level] < CLEARED) {
        keep(v, before);
    }
    if (v->tendency == PH_GROWING && v->grade == PH_NO_GRADE)
        v->failed |= 1u << PH_GATE_PERSISTS;
}

struct thirds {
    size_t n;
    double first, last;     /* means of the first and of the last third of the values */
    double apart_s;         /* their middles */
};

static void take_thirds(const struct ph_stretch *s, struct thirds *t)
{
    size_t place[PH_BUCKETS], n = 0, k;

    *t = (struct thirds){ 0 };
    for (size_t i = 0; i < PH_BUCKETS; i++)
        if (isfinite(s->value[i]))
            place[n++] = i;
    t->n = n;
    k = n / 3;
    if (k == 0)
        return;
    for (size_t i = 0; i < k; i++) {
        t->first += s->value[place[i]] / (double)k;
        t->last += s->value[place[n - 1 - i]] / (double)k;
    }
    t->apart_s = (double)(place[n - 1 - k / 2] - place[k / 2]) * ph_level_s[s->level];
}

/* Nearly everything is told by a glance: on short stretches it does not rise by enough, or,
 * where that is all that counts, reaches no limit soon. PH_GATE_PERSISTS: worth measuring. */
static enum ph_gate glance(const struct ph_judge *j, const struct ph_stretch *s)
{
    const struct policy *p = &policies[s->level];
    bool urgent_only = !(j->kind == PH_GROWTH_COUNT ? p->suspect : p->suspect_bytes);
    double matters;
    struct thirds t;

    take_thirds(s, &t);
    matters = GLANCE * fmax(least_rise[j->kind], to_suspect.share * fabs(t.last));
    if (t.n < p->least)
        return PH_GATE_DATA;
    if (s->level >= DAYS_LEVEL)
        return PH_GATE_PERSISTS;
    if (t.last - t.first < matters)
        return PH_GATE_TREND;
    return !urgent_only || (s->limit - t.last) / (t.last - t.first) * t.apart_s <
                               2 * p->urgent_h * HOUR_S
               ? PH_GATE_PERSISTS
               : PH_GATE_DATA;
}

/* The gate it fails at, PH_GATE_PERSISTS if none, and what it would be graded. */
static enum ph_gate look(const struct ph_judge *j, const struct ph_stretch *s,
                         struct ph_verdict *v, enum ph_grade *grade)
{
    struct ph_growth g;
    struct ph_course course;
    enum ph_gate failed = glance(j, s);

    if (failed != PH_GATE_PERSISTS)
        return failed;
    if (!ph_growth_measure(s, j->kind, &g, &course))
        return PH_GATE_DATA;
    failed = first_failed(&g, &to_suspect, j->kind);
    if (failed == PH_GATE_STEPS) {
        ph_growth_course(&course, &g);
        failed = g.stepwise ? PH_GATE_STEPS : PH_GATE_PERSISTS;
    }
    describe(v, &g, s);
    if (failed == PH_GATE_PERSISTS)
        *grade = grade_of(j, v, &g, s->level);
    return failed;
}

static struct ph_verdict judge_level(struct ph_judge *j, const struct ph_stretch *s)
{
    struct ph_verdict v = nothing;
    enum ph_grade grade = PH_NO_GRADE;
    enum ph_gate failed;

    v.level = s->level;
    remember(j, s);
    failed = look(j, s, &v, &grade);
    v.tendency = tendency_of(failed);
    note_gates(&v, failed);
    persist(j, &v, grade);
    return v;
}

/* ---- All levels together ----------------------------------------------------------------- */

/* A longer stretch that shows how it came to rest, or by which steps, knows better. */
static bool is_overruled(const struct ph_judge *j, unsigned level)
{
    for (unsigned longer = level + 1; longer < PH_LEVELS; longer++)
        if (j->fails[longer] >= OVERRULED && (j->at_level[longer].tendency == PH_SETTLING ||
                                              j->at_level[longer].tendency == PH_STEPWISE))
            return j->at_level[level].grade != PH_URGENT;
    return false;
}

static double vagueness(const struct ph_verdict *v)
{
    return (v->high_per_h - v->low_per_h) / v->slope_per_h;
}

static struct ph_verdict worst(const struct ph_judge *j)
{
    struct ph_verdict found = nothing;

    for (unsigned level = 0; level < PH_LEVELS; level++) {
        struct ph_verdict v = j->at_level[level];

        if (is_overruled(j, level))
            v.grade = PH_NO_GRADE;
        if (v.grade > found.grade ||
            (v.grade == found.grade &&
             (v.grade ? vagueness(&v) < vagueness(&found) : v.tendency != PH_UNKNOWN)))
            found = v;
    }
    return found;
}

bool ph_judge_closed(struct ph_judge *judge, const struct ph_stretch *stretch)
{
    struct ph_verdict before = judge->verdict;

    judge->at_level[stretch->level] = judge_level(judge, stretch);
    judge->verdict = worst(judge);
    return judge->verdict.tendency != before.tendency || judge->verdict.grade != before.grade;
}

/* ---- Names ------------------------------------------------------------------------------- */

const char *ph_tendency_name(enum ph_tendency tendency)
{
    static const char *const names[] = { "unknown", "stable", "settling", "stepwise",
                                         "growing" };

    return names[tendency];
}

const char *ph_grade_name(enum ph_grade grade)
{
    static const char *const names[] = { NULL, "suspect", "confirmed", "urgent" };

    return names[grade];
}

const char *ph_gate_name(enum ph_gate gate)
{
    static const char *const names[] = { "data",   "trend", "settling", "noise",
                                         "effect", "load",  "steps",    "persists" };

    return names[gate];
}
