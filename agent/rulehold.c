/* SPDX-License-Identifier: MIT */
/* Owns the states between a reading and a firing. */
#include "rulehold.h"

#define ABSENT_MISSES 3

unsigned ph_hold_misses(const struct ph_rulefile_rule *rule)
{
    if (rule->misses)
        return rule->misses;
    return rule->when == PH_WHEN_ABSENT ? ABSENT_MISSES : 1;
}

static void enter(struct ph_hold *h, enum ph_hold_state state)
{
    h->state = state;
    if (state != PH_HOLD_FIRING)
        h->rounds = 0;
}

static bool may_fire(const struct ph_hold *h, const struct ph_rulefile_rule *rule, double now_s)
{
    return h->rounds >= ph_hold_misses(rule) && now_s - h->began_s >= rule->for_s &&
           (!h->fired || now_s - h->fired_s >= rule->cooldown_s);
}

static void step_yes(struct ph_hold *h, const struct ph_rulefile_rule *rule, double now_s)
{
    if (h->state == PH_HOLD_NONE) {
        enter(h, PH_HOLD_PENDING);
        h->began_s = now_s;
    }
    if (h->rounds < ph_hold_misses(rule))
        h->rounds++;
    if (h->state != PH_HOLD_PENDING || !may_fire(h, rule, now_s))
        return;
    enter(h, PH_HOLD_FIRING);
    h->fired_s = now_s;
    h->fired = true;
}

bool ph_hold_end(struct ph_hold *h)
{
    bool fires = h->state == PH_HOLD_FIRING;

    enter(h, fires ? PH_HOLD_RESOLVED : PH_HOLD_NONE);
    return fires;
}

bool ph_hold_step(struct ph_hold *h, const struct ph_rulefile_rule *rule, enum ph_holds holds,
                  double now_s)
{
    enum ph_hold_state before = h->state;

    if (before == PH_HOLD_RESOLVED) /* which has been seen */
        h->state = before = PH_HOLD_NONE;
    if (holds != PH_HOLDS_UNKNOWN || !h->heard)
        h->heard_s = now_s;
    h->heard = true;
    if (holds == PH_HOLDS_YES)
        step_yes(h, rule, now_s);
    else if (holds == PH_HOLDS_NO || now_s - h->heard_s >= PH_HOLD_PATIENCE_S)
        ph_hold_end(h);
    return h->state != before;
}
