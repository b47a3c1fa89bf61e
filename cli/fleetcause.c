/* SPDX-License-Identifier: MIT */
#include "fleetcause.h"

#include "answer.h"
#include "mem.h"
#include "points.h"
#include "query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Groups -------------------------------------------------------------------------- */

/* A process whose service is not known is compared with nobody. */
static bool is_same(const struct growth *a, const struct growth *b)
{
    return a->service[0] != '\0' && strcmp(a->service, b->service) == 0 &&
           strcmp(a->class_of, b->class_of) == 0 && strcmp(a->series, b->series) == 0;
}

static bool has_grade(const struct suspectask *ask, size_t row)
{
    return ask->rows[row].growth.verdict.grade != PH_NO_GRADE;
}

static bool is_member(const struct suspectask *ask, const struct fleetcause_group *group,
                      size_t row)
{
    return has_grade(ask, row) &&
           (row == group->first ||
            is_same(&ask->rows[group->first].growth, &ask->rows[row].growth));
}

static void add_candidate(struct fleetcause_group *group, const char *name)
{
    for (size_t i = 0; i < group->candidates; i++) {
        if (strcmp(group->names[i], name) == 0)
            return;
    }
    if (group->candidates < FLEETSAYS_CANDIDATES)
        group->names[group->candidates++] = name;
}

static void make_group(struct fleetcause_group *group, const struct suspectask *ask,
                       size_t first)
{
    const struct growth *worst = &ask->rows[first].growth;
    bool *seen = mem_new(ask->count, sizeof *seen); /* threads of one process are one */

    *group = (struct fleetcause_group){ .first = first };
    for (size_t i = first; i < ask->n_rows; i++) {
        const struct growth *g = &ask->rows[i].growth;

        if (!is_member(ask, group, i))
            continue;
        group->grows += !seen[ask->rows[i].target];
        seen[ask->rows[i].target] = true;
        for (size_t m = 0; m < g->n_moves; m++)
            add_candidate(group, g->moves[m]);
    }
    for (size_t t = 0; worst->service[0] != '\0' && t < ask->count; t++)
        group->all += ask->targets[t].document != NULL &&
                      strcmp(ask->targets[t].service, worst->service) == 0;
    free(seen);
}

static void find_groups(struct fleetcause *cause, const struct suspectask *ask)
{
    for (size_t i = 0; i < ask->n_rows && cause->count < FLEETCAUSE_GROUPS; i++) {
        size_t g = 0;

        while (g < cause->count && !is_member(ask, &cause->groups[g], i))
            g++;
        if (has_grade(ask, i) && g == cause->count)
            make_group(&cause->groups[cause->count++], ask, i);
    }
}

/* ---- Rates --------------------------------------------------------------------------- */

/* Whose rate a question asks for. */
struct rate {
    size_t group, row, candidate;
    double per_second; /* NaN: it did not say */
};

struct asking {
    struct suspectask_question *questions;
    struct rate *rates;
    size_t count;
};

/* The finest rings that reach over the window. */
static const char *resolution_of(double window_s)
{
    if (window_s < 5 * 3600)
        return "5m";
    return window_s < 60 * 3600 ? "1h" : "4h";
}

static void add_question(struct asking *asking, const struct suspectask *ask,
                         const struct fleetcause_group *group, struct rate rate)
{
    const struct suspectask_row *row = &ask->rows[rate.row];
    struct suspectask_question *q = &asking->questions[asking->count];

    if (asking->count == FLEETCAUSE_QUESTIONS)
        return;
    q->target = row->target;
    buf_puts(&q->path, "/history/");
    query_escape(&q->path, slice_of(group->names[rate.candidate]));
    buf_printf(&q->path, "?resolution=%s", resolution_of(row->growth.verdict.window_s));
    asking->rates[asking->count++] = rate;
}

static void gather(struct asking *asking, const struct fleetcause *cause,
                   const struct suspectask *ask)
{
    for (size_t g = 0; g < cause->count; g++) {
        const struct fleetcause_group *group = &cause->groups[g];

        for (size_t i = 0; group->grows > 1 && i < ask->n_rows; i++) {
            if (!is_member(ask, group, i))
                continue;
            for (size_t c = 0; c < group->candidates; c++)
                add_question(asking, ask, group, (struct rate){ g, i, c, NAN });
        }
    }
}

/* Only a counter goes so many times a second. */
static double read_rate(struct poll_job *job, double window_s)
{
    struct doc *document = answer_read(job);
    struct points points;
    double rate = NAN;

    if (document != NULL && points_read(&points, document)) {
        if (points.per_second)
            rate = points_mean(&points, window_s);
        points_fini(&points);
    }
    doc_free(document);
    return rate;
}

static void ask_rates(struct asking *asking, struct suspectask *ask)
{
    suspectask_more(ask, asking->questions, asking->count);
    for (size_t i = 0; i < asking->count; i++) {
        const struct ph_verdict *v = &ask->rows[asking->rates[i].row].growth.verdict;

        asking->rates[i].per_second = read_rate(&asking->questions[i].job, v->window_s);
    }
    suspectask_drop(ask, asking->questions, asking->count);
}

/* ---- All ----------------------------------------------------------------------------- */

static void judge(struct fleetcause *cause, size_t g, const struct asking *asking,
                  const struct suspectask *ask)
{
    struct fleetcause_group *group = &cause->groups[g];
    struct fleetsays_process *processes = mem_new(ask->n_rows, sizeof *processes);
    size_t count = 0, last = SIZE_MAX;

    for (size_t i = 0; i < asking->count; i++) {
        const struct rate *rate = &asking->rates[i];

        if (rate->group != g)
            continue;
        if (rate->row != last)
            processes[count++].slope_per_h = ask->rows[rate->row].growth.verdict.slope_per_h;
        last = rate->row;
        processes[count - 1].rate[rate->candidate] = rate->per_second;
    }
    group->says = fleetsays_find(processes, count, group->candidates);
    free(processes);
}

void fleetcause_find(struct fleetcause *cause, struct suspectask *ask)
{
    struct asking asking = { 0 };

    *cause = (struct fleetcause){ .groups = mem_new(FLEETCAUSE_GROUPS, sizeof *cause->groups) };
    if (ask->answered < 2)
        return;
    find_groups(cause, ask);
    asking.questions = mem_new(FLEETCAUSE_QUESTIONS, sizeof *asking.questions);
    asking.rates = mem_new(FLEETCAUSE_QUESTIONS, sizeof *asking.rates);
    gather(&asking, cause, ask);
    ask_rates(&asking, ask);
    for (size_t g = 0; g < cause->count; g++)
        judge(cause, g, &asking, ask);
    free(asking.questions);
    free(asking.rates);
}

const struct fleetcause_group *fleetcause_of(const struct fleetcause *cause, size_t row)
{
    for (size_t g = 0; g < cause->count; g++) {
        if (cause->groups[g].first == row)
            return &cause->groups[g];
    }
    return NULL;
}

void fleetcause_fini(struct fleetcause *cause)
{
    free(cause->groups);
    *cause = (struct fleetcause){ 0 };
}
