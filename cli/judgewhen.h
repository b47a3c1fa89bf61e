/* SPDX-License-Identifier: MIT */
/**
 * Does a rule's trigger hold now? Told from what a target answered, or from a recorded row of
 * numbers. No state of its own but the trail of growth, which the caller keeps.
 *
 * Threads: one.
 */
#ifndef JUDGEWHEN_H
#define JUDGEWHEN_H

#include "agent/sen.h"
#include "csv.h"
#include "doc.h"
#include "fleet.h"
#include "judge.h"

#include <stdbool.h>
#include <stddef.h>

/* The values of one rule's figure, oldest first: by the target's own clock, since its last
 * start. Zeroed: empty. */
struct judgewhen_trail {
    double t[PH_SEN_MOST], v[PH_SEN_MOST];
    size_t count;
    struct ph_sen fit;         /* of them, with `fitted`: dear, and new only with a new point */
    bool fitted;
    double last_t, last_v;  /* of the round before, for rates; with `seen` */
    unsigned restarts;
    bool seen;
    bool seeded;            /* the target has been asked for its own history */
};

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
                    struct judgewhen_trail *trail, struct judge_reading *out);

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

/**
 * Whether `path` may be a figure: a vital, or a path in a section of /state that has numbers.
 *
 * Threads: any.
 */
bool judgewhen_is_figure(const char *path);

/**
 * Whether its values are those of all threads put together.
 *
 * Threads: any.
 */
bool judgewhen_is_of_threads(const char *path);

/**
 * The figure without "threads.": what /history calls it.
 *
 * Threads: any.
 */
const char *judgewhen_bare(const char *figure);

/**
 * Add {t, value} to the trail of a rule about growth, unless it is too near to the last one.
 *
 * Threads: one.
 */
void judgewhen_add(const struct ph_rulefile_rule *rule, struct judgewhen_trail *trail,
                   unsigned restarts, const double point[2]);

#endif /* JUDGEWHEN_H */
