/* SPDX-License-Identifier: MIT */
#ifndef PH_RULES_H
#define PH_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "classes.h"
#include "porthole.h"
#include "ruledata.h"
#include "verdict.h"

/**
 * Capture rules: what evidence to keep of which trouble, as porthole_config.capture says.
 *
 *     RULES   = RULE[,RULE...]
 *     RULE    = TRIGGER[@THREAD]:ACTION[/LIMIT]
 *     TRIGGER = blocked>DURATION      the loop has not turned for so long
 *             | heap>PERCENT%         of its limit; of what the last full collection left,
 *                                     once there was one
 *             | near-heap-limit       V8 is about to give up
 *             | GRADE[=CLASS]         a series gets this growth verdict, or a worse one
 *     GRADE   = suspect | confirmed | urgent
 *     CLASS   = heap | external | native | sockets | handles | listeners | objects
 *             | descriptors           default: any
 *     THREAD  = main | ID | any       default: main; what is no thread's own concerns each
 *     ACTION  = stack | profile[=DURATION] | histogram
 *     LIMIT   = 1 .. 16               most files kept of this rule; default 3
 *
 * A DURATION is "5", "5s", "500ms", "2m" or "1.5h": 10 ms to a day; a profile lasts 100 ms
 * to five minutes, five seconds if nothing is said. Blanks around a rule are allowed.
 */
enum ph_trigger {
    PH_TRIGGER_BLOCKED,
    PH_TRIGGER_HEAP,
    PH_TRIGGER_NEAR_LIMIT,
    PH_TRIGGER_SUSPECT,         /* in the order of enum ph_grade, as the next two */
    PH_TRIGGER_CONFIRMED,
    PH_TRIGGER_URGENT,
    PH_TRIGGERS
};

enum ph_action { PH_ACTION_STACK, PH_ACTION_PROFILE, PH_ACTION_HISTOGRAM, PH_ACTIONS };

#define PH_RULES 16u
#define PH_RULE_BYTES 64u
#define PH_RULE_FILES 16u       /* the highest LIMIT */
#define PH_RULE_ANY_THREAD (-1)

struct ph_rule {
    char     text[PH_RULE_BYTES];
    enum ph_trigger trigger;
    uint64_t over_ns;           /* PH_TRIGGER_BLOCKED */
    double   over_percent;      /* PH_TRIGGER_HEAP */
    enum ph_class class_of;     /* PH_TRIGGER_SUSPECT and worse; PH_CLASSES: any */
    int      thread;            /* id of the host thread, or PH_RULE_ANY_THREAD */
    enum ph_action action;
    uint64_t lasts_ns;          /* PH_ACTION_PROFILE */
    unsigned limit;
    const struct ph_rulefile_rule *file; /* its trigger is that of a rule file, and the ones
                                            above only say how one of the same name is looked
                                            for; NULL: it is not from a file */
};

struct ph_rules {
    struct ph_rulefile file;    /* what rules point into; ph_rules_fini() */
    size_t n;
    struct ph_rule rule[PH_RULES];
};

/**
 * @param text  NULL or "": no rules.
 *
 * @return PORTHOLE_OK; _EINVAL, naming the rule and what is wrong with it. `*out` is
 *         written only on success.
 *
 * Threads: any; no state.
 */
enum porthole_status ph_rules_parse(const char *text, struct ph_rules *out,
                                    porthole_error *err);

/** Zeroed memory: does nothing. Threads: the owner's. */
void ph_rules_fini(struct ph_rules *rules);

#endif
