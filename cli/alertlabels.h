/* SPDX-License-Identifier: MIT */
/**
 * Who an alert is about, and how it is said: from a row of the fleet and a rule.
 *
 * Threads: one.
 */
#ifndef ALERTLABELS_H
#define ALERTLABELS_H

#include "alert.h"
#include "buf.h"
#include "fleet.h"

#include <stdbool.h>

/**
 * Does the rule's `where` admit this target? What is not known is "".
 *
 * Threads: one.
 */
bool alertlabels_admits(const struct ph_rulefile_rule *rule, const struct fleet_row *row);

/**
 * Set the labels of an alert that begins, as alert.h lists them; what was set is freed.
 *
 * Threads: one.
 */
void alertlabels_set(struct alert *alert, const struct fleet_row *row);

/**
 * Append the alert's sentence: the rule's `says` with {rule}, {target}, {severity}, {value},
 * {says} and labels filled in, else alert->says. Not clean.
 *
 * Threads: one.
 */
void alertlabels_says(struct buf *out, const struct alert *alert);

/**
 * Append the alert as an object of JSON, without a line feed.
 *
 * Threads: one.
 */
void alertlabels_json(struct buf *out, const struct alert *alert);

/**
 * Append "critical  loop-blocked  api-1: its event loop ...", clean, with a line feed.
 *
 * Threads: one.
 */
void alertlabels_line(struct buf *out, const struct alert *alert);

#endif /* ALERTLABELS_H */
