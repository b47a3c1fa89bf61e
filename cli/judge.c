/* SPDX-License-Identifier: MIT */
/*
 * judge: the states of an alert.
 */
#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ABSENT_MISSES 3

unsigned judge_misses(const struct ph_rulefile_rule *rule)
{
    if (rule->misses)
        return rule->misses;
    return rule->when == PH_WHEN_ABSENT ? ABSENT_MISSES : 1;
}

static void forget(struct judge_case *one)
{
    one->alert.state = ALERT_NONE;
    one->rounds = 0;
}

static void begin(struct judge_case *one, struct judge_now now)
{
    one->alert.state = ALERT_PENDING;
    one->alert.began_unix_s = now.unix_s;
    one->alert.fired_unix_s = one->alert.ended_unix_s = NAN;
    one->began_s = now.s;
    one->rounds = 0;
}

static void resolve(struct judge_case *one, struct judge_now now)
{
    forget(one);
    one->alert.state = ALERT_RESOLVED;
    one->alert.ended_unix_s = now.unix_s;
}

static bool may_fire(const struct judge_case *one, struct judge_now now)
{
    const struct ph_rulefile_rule *rule = one->alert.rule;

    return one->rounds >= judge_misses(rule) && now.s - one->began_s >= rule->for_s &&
           (!one->fired || now.s - one->fired_s >= rule->cooldown_s);
}

static void note(struct judge_case *one, const struct judge_reading *reading)
{
    one->alert.value = reading->value;
    memcpy(one->alert.says, reading->says, sizeof one->alert.says);
}

static void step_yes(struct judge_case *one, const struct judge_reading *reading,
                     struct judge_now now)
{
    note(one, reading);
    if (one->alert.state == ALERT_NONE)
        begin(one, now);
    if (one->rounds < judge_misses(one->alert.rule))
        one->rounds++;
    if (one->alert.state != ALERT_PENDING || !may_fire(one, now))
        return;
    one->alert.state = ALERT_FIRING;
    one->alert.fired_unix_s = now.unix_s;
    one->fired_s = now.s;
    one->fired = true;
}

static void step_unknown(struct judge_case *one, struct judge_now now)
{
    bool fires = one->alert.state == ALERT_FIRING;

    if (now.s - one->heard_s < JUDGE_PATIENCE_S)
        return;
    if (!fires) {
        forget(one);
        return;
    }
    snprintf(one->alert.says, sizeof one->alert.says, "no data for %d minutes",
             JUDGE_PATIENCE_S / 60);
    one->alert.value = NAN;
    resolve(one, now);
}

bool judge_step(struct judge_case *one, const struct judge_reading *reading,
                struct judge_now now)
{
    enum alert_state before = one->alert.state;

    if (before == ALERT_RESOLVED) /* which has been told */
        one->alert.state = before = ALERT_NONE;
    if (reading->holds != JUDGE_UNKNOWN || !one->heard)
        one->heard_s = now.s;
    one->heard = true;
    if (reading->holds == JUDGE_YES) {
        step_yes(one, reading, now);
    } else if (reading->holds == JUDGE_UNKNOWN) {
        step_unknown(one, now);
    } else if (before == ALERT_FIRING) {
        note(one, reading);
        resolve(one, now);
    } else {
        forget(one);
    }
    return one->alert.state != before;
}

bool judge_end(struct judge_case *one, const char *why, struct judge_now now)
{
    if (one->alert.state != ALERT_FIRING) {
        forget(one);
        return false;
    }
    snprintf(one->alert.says, sizeof one->alert.says, "%s", why);
    resolve(one, now);
    return true;
}
