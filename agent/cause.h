/* SPDX-License-Identifier: MIT */
#ifndef PH_CAUSE_H
#define PH_CAUSE_H

#include <stddef.h>

#include "rings.h"

/**
 * Which of some counters does a growth move with? Increments are compared, never levels:
 * any two ramps go together. What merely follows the traffic is told from what is behind
 * the growth by partial correlation: given the load, and given the best other counter, it
 * must still tell something.
 *
 * Only counters that go up when the growth does can be behind it. When nothing stands out,
 * nothing is accused. Pure.
 */
#define PH_CAUSE_CANDIDATES 64u /* looked at; the best sixteen of them are compared in pairs */
#define PH_CAUSE_LEAST 12u      /* buckets with everything known */

struct ph_cause_look {
    double growth[PH_BUCKETS];  /* during each bucket; NaN: not known */
    double load[PH_BUCKETS];    /* events of the overall load in each; all NaN: not known */
    size_t n;
    double events[PH_CAUSE_CANDIDATES][PH_BUCKETS]; /* of each counter */
};

struct ph_cause {
    size_t candidate;           /* index into events */
    double correlation;         /* 0.5 .. 1 */
    double per_event;           /* growth for one event, on average; a slope between noisy
                                   increments would be too low */
};

/**
 * @param out  the best first; at most `most`, and never more than 2.
 *
 * @return how many there are.
 *
 * No allocation. Threads: any.
 */
size_t ph_cause_find(const struct ph_cause_look *look, struct ph_cause *out, size_t most);

#endif
