/* SPDX-License-Identifier: MIT */
/**
 * One rule about one target: what the rules' engine tells and what notifies understands. Plain
 * data between the two.
 *
 * Threads: none.
 */
#ifndef ALERT_H
#define ALERT_H

#include "agent/rulefile.h"
#include "agent/rulehold.h"
#include "labels.h"

enum alert_state {
    ALERT_NONE = PH_HOLD_NONE,
    ALERT_PENDING = PH_HOLD_PENDING,    /* it holds, but not for long enough yet */
    ALERT_FIRING = PH_HOLD_FIRING,
    ALERT_RESOLVED = PH_HOLD_RESOLVED,  /* it fired, and holds no longer: told once */
};

#define ALERT_SAYS 384

struct alert {
    const struct ph_rulefile_rule *rule; /* borrowed, as all pointers here */
    enum alert_state state;
    const char *target;     /* its name */
    struct labels labels;   /* alertname, severity, instance (the target), service, component,
                               version, host, ident as far as known, then the target's own: the
                               same for the whole life of the alert. Owned by the alert */
    double value;           /* what was compared, the last time; NaN: there is no number */
    char says[ALERT_SAYS];  /* a sentence; not clean */
    double began_unix_s;    /* when it began to hold */
    double fired_unix_s;    /* NaN: never */
    double ended_unix_s;    /* when it stopped; NaN: it holds */
};

#endif /* ALERT_H */
