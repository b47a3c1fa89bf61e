/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEHOLD_H
#define PH_RULEHOLD_H

#include <stdbool.h>

#include "ruledata.h"

/**
 * From "it holds" to "it fires": what `for`, `misses` and `cooldown` of a rule mean, for
 * alerts and for captures. Pure; the caller has the clock, one that only goes on.
 *
 * What is not known neither raises nor ends anything. After PH_HOLD_PATIENCE_S without data
 * what fires ends all the same.
 */
#define PH_HOLD_PATIENCE_S 900

enum ph_holds { PH_HOLDS_NO, PH_HOLDS_YES, PH_HOLDS_UNKNOWN };

enum ph_hold_state {
    PH_HOLD_NONE,
    PH_HOLD_PENDING,        /* it holds, but not for long enough yet */
    PH_HOLD_FIRING,
    PH_HOLD_RESOLVED,       /* it fired, and holds no longer: for one step */
};

/* Zeroed: nothing has been seen. */
struct ph_hold {
    enum ph_hold_state state;
    unsigned rounds;        /* in a row in which it held */
    double   began_s;
    double   fired_s;       /* the last time, with `fired` */
    double   heard_s;       /* when it last was not unknown, with `heard` */
    bool     fired, heard;
};

/**
 * A round has been read.
 *
 * @return true if the state has changed; from resolved to none is no change.
 *
 * Threads: the owner's, as below.
 */
bool ph_hold_step(struct ph_hold *hold, const struct ph_rulefile_rule *rule,
                  enum ph_holds holds, double now_s);

/** It concerns nobody any more: what fires is resolved. True if it fired. */
bool ph_hold_end(struct ph_hold *hold);

/** In so many rounds in a row it must hold. */
unsigned ph_hold_misses(const struct ph_rulefile_rule *rule);

#endif
