/* SPDX-License-Identifier: MIT */
/*
 * growthseed: moments of the history become the target's uptime, which is what trails go by.
 */
#include "growthseed.h"

#include "agent/figure.h"
#include "alertlabels.h"
#include "answer.h"
#include "mem.h"
#include "points.h"
#include "query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct question {
    const struct round_entry *entry;
    const struct ph_rulefile_rule *rule;
    struct ph_ruletrail *trail;
    struct buf path;
    struct poll_job job;
};

/* The finest rings that reach over the window. */
static const char *resolution_of(double over_s)
{
    static const struct {
        double reach_s;
        const char *name;
    } rings[] = { { 240, "1s" },      { 900, "15s" },       { 3600, "1m" },
                  { 5 * 3600, "5m" }, { 21 * 3600, "20m" }, { 62 * 3600, "1h" } };

    for (size_t i = 0; i < sizeof rings / sizeof rings[0]; i++)
        if (over_s <= rings[i].reach_s)
            return rings[i].name;
    return "4h";
}

/* Of several threads the figure is a sum, of which a history knows one part only. */
static bool can_ask(const struct ph_rulefile_rule *rule, const struct round_entry *entry)
{
    const struct sample *last = &entry->row.last;

    return rule->when == PH_WHEN_GROWS && entry->job.cause == CAUSE_NONE &&
           entry->target.path[0] == '\0' && alertlabels_admits(rule, &entry->row) &&
           !isnan(last->captured_unix_s) && !isnan(last->v[VITAL_UPTIME]) &&
           !(last->v[VITAL_THREADS] > 1 && ph_figure_is_of_threads(rule->figure));
}

static size_t gather(struct patrol *patrol, const struct round *round, struct question *out)
{
    size_t count = 0;

    for (size_t t = 0; t < round->count; t++) {
        const struct round_entry *entry = round->entries[t];

        for (size_t i = 0; i < patrol->rules.n; i++) {
            const struct ph_rulefile_rule *rule = &patrol->rules.rule[i];
            struct ph_ruletrail *trail;

            if (count == GROWTHSEED_QUESTIONS || !can_ask(rule, entry))
                continue;
            trail = patrol_trail(patrol, t, entry->row.name, i);
            if (trail == NULL || trail->seeded)
                continue;
            trail->seeded = true;
            out[count++] = (struct question){ .entry = entry, .rule = rule, .trail = trail };
        }
    }
    return count;
}

static void ask(struct round *round, struct question *questions, size_t count)
{
    struct poll_job **jobs = mem_new(count, sizeof *jobs);

    for (size_t i = 0; i < count; i++) {
        struct question *q = &questions[i];
        const char *figure = q->rule->figure;

        buf_puts(&q->path, "/history/");
        query_escape(&q->path, slice_of(ph_figure_bare(figure)));
        buf_printf(&q->path, "?resolution=%s", resolution_of(q->rule->over_s));
        q->job = (struct poll_job){ .origin = q->entry->job.origin,
                                    .socket = q->entry->job.socket,
                                    .path = buf_text(&q->path),
                                    .cause = CAUSE_INTERNAL };
        jobs[i] = &q->job;
    }
    poll_round(round->poll, jobs, count);
    free(jobs);
}

/* Not what a predecessor saw, nor what is older than the process or from its future. */
static void take(const struct question *q, const struct points *points)
{
    const struct sample *last = &q->entry->row.last;
    double uptime = last->v[VITAL_UPTIME];

    if (q->trail->count > 0 || points->per_second)
        return;
    for (size_t i = 0; i < points->count; i++) {
        const struct point *p = &points->items[i];
        double middle = p->t + (isnan(points->step_s) ? 0 : points->step_s / 2);
        double t = uptime - (last->captured_unix_s - middle);

        if (isnan(p->mean) || t < 0 || t >= uptime || p->t < points->born)
            continue;
        ph_ruletrail_add(q->rule, q->trail, q->entry->row.restarts, (double[2]){ t, p->mean });
    }
}

void growthseed_run(struct patrol *patrol, struct round *round)
{
    struct question *questions = mem_new(GROWTHSEED_QUESTIONS, sizeof *questions);
    size_t count = gather(patrol, round, questions);

    if (count > 0)
        ask(round, questions, count);
    for (size_t i = 0; i < count; i++) {
        struct doc *document = answer_read(&questions[i].job);
        struct points points;

        if (document != NULL && points_read(&points, document)) {
            take(&questions[i], &points);
            points_fini(&points);
        }
        doc_free(document);
        poll_drop(round->poll, &questions[i].job);
        buf_fini(&questions[i].path);
    }
    free(questions);
}
