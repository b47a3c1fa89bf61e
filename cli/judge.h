/* SPDX-License-Identifier: MIT */
/**
 * From "it holds" to an alert: one rule about one target over time. Pure; the caller has the
 * clock.
 *
 * What is not known neither raises nor ends anything: an alert is not over because nobody
 * answers. After JUDGE_PATIENCE_S without data it ends all the same, and says why.
 *
 * Threads: one.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "alert.h"

#include <stdbool.h>

#define JUDGE_PATIENCE_S 900

enum judge_holds { JUDGE_NO, JUDGE_YES, JUDGE_UNKNOWN };

/* What a rule's trigger has found. */
struct judge_reading {
    enum judge_holds holds;
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
    unsigned rounds;        /* in a row in which it held */
    double began_s;
    double fired_s;         /* the last time, with `fired` */
    double heard_s;         /* when it last was not unknown, with `heard` */
    bool fired, heard;
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

/**
 * In so many rounds in a row it must hold.
 *
 * Threads: any.
 */
unsigned judge_misses(const struct ph_rulefile_rule *rule);

#endif /* JUDGE_H */
