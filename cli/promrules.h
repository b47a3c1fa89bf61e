/* SPDX-License-Identifier: MIT */
/**
 * Our rules as Prometheus reads them. Which process is meant comes from porthole_info, that a
 * process is absent from `up`: labels of discovery are on both, those of the agent on the first
 * only. What Prometheus cannot say is left out, and a comment of the file says so. What is sent
 * where, and how often, is Alertmanager's business: `do` and `cooldown` are not told.
 *
 * "grows" is not quite ours: deriv() is a line of least squares as well, and the lower end of
 * its interval is taken from the scatter around it, but as if the residuals knew nothing of
 * each other. So growth is asked for in both halves of the time too, and of processes only that
 * are older than it: one jump, or a start, is no growth.
 *
 * Threads: any; no state.
 */
#ifndef PROMRULES_H
#define PROMRULES_H

#include "agent/rulefile.h"
#include "buf.h"

#define PROMRULES_ERROR 256

/**
 * Append a rule file.
 *
 * @param error  what was left out first, and of how many; "": nothing. Not clean.
 *
 * @return rules left out.
 *
 * Threads: any.
 */
int promrules_write(struct buf *out, const struct ph_rulefile *rules,
                    char error[PROMRULES_ERROR]);

#endif /* PROMRULES_H */
