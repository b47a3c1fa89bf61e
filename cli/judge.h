/* SPDX-License-Identifier: MIT */
/**
 * From "it holds" to an alert: one rule about one target over time. When it fires is
 * agent/rulehold's, what it tells is ours. Pure; the caller has the clock.
 *
 * An alert is not over because nobody answers. After PH_HOLD_PATIENCE_S without data it ends
 * all the same, and says why.
 *
 * Threads: one.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "agent/rulehold.h"
#include "alert.h"

#include <stdbool.h>

/* What a rule's trigger has found. */
struct judge_reading {
    enum ph_holds holds;
    double value;           /* NaN: there is no number */
    char says[ALERT_SAYS];  /* "sockets.total is 512, above 400"; set if it holds, or did */
};

struct judge_now {
    double s;               /* on a clock that only goes on: of all durations */
    double unix_s;
};

/* Zeroed but for the alert's rule and target: nothing has been seen. */
struct judge_case {
    struct alert alert;
    struct ph_hold hold;
};

/**
 * A round has been read.
 *
 * @return true if alert.state has changed.
 *
 * Threads: one.
 */
bool judge_step(struct judge_case *one, const struct judge_reading *reading,
                struct judge_now now);

/**
 * The rule, or the target, is gone: what fires is resolved with that as its reason.
 *
 * @return true if it fired.
 *
 * Threads: one.
 */
bool judge_end(struct judge_case *one, const char *why, struct judge_now now);

#endif /* JUDGE_H */
