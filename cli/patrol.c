/* SPDX-License-Identifier: MIT */
/*
 * patrol: targets keep their place from round to round, so that finding one again is a look at
 * the place it had.
 */
#include "patrol.h"

#include "alertlabels.h"
#include "mem.h"
#include "outliers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool any_needs(const struct ph_rulefile *rules)
{
    bool needs = false;

    for (size_t i = 0; i < rules->n; i++)
        needs = needs || judgewhen_needs_state(&rules->rule[i]);
    return needs;
}

void patrol_init(struct patrol *patrol, struct ph_rulefile *rules)
{
    *patrol = (struct patrol){ .rules = *rules, .needs_state = any_needs(rules) };
    *rules = (struct ph_rulefile){ 0 };
}

static void free_target(const struct patrol *patrol, struct patrol_target *target)
{
    for (size_t i = 0; i < patrol->rules.n; i++) {
        labels_fini(&target->cases[i].alert.labels);
        free(target->trails[i]);
    }
    free(target->cases);
    free(target->trails);
    free(target->name);
}

void patrol_fini(struct patrol *patrol)
{
    for (size_t i = 0; i < patrol->count; i++)
        free_target(patrol, &patrol->targets[i]);
    free(patrol->targets);
    ph_rulefile_fini(&patrol->rules);
    *patrol = (struct patrol){ 0 };
}

/* ---- Targets ----------------------------------------------------------------------- */

static struct patrol_target *add_target(struct patrol *patrol, const char *name)
{
    struct patrol_target *target;

    patrol->targets = mem_resize(patrol->targets, patrol->count + 1, sizeof *target);
    target = &patrol->targets[patrol->count++];
    *target = (struct patrol_target){
        .name = mem_text(name, strlen(name)),
        .cases = mem_new(patrol->rules.n, sizeof *target->cases),
        .trails = mem_new(patrol->rules.n, sizeof *target->trails),
    };
    for (size_t i = 0; i < patrol->rules.n; i++) {
        target->cases[i].alert.rule = &patrol->rules.rule[i];
        target->cases[i].alert.target = target->name;
    }
    return target;
}

static struct patrol_target *find_target(struct patrol *patrol, size_t hint, const char *name)
{
    if (hint < patrol->count && !patrol->targets[hint].present &&
        strcmp(patrol->targets[hint].name, name) == 0)
        return &patrol->targets[hint];
    for (size_t i = 0; i < patrol->count; i++)
        if (!patrol->targets[i].present && strcmp(patrol->targets[i].name, name) == 0)
            return &patrol->targets[i];
    return add_target(patrol, name);
}

static struct ph_ruletrail *trail_of(struct patrol_target *target, size_t rule)
{
    if (target->trails[rule] == NULL &&
        ph_ruleeval_has_trail(target->cases[rule].alert.rule->when))
        target->trails[rule] = mem_new(1, sizeof *target->trails[rule]);
    return target->trails[rule];
}

struct ph_ruletrail *patrol_trail(struct patrol *patrol, size_t hint, const char *name,
                                  size_t rule)
{
    struct patrol_target *target;

    if (hint < patrol->count && strcmp(patrol->targets[hint].name, name) == 0)
        return trail_of(&patrol->targets[hint], rule);
    for (size_t i = 0; i < patrol->count; i++)
        if (strcmp(patrol->targets[i].name, name) == 0)
            return trail_of(&patrol->targets[i], rule);
    target = add_target(patrol, name);
    return trail_of(target, rule);
}

static void tell(const struct patrol *patrol, const struct judge_case *one)
{
    if (patrol->tell != NULL)
        patrol->tell(patrol->user, &one->alert);
}

static void step(const struct patrol *patrol, struct judge_case *one,
                 const struct judge_reading *reading, const struct fleet_row *row,
                 struct judge_now now)
{
    enum alert_state before = one->alert.state;
    bool changed = judge_step(one, reading, now);

    if (row != NULL && (before == ALERT_NONE || before == ALERT_RESOLVED) &&
        (one->alert.state == ALERT_PENDING || one->alert.state == ALERT_FIRING))
        alertlabels_set(&one->alert, row);
    if (changed)
        tell(patrol, one);
}

/* Whom a rule no longer admits (its version has changed) is as one that is not there. */
void patrol_target(struct patrol *patrol, size_t hint, const struct fleet_row *row,
                   struct judgewhen_view view, struct judge_now now)
{
    struct patrol_target *target = find_target(patrol, hint, row->name);

    target->present = true;
    view.row = view.csv == NULL ? row : NULL;
    view.restarted = target->seen && view.restarts != target->restarts;
    target->restarts = view.restarts;
    target->seen = true;
    for (size_t i = 0; i < patrol->rules.n; i++) {
        struct judge_reading reading;

        if (!alertlabels_admits(&patrol->rules.rule[i], row)) {
            if (judge_end(&target->cases[i], "the rule no longer is about it", now))
                tell(patrol, &target->cases[i]);
            continue;
        }
        view.fires = target->cases[i].alert.state == ALERT_FIRING;
        judgewhen_read(&patrol->rules.rule[i], &view, trail_of(target, i), &reading);
        patrol->unknown += view.answered && reading.holds == PH_HOLDS_UNKNOWN;
        step(patrol, &target->cases[i], &reading, row, now);
    }
}

