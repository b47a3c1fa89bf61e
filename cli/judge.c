/* SPDX-License-Identifier: MIT */
/*
 * judge: what an alert tells of the states it goes through.
 */
#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void note(struct judge_case *one, const struct judge_reading *reading,
                 struct judge_now now)
{
    if (reading->holds != PH_HOLDS_UNKNOWN) {
        one->alert.value = reading->value;
        memcpy(one->alert.says, reading->says, sizeof one->alert.says);
    } else if (one->alert.state == ALERT_RESOLVED) {
        snprintf(one->alert.says, sizeof one->alert.says, "no data for %d minutes",
                 PH_HOLD_PATIENCE_S / 60);
        one->alert.value = NAN;
    }
    if (one->alert.state == ALERT_RESOLVED)
        one->alert.ended_unix_s = now.unix_s;
}

static void note_beginning(struct judge_case *one, enum alert_state before,
                           struct judge_now now)
{
    enum alert_state state = one->alert.state;

    if (before == ALERT_NONE && state != ALERT_NONE) {
        one->alert.began_unix_s = now.unix_s;
        one->alert.fired_unix_s = one->alert.ended_unix_s = NAN;
    }
    if (before != ALERT_FIRING && state == ALERT_FIRING)
        one->alert.fired_unix_s = now.unix_s;
}

bool judge_step(struct judge_case *one, const struct judge_reading *reading,
                struct judge_now now)
{
    enum alert_state before =
        one->alert.state == ALERT_RESOLVED ? ALERT_NONE : one->alert.state;
    bool changed = ph_hold_step(&one->hold, one->alert.rule, reading->holds, now.s);

    one->alert.state = (enum alert_state)one->hold.state;
    note_beginning(one, before, now);
    if (one->alert.state != ALERT_NONE)
        note(one, reading, now);
    return changed;
}

bool judge_end(struct judge_case *one, const char *why, struct judge_now now)
{
    bool fired = ph_hold_end(&one->hold);

    one->alert.state = (enum alert_state)one->hold.state;
    if (!fired)
        return false;
    snprintf(one->alert.says, sizeof one->alert.says, "%s", why);
    one->alert.ended_unix_s = now.unix_s;
    return true;
}
