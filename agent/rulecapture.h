/* SPDX-License-Identifier: MIT */
#ifndef PH_RULECAPTURE_H
#define PH_RULECAPTURE_H

#include "porthole.h"
#include "rules.h"

/**
 * The captures that a rule file asks of this process: its rules with `do: capture`, whose
 * `where` admits it, as capture rules. What else a file has is for `porthole watch`, and is
 * checked only for mistakes. `for` counts for `blocked` and thresholds, which are states, and
 * not for what is an event. `misses` and `cooldown` do not count: there are no rounds, and a
 * capture rule is armed again a minute after its trouble has ended.
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
