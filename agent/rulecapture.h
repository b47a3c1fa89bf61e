/* SPDX-License-Identifier: MIT */
#ifndef PH_RULECAPTURE_H
#define PH_RULECAPTURE_H

#include "porthole.h"
#include "rules.h"

/**
 * The captures that a rule file asks of this process: its rules with `do: capture`, whose
 * `where` admits it, as capture rules. What else a file has is for `porthole watch`, and is
 * checked only for mistakes. A rule means here what it means there (ruleeval.h, rulehold.h):
 * a round is a tick. Only these differ: who says no `cooldown` gets a minute of it, as files
 * are few; `near-heap-limit` also holds once V8 says so; `blocked` is seen at the moment it
 * is true, not only at ticks.
 *
 * `thread` says whose figures count: those of one thread; without it all threads' together,
 * as for the command; of `any` each one's by itself. What is taken is of the thread that has
 * most of the figure, or of the main one if it is no thread's.
 *
 * @param config  rules, and who this process is: service, component, ident, version.
 * @param rules   appended to.
 *
 * @return PORTHOLE_OK; _EINVAL naming file, line and column, also of a trigger that cannot be
 *         evaluated inside of a process; _ENOMEM.
 *
 * Threads: the thread that starts the agent.
 */
enum porthole_status ph_rulecapture_read(const struct porthole_config *config,
                                         struct ph_rules *rules, porthole_error *err);

#endif