/* Targets that nobody names any more: unknown, until nothing fires. */
static void step_gone(struct patrol *patrol, struct judge_now now)
{
    static const struct judge_reading unknown = { .holds = PH_HOLDS_UNKNOWN };
    size_t kept = 0;

    for (size_t t = 0; t < patrol->count; t++) {
        struct patrol_target *target = &patrol->targets[t];
        bool fires = target->present;

        for (size_t i = 0; !target->present && i < patrol->rules.n; i++) {
            step(patrol, &target->cases[i], &unknown, NULL, now);
            fires = fires || target->cases[i].alert.state == ALERT_FIRING;
        }
        if (fires)
            patrol->targets[kept++] = *target;
        else
            free_target(patrol, target);
    }
    patrol->count = kept;
}

static struct judgewhen_view view_of(const struct round_entry *entry, double now_s)
{
    double uptime = entry->row.last.v[VITAL_UPTIME];

    return (struct judgewhen_view){
        .answered = entry->job.cause == CAUSE_NONE,
        .t_s = entry->row.known && !isnan(uptime) ? uptime : now_s,
        .restarts = entry->row.restarts,
    };
}

static void judge_outliers(const struct patrol *patrol, const struct round *round)
{
    struct outliers found = { 0 };

    for (size_t i = 0; i < patrol->rules.n; i++) {
        if (patrol->rules.rule[i].when != PH_WHEN_OUTLIER)
            continue;
        outliers_find(&found, round->rows, round->count);
        outliers_fini(&found);
        return;
    }
}

void patrol_round(struct patrol *patrol, struct round *round, struct judge_now now)
{
    judge_outliers(patrol, round);
    patrol->unknown = 0;
    for (size_t i = 0; i < patrol->count; i++)
        patrol->targets[i].present = false;
    for (size_t i = 0; i < round->count; i++) {
        struct round_entry *entry = round->entries[i];
        struct judgewhen_view view = view_of(entry, now.s);
        struct doc *state = NULL;

        if (entry->late) {
            find_target(patrol, i, entry->row.name)->present = true;
            continue;
        }
        if (view.answered && patrol->needs_state)
            doc_read(buf_text(&entry->job.body), entry->job.body.len, &state);
        view.state = state;
        patrol_target(patrol, i, &entry->row, view, now);
        doc_free(state);
    }
    step_gone(patrol, now);
}

/* ---- Other rules ------------------------------------------------------------------- */

static size_t same_rule(const struct ph_rulefile *rules, const struct ph_rulefile_rule *rule)
{
    for (size_t i = 0; i < rules->n; i++)
        if (strcmp(rules->rule[i].name, rule->name) == 0 &&
            strcmp(rules->rule[i].trigger, rule->trigger) == 0)
            return i;
    return rules->n;
}

static void move_target(struct patrol *patrol, struct patrol_target *target,
                        const struct ph_rulefile *rules, struct judge_now now)
{
    struct judge_case *cases = mem_new(rules->n, sizeof *cases);
    struct ph_ruletrail **trails = mem_new(rules->n, sizeof *trails);

    for (size_t i = 0; i < patrol->rules.n; i++) {
        size_t to = same_rule(rules, &patrol->rules.rule[i]);

        if (to < rules->n) {
            cases[to] = target->cases[i];
            trails[to] = target->trails[i];
            continue;
        }
        if (judge_end(&target->cases[i], "the rule is gone", now))
            tell(patrol, &target->cases[i]);
        labels_fini(&target->cases[i].alert.labels);
        free(target->trails[i]);
    }
    for (size_t i = 0; i < rules->n; i++) {
        cases[i].alert.rule = &rules->rule[i];
        cases[i].alert.target = target->name;
    }
    free(target->cases);
    free(target->trails);
    target->cases = cases;
    target->trails = trails;
}

void patrol_replace(struct patrol *patrol, struct ph_rulefile *rules, struct judge_now now)
{
    for (size_t i = 0; i < patrol->count; i++)
        move_target(patrol, &patrol->targets[i], rules, now);
    ph_rulefile_fini(&patrol->rules);
    patrol->rules = *rules;
    patrol->needs_state = any_needs(rules);
    *rules = (struct ph_rulefile){ 0 };
}

/* ---- What fires -------------------------------------------------------------------- */

void patrol_each(const struct patrol *patrol, void (*each)(void *, const struct alert *),
                 void *user)
{
    for (int severity = PH_SEVERITY_CRITICAL; severity >= PH_SEVERITY_INFO; severity--) {
        for (size_t t = 0; t < patrol->count; t++) {
            for (size_t i = 0; i < patrol->rules.n; i++) {
                const struct alert *alert = &patrol->targets[t].cases[i].alert;

                if (alert->state == ALERT_FIRING && (int)alert->rule->severity == severity)
                    each(user, alert);
            }
        }
    }
}

size_t patrol_firing(const struct patrol *patrol, enum ph_severity *worst)
{
    size_t firing = 0;

    for (size_t t = 0; t < patrol->count; t++) {
        for (size_t i = 0; i < patrol->rules.n; i++) {
            const struct alert *alert = &patrol->targets[t].cases[i].alert;

            if (alert->state != ALERT_FIRING)
                continue;
            if (worst != NULL && (firing == 0 || alert->rule->severity > *worst))
                *worst = alert->rule->severity;
            firing++;
        }
    }
    return firing;
}
