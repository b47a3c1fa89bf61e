/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <math.h>
#include <string.h>

static const struct ph_verdict nothing = { .slope_per_h = NAN,
                                           .low_per_h = NAN,
                                           .high_per_h = NAN,
                                           .value = NAN,
                                           .since_s = NAN,
                                           .limit = NAN,
                                           .reaches_limit_s = NAN };

void ph_judge_init(struct ph_judge *judge, enum ph_growth_kind kind)
{
    memset(judge, 0, sizeof *judge);
    judge->kind = kind;
    judge->verdict = nothing;
    for (unsigned level = 0; level < PH_LEVELS; level++)
        judge->at_level[level] = nothing;
}

enum ph_part ph_growth_part(enum ph_growth_kind kind)
{
    return kind == PH_GROWTH_RATE ? PH_PART_MEAN : PH_PART_MIN;
}

bool ph_judge_closed(struct ph_judge *judge, const struct ph_stretch *stretch)
{
    (void)stretch;
    (void)judge;
    return false;
}

const char *ph_tendency_name(enum ph_tendency tendency)
{
    static const char *const names[] = { "unknown", "stable", "settling", "stepwise",
                                         "growing" };

    return names[tendency];
}

const char *ph_grade_name(enum ph_grade grade)
{
    static const char *const names[] = { NULL, "suspect", "confirmed", "urgent" };

    return names[grade];
}

const char *ph_gate_name(enum ph_gate gate)
{
    static const char *const names[] = { "data", "trend",    "noise",    "effect",
                                         "load", "steps", "settling", "persists" };

    return names[gate];
}
