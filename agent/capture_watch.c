/* SPDX-License-Identifier: MIT */
/* Owns what a rule of a file reads in this process. What that means is ruleeval.c's, and when
 * it fires rulehold.c's: the same as in the command. */
#include "capture_watch.h"

#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "figure_read.h"
#include "rulefile.h"
#include "watched.h"

/* A rule at one moment. */
struct eye {
    struct ph_capture_watch *watch;
    const struct ph_rule *rule;
    struct ph_trigger_look *look;
    const struct ph_snapshot *tick;
    double now_s;
    int    thread;              /* whose figures are read */
};

bool ph_capture_watch_init(struct ph_capture_watch *w, const struct ph_rule *rule)
{
    *w = (struct ph_capture_watch){ .holds = PH_HOLDS_UNKNOWN, .thread = PH_RULE_ANY_THREAD };
    if (!rule->file || !ph_ruleeval_has_trail(rule->file->when))
        return true;
    w->trail = calloc(1, sizeof *w->trail);
    return w->trail != NULL;
}

void ph_capture_watch_fini(struct ph_capture_watch *w)
{
    free(w->trail);
    w->trail = NULL;
}

/* ---- Figures ----------------------------------------------------------------------- */

static double value_of(const void *ctx, const char *figure)
{
    const struct eye *eye = ctx;

    return ph_figure_read(eye->tick, figure, eye->thread, NULL);
}

static enum ph_holds read_figure(struct eye *eye, int thread)
{
    const struct ph_rulefile_rule *rule = eye->rule->file;
    const struct ph_ruleview view = { .answered = true,
                                      .fires = eye->watch->hold.state == PH_HOLD_FIRING,
                                      .t_s = eye->now_s,
                                      .value = value_of,
                                      .ctx = eye };
    struct ph_rulereading reading = { .holds = PH_HOLDS_UNKNOWN };

    eye->thread = thread;
    ph_ruleeval_read(rule, &view, eye->watch->trail, &reading);
    if (reading.holds == PH_HOLDS_YES)
        ph_figure_read(eye->tick, rule->figure[0] ? rule->figure : ph_figure_heap_share, thread,
                       &eye->watch->thread);
    return reading.holds;
}

static enum ph_holds read_each(struct eye *eye)
{
    enum ph_holds all = PH_HOLDS_UNKNOWN;

    for (size_t i = 0; i < eye->look->n && all != PH_HOLDS_YES; i++) {
        enum ph_holds one = read_figure(eye, eye->look->held[i]->host.id);

        all = one == PH_HOLDS_UNKNOWN ? all : one;
    }
    return all;
}

static enum ph_holds read_figures(struct eye *eye)
{
    int thread = eye->rule->thread;

    if (strcmp(eye->rule->file->thread, "any") == 0)
        return read_each(eye);
    return read_figure(eye, thread == PH_RULE_ANY_THREAD ? PH_FIGURE_ALL : thread);
}

/* ---- What is seen between ticks as well ---------------------------------------------- */

static enum ph_holds note(struct eye *eye, const struct porthole_thread *found)
{
    if (found)
        eye->watch->thread = found->host.id;
    return found ? PH_HOLDS_YES : PH_HOLDS_NO;
}

static bool is_served(const struct eye *eye)
{
    for (size_t i = 0; i < eye->look->n; i++)
        if (atomic_load_explicit(&eye->look->held[i]->serving, memory_order_relaxed))
            return true;
    return false;
}

/* While we hold a loop ourselves, as for the evidence that was asked for, nobody knows. */
static enum ph_holds read_blocked(struct eye *eye)
{
    enum ph_holds holds =
        note(eye, ph_trigger_find(eye->look, eye->rule, true, &eye->watch->seen));

    return holds == PH_HOLDS_NO && is_served(eye) ? PH_HOLDS_UNKNOWN : holds;
}

