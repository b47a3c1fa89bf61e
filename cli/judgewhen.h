/* SPDX-License-Identifier: MIT */
/**
 * Does a rule's trigger hold now? Told from what a target answered, or from a recorded row of
 * numbers. What is about figures is judged by agent/ruleeval; here is where the figures come
 * from, what only somebody outside of the process sees, and a sentence about each. No state of
 * its own but the trail of growth, which the caller keeps.
 *
 * Threads: one.
 */
#ifndef JUDGEWHEN_H
#define JUDGEWHEN_H

#include "agent/ruleeval.h"
#include "csv.h"
#include "doc.h"
#include "fleet.h"
#include "judge.h"

#include <stdbool.h>
#include <stddef.h>

/* What is known of a target in this round. */
struct judgewhen_view {
    bool answered;
    double t_s;                     /* its own clock: seconds that only go on while it lives */
    unsigned restarts;              /* so far */
    bool restarted;                 /* just now */
    bool fires;                     /* the rule's alert about it does already */
    const struct fleet_row *row;    /* NULL: recorded */
    const struct doc *state;        /* NULL: not read */
    const struct csv *csv;          /* recorded; else NULL. Its names have no "threads." */
    const double *cells;
};

/**
 * Evaluate. The trail is brought up to date. out->says is set where it is read: if the rule
 * holds, or an alert fires that this may end.
 *
 * Threads: one.
 */
void judgewhen_read(const struct ph_rulefile_rule *rule, const struct judgewhen_view *view,
                    struct ph_ruletrail *trail, struct judge_reading *out);

/**
 * The value of a figure; NaN: not known.
 *
 * Threads: one.
 */
double judgewhen_value(const struct judgewhen_view *view, const char *figure);

/**
 * Whether a rule needs the whole document.
 *
 * Threads: any.
 */
bool judgewhen_needs_state(const struct ph_rulefile_rule *rule);

#endif /* JUDGEWHEN_H */
