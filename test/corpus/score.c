/* SPDX-License-Identifier: MIT */
#include "score.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "agent/trial.h"
#include "step.h"

#define MOST_STEPS 46080u /* eight days */

struct watch {
    struct process   process;
    struct ph_trial  trial;
    struct baselines baselines;
    struct outcome  *out;
    unsigned said;              /* by baselines, so far */
    enum ph_grade graded;
    enum ph_grade shown;
};

/* How much had leaked before each step: the truth over any stretch of the past. */
static double leaked_at[MOST_STEPS];
static struct sample samples[MOST_STEPS];

/* As ph_trial_add(), without the levels that close most often. */
static void add_from_level(struct watch *w, const struct sample *s)
{
    struct ph_trial *t = &w->trial;
    struct ph_timeline before = t->time;
    unsigned ended = ph_timeline_move(&t->time, s->t_s);

    ph_rings_move(&t->value, &before, &t->time);
    ph_rings_move(&t->load, &before, &t->time);
    for (unsigned level = w->out->from_level; level < PH_LEVELS; level++) {
        struct ph_stretch stretch = { .level = level, .limit = t->limit };

        if (!(ended & 1u << level))
            continue;
        stretch.end_s = (double)t->time.index[level] * ph_level_s[level];
        ph_rings_read(&t->value, &t->time, level, ph_growth_part(t->judge.kind), stretch.value);
        ph_rings_read(&t->load, &t->time, level, PH_PART_MEAN, stretch.load);
        ph_judge_closed(&t->judge, &stretch);
    }
    ph_rings_add(&t->value, &t->time, s->value);
    ph_rings_add(&t->load, &t->time, s->load);
}

/* The steady growth an hour that there really was in the verdict's window. */
static double truth_per_h(const struct watch *w, double window_s)
{
    const struct process *p = &w->process;
    double onset_s = p->onset_d * DAY_S, now_s = (double)p->step * STEP_S;
    double from_s = now_s - window_s;
    size_t from;

    if (from_s < onset_s)
        from_s = onset_s;
    from = (size_t)(from_s / STEP_S);
    if (now_s - from_s < STEP_S || from >= MOST_STEPS)
        return NAN;
    return (p->leaked - leaked_at[from]) / (now_s - from_s) * 3600;
}

static double slope_error(const struct watch *w)
{
    const struct ph_verdict *v = &w->trial.judge.verdict;

    return fabs(v->slope_per_h / truth_per_h(w, v->window_s) - 1);
}

static bool leaks_by_now(const struct watch *w, double t_s)
{
    return w->process.family->label == LABEL_LEAK &&
           t_s - w->process.begin_s >= w->process.onset_d * DAY_S;
}

static void note(struct alarm *alarm, const struct watch *w, double t_s)
{
    double h = (t_s - w->process.begin_s) / 3600 - w->process.onset_d * 24;

    if (!leaks_by_now(w, t_s))
        alarm->wrong++;
    else if (h < alarm->first_h)
        alarm->first_h = h;
}

static void show(struct watch *w, double t_s)
{
    w->out->shown = w->trial.judge.verdict;
    w->out->shown_h = (t_s - w->process.begin_s) / 3600;
}

static void note_grade(struct watch *w, double t_s)
{
    enum ph_grade grade = w->trial.judge.verdict.grade;
    struct outcome *out = w->out;
    bool leaks = leaks_by_now(w, t_s);

    for (unsigned g = 0; g < GRADES; g++) {
        enum ph_grade at = PH_SUSPECT + g;

        /* graded before it began: the alarm is found to be right when it begins */
        if (grade >= at && (w->graded < at || (leaks && isinf(out->grade[g].first_h))))
            note(&out->grade[g], w, t_s);
        out->grade[g].at_end = grade >= at;
    }
    if (grade > w->shown && !leaks) {
        w->shown = grade;
        show(w, t_s);
    }
    if (grade >= PH_CONFIRMED && leaks && out->rate_per_d > 0 && isnan(out->error_first))
        out->error_first = slope_error(w);
    w->graded = grade;
}

static void note_baselines(struct watch *w, const struct sample *s)
{
    unsigned says = baselines_next(&w->baselines, s->t_s, s->value);

    for (unsigned b = 0; b < BASELINES; b++) {
        struct alarm *alarm = &w->out->baseline[b];
        bool on = says >> b & 1, was = w->said >> b & 1;

        if (on && (!was || (leaks_by_now(w, s->t_s) && isinf(alarm->first_h))))
            note(alarm, w, s->t_s);
        alarm->at_end = on;
    }
    w->said = says;
}

static void begin(struct watch *w, struct outcome *out, const struct set *set)
{
    size_t n;
    const struct family *family = &families(&n)[out->family];

    process_begin(&w->process, family, set, out->seed);
    ph_trial_begin(&w->trial, family->kind, w->process.limit);
    baselines_begin(&w->baselines, w->process.begin_s);
    w->out = out;
    out->rate_per_d = w->process.rate_per_d;
    out->garbage = w->process.garbage;
    out->error_first = out->error_end = NAN;
    for (unsigned g = 0; g < GRADES; g++)
        out->grade[g].first_h = INFINITY;
    for (unsigned b = 0; b < BASELINES; b++)
        out->baseline[b].first_h = INFINITY;
}

static double cpu_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* Once more, with nothing else in the loop. */
static void measure_cost(struct outcome *out, const struct set *set)
{
    struct watch w = { 0 };
    struct ph_timeline time = { 0 };
    size_t n = 0;
    double began;

    begin(&w, out, set);
    while (n < MOST_STEPS && process_next(&w.process, &samples[n]))
        n++;
    began = cpu_ns();
    for (size_t i = 0; i < n; i++)
        ph_trial_add(&w.trial, samples[i].t_s, samples[i].value, samples[i].load);
    out->judged_ns = cpu_ns() - began;
    for (size_t i = 0; i < n; i++)
        out->judgements +=
            (unsigned)__builtin_popcount(ph_timeline_move(&time, samples[i].t_s));
}

void score_process(struct outcome *out, const struct set *set)
{
    struct watch w = { 0 };
    struct sample s = { 0 };

    begin(&w, out, set);
    if (out->seed == 0 && !out->from_level && !w.process.family->recording)
        measure_cost(out, set);
    while (process_next(&w.process, &s)) {
        leaked_at[w.process.step - 1] = w.process.leaked;
        if (out->from_level)
            add_from_level(&w, &s);
        else
            ph_trial_add(&w.trial, s.t_s, s.value, s.load);
        note_grade(&w, s.t_s);
        if (!out->from_level)
            note_baselines(&w, &s);
    }
    out->days = (s.t_s + STEP_S - w.process.begin_s) / DAY_S;
    out->healthy_days = w.process.family->label == LABEL_LEAK ? w.process.onset_d : out->days;
    out->tendency_end = w.trial.judge.verdict.tendency;
    if (out->rate_per_d > 0 && w.trial.judge.verdict.grade >= PH_SUSPECT)
        out->error_end = slope_error(&w);
    if (!w.shown)
        show(&w, s.t_s);
}