/* V8 says so but once, and not to everybody: see `nearHeapLimit` in index.d.ts. */
static enum ph_holds read_near_heap_limit(struct eye *eye)
{
    bool armed = eye->watch->hold.state != PH_HOLD_FIRING;
    enum ph_holds told =
        note(eye, ph_trigger_find(eye->look, eye->rule, armed, &eye->watch->seen));

    if (told == PH_HOLDS_YES)
        return told;
    return eye->tick ? read_figures(eye) : eye->watch->holds;
}

/* ---- Verdicts ---------------------------------------------------------------------- */

static bool is_meant(const struct eye *eye, const struct ph_suspect *suspect)
{
    const struct ph_rulefile_rule *rule = eye->rule->file;

    if ((int)suspect->verdict.grade < rule->grade ||
        (eye->rule->thread != PH_RULE_ANY_THREAD && suspect->thread != PH_NO_THREAD &&
         suspect->thread != eye->rule->thread))
        return false;
    return rule->of[0] == '\0' || ph_rulefile_matches(rule->of, suspect->series) ||
           ph_rulefile_matches(rule->of, ph_class_name(suspect->class_of));
}

static enum ph_holds read_verdict(struct eye *eye)
{
    const struct ph_suspects_copy *all = eye->look->suspects;

    for (size_t i = 0; all && i < all->n; i++) {
        int thread = all->suspect[i].thread;

        if (!is_meant(eye, &all->suspect[i]))
            continue;
        eye->watch->thread = thread == PH_NO_THREAD ? PH_RULE_ANY_THREAD : thread;
        return PH_HOLDS_YES;
    }
    return all ? PH_HOLDS_NO : PH_HOLDS_UNKNOWN;
}

/* ---- A round ----------------------------------------------------------------------- */

static enum ph_holds read(struct eye *eye)
{
    switch (eye->rule->file->when) {
    case PH_WHEN_BLOCKED:
        return read_blocked(eye);
    case PH_WHEN_NEAR_HEAP_LIMIT:
        return read_near_heap_limit(eye);
    case PH_WHEN_VERDICT:
        return read_verdict(eye);
    default:
        return read_figures(eye);
    }
}

/* Between ticks there is nothing new but of the loop and V8, and never a further round. */
static bool has_news(const struct eye *eye)
{
    enum ph_when when = eye->rule->file->when;

    return eye->tick || ((when == PH_WHEN_BLOCKED || when == PH_WHEN_NEAR_HEAP_LIMIT) &&
                         ph_hold_misses(eye->rule->file) == 1);
}

static const struct porthole_thread *find_thread(const struct eye *eye)
{
    const struct ph_trigger_look *look = eye->look;
    int id = eye->watch->thread;

    if (id == PH_RULE_ANY_THREAD)
        id = eye->rule->thread;
    if (id == PH_RULE_ANY_THREAD)
        return look->n ? look->held[0] : NULL;
    for (size_t i = 0; i < look->n; i++)
        if (look->held[i]->host.id == id)
            return look->held[i];
    return NULL;
}

const struct porthole_thread *ph_capture_watch_run(struct ph_capture_watch *w,
                                                   const struct ph_rule *rule,
                                                   struct ph_trigger_look *look,
                                                   const struct ph_snapshot *tick, double now_s)
{
    struct eye eye = { w, rule, look, tick, now_s, PH_FIGURE_ALL };

    if (has_news(&eye)) {
        w->holds = read(&eye);
        ph_hold_step(&w->hold, rule->file, w->holds, now_s);
    }
    return w->hold.state == PH_HOLD_FIRING ? find_thread(&eye) : NULL;
}

const char *ph_capture_watch_waits(const struct ph_capture_watch *w, const struct ph_rule *rule)
{
    if (w->hold.state == PH_HOLD_PENDING)
        return "it holds, but not for long enough yet";
    if (w->holds != PH_HOLDS_UNKNOWN || w->hold.state == PH_HOLD_FIRING)
        return NULL;
    return rule->file->when == PH_WHEN_GROWS ? "not enough history yet"
                                             : "what it is about is not known";
}
