/* SPDX-License-Identifier: MIT */
#ifndef PH_TRIAL_H
#define PH_TRIAL_H

#include <stdbool.h>

#include "rings.h"
#include "verdict.h"

/**
 * One number judged on its own, from samples that somebody has: the same rings and the same
 * judge as in the agent. Some 12 KiB, no pointers.
 */
struct ph_trial {
    struct ph_timeline time;
    struct ph_rings    value, load;
    struct ph_judge    judge;       /* judge.verdict is the result so far */
    double             limit;       /* NaN: none; may be changed at any time */
};

void ph_trial_begin(struct ph_trial *trial, enum ph_growth_kind kind, double limit);

/**
 * At `t_s` (which does not fall) the number was `value`, with so much load; both NaN if not
 * known. A long gap between two samples is a gap in the rings.
 *
 * @return true if the verdict has got another tendency or grade.
 */
bool ph_trial_add(struct ph_trial *trial, double t_s, double value, double load);

#endif
