/* SPDX-License-Identifier: MIT */
/**
 * All rules about all targets, round after round: who is concerned, what holds, what is to be
 * told.
 *
 * Threads: one.
 */
#ifndef PATROL_H
#define PATROL_H

#include "agent/rulefile.h"
#include "judge.h"
#include "judgewhen.h"
#include "round.h"

#include <stdbool.h>
#include <stddef.h>

struct patrol_target {
    char *name;
    struct judge_case *cases;           /* as many as there are rules */
    struct ph_ruletrail **trails;    /* NULL: that rule needs none, or none yet */
    unsigned restarts;
    bool present;                       /* in this round */
    bool seen;                          /* in an earlier one */
};

struct patrol {
    struct ph_rulefile rules;
    struct patrol_target *targets;
    size_t count;
    size_t unknown;                     /* rules of the last round that had too little to judge
                                           of targets that answered */
    bool needs_state;                   /* a rule reads more than the vitals */
    void (*tell)(void *user, const struct alert *alert); /* it changed its state */
    void *user;
};

/**
 * @param rules  taken over, and empty afterwards.
 *
 * Threads: one.
 */
void patrol_init(struct patrol *patrol, struct ph_rulefile *rules);

/**
 * Threads: one.
 */
void patrol_fini(struct patrol *patrol);

/**
 * Evaluate a round that has ended. Whose answer is late is judged with the round it comes in:
 * no rule learns anything of it now.
 *
 * Threads: one.
 */
void patrol_round(struct patrol *patrol, struct round *round, struct judge_now now);

/**
 * Evaluate one target, whose name is `row->name`.
 *
 * Threads: one.
 */
void patrol_target(struct patrol *patrol, size_t hint, const struct fleet_row *row,
                   struct judgewhen_view view, struct judge_now now);

/**
 * The trail of a rule about one target, before it is evaluated; NULL: such a rule has none.
 *
 * Threads: one.
 */
struct ph_ruletrail *patrol_trail(struct patrol *patrol, size_t hint, const char *name,
                                  size_t rule);

/**
 * Go on with other rules: what a rule of the same name and trigger knows stays; what fired by
 * a rule that is gone is resolved.
 *
 * Threads: one.
 */
void patrol_replace(struct patrol *patrol, struct ph_rulefile *rules, struct judge_now now);

/**
 * Alerts that fire; the worst severity of them in `*worst`, which may be NULL.
 *
 * Threads: one.
 */
size_t patrol_firing(const struct patrol *patrol, enum ph_severity *worst);

/**
 * Call `each` for what fires, worst severity first.
 *
 * Threads: one.
 */
void patrol_each(const struct patrol *patrol, void (*each)(void *, const struct alert *),
                 void *user);

#endif /* PATROL_H */
