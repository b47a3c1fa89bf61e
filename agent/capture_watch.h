/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_WATCH_H
#define PH_CAPTURE_WATCH_H

#include <stdbool.h>

#include "capture_trigger.h"
#include "ruleeval.h"
#include "rulehold.h"
#include "rules.h"
#include "snapshot.h"

/**
 * What sets a rule of a file off. Figures are read in the snapshot of each tick, which is a
 * round of the rule; the loop and V8 are looked at in between as well.
 *
 * Threads: tick thread; init and fini those that start and stop the agent.
 */
struct ph_capture_watch {
    struct ph_hold hold;
    struct ph_ruletrail *trail; /* by malloc; NULL: the rule needs none */
    enum ph_holds holds;        /* as read last */
    int      thread;            /* which has most of it; PH_RULE_ANY_THREAD: it is of none */
    uint64_t seen;              /* as ph_trigger_find() */
};

/** False if memory is out. */
bool ph_capture_watch_init(struct ph_capture_watch *watch, const struct ph_rule *rule);
void ph_capture_watch_fini(struct ph_capture_watch *watch);

/**
 * @param tick   the snapshot that has just been taken; NULL: it is between two of them.
 * @param now_s  on the clock of the history.
 *
 * @return the thread on which to act, while the rule fires; borrowed until the look ends.
 *
 * No allocation.
 */
const struct porthole_thread *ph_capture_watch_run(struct ph_capture_watch *watch,
                                                   const struct ph_rule *rule,
                                                   struct ph_trigger_look *look,
                                                   const struct ph_snapshot *tick,
                                                   double now_s);

/** What it waits for, beside its trouble; NULL: for nothing. Static. */
const char *ph_capture_watch_waits(const struct ph_capture_watch *watch,
                                   const struct ph_rule *rule);

#endif
