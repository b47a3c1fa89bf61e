/* SPDX-License-Identifier: MIT */
/* Feeds one judge as the tick thread feeds many. */
#include "trial.h"

#include <string.h>

void ph_trial_begin(struct ph_trial *trial, enum ph_growth_kind kind, double limit)
{
    memset(&trial->time, 0, sizeof trial->time);
    ph_rings_clear(&trial->value);
    ph_rings_clear(&trial->load);
    ph_judge_init(&trial->judge, kind);
    trial->limit = limit;
}

static bool judge(struct ph_trial *trial, unsigned level)
{
    struct ph_stretch stretch = { .level = level, .limit = trial->limit };

    stretch.end_s = (double)trial->time.index[level] * ph_level_s[level];
    ph_rings_read(&trial->value, &trial->time, level, ph_growth_part(trial->judge.kind),
                  stretch.value);
    ph_rings_read(&trial->load, &trial->time, level, PH_PART_MEAN, stretch.load);
    return ph_judge_closed(&trial->judge, &stretch);
}

bool ph_trial_add(struct ph_trial *trial, double t_s, double value, double load)
{
    struct ph_timeline before = trial->time;
    unsigned ended = ph_timeline_move(&trial->time, t_s);
    bool changed = false;

    ph_rings_move(&trial->value, &before, &trial->time);
    ph_rings_move(&trial->load, &before, &trial->time);
    for (unsigned level = 0; level < PH_LEVELS; level++)
        if (ended & 1u << level)
            changed |= judge(trial, level);
    ph_rings_add(&trial->value, &trial->time, value);
    ph_rings_add(&trial->load, &trial->time, load);
    return changed;
}
