/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEEVAL_H
#define PH_RULEEVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "ruledata.h"
#include "rulehold.h"
#include "sen.h"

/**
 * Does a rule's trigger hold? The one evaluator of what rules say about figures, for the
 * command, which polls, and for the agent, which looks at itself: a file means the same in
 * both. Pure; figures, clock and memory are the caller's. No allocation.
 */

/* The values of one rule's figure, oldest first: by the process's own clock, since its last
 * start. Zeroed: empty. */
struct ph_ruletrail {
    double t[PH_SEN_MOST], v[PH_SEN_MOST];
    size_t count;
    struct ph_sen fit;      /* of them, with `fitted`: dear, and new only with a new point */
    bool fitted;
    double last_t, last_v;  /* of the round before, for rates; with `seen` */
    unsigned restarts;
    bool seen;
    bool seeded;            /* for the command: the target has been asked for its history */
};

/* What is known of a process in this round. */
struct ph_ruleview {
    bool answered;
    bool fires;             /* the rule does already */
    double t_s;             /* its own clock: seconds that only go on while it lives */
    unsigned restarts;      /* so far */
    double (*value)(const void *ctx, const char *figure);   /* NaN: not known */
    const void *ctx;
};

struct ph_rulereading {
    enum ph_holds holds;
    double value;           /* what was compared: of a percentage the share, of growth the
                               lower end, per hour; NaN: there is no number */
    double slope;           /* of growth, per hour */
};

/** Whether it is about figures: only such rules are evaluated here. Threads: any. */
bool ph_ruleeval_does(enum ph_when when);

/** Whether such a rule needs a trail. Threads: any. */
bool ph_ruleeval_has_trail(enum ph_when when);

/**
 * Evaluate, and bring the trail up to date; it may be NULL for a rule without one. A rule
 * about growth costs 0.2 ms when its trail gets a point, 64 times in its window at most.
 *
 * Threads: the trail's.
 */
void ph_ruleeval_read(const struct ph_rulefile_rule *rule, const struct ph_ruleview *view,
                      struct ph_ruletrail *trail, struct ph_rulereading *out);

/**
 * Add {t, value} to the trail of a rule about growth, unless it is too near to the last one.
 *
 * Threads: the trail's.
 */
void ph_ruletrail_add(const struct ph_rulefile_rule *rule, struct ph_ruletrail *trail,
                      unsigned restarts, const double point[2]);

#endif
