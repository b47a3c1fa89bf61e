/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_WRONG_H
#define CORPUS_WRONG_H

#include <stddef.h>

#include "score.h"

/** How often a detector accuses the innocent. Threads: main, all below. */

/** Wrong alarms of one detector, by the weights of the healthy families. */
struct wrong {
    double per_day;         /* of a process with all its series */
    double share_in_a_week; /* of processes with at least one wrong alarm in a week */
    double one_series;      /* … of single series, all families alike */
    double events, days;    /* raw, without weights */
};

/** Detectors are numbered: our grades, then the baselines. */
#define DETECTORS (GRADES + BASELINES)

const struct alarm *alarm_of(const struct outcome *o, unsigned which);
struct wrong wrong_alarms(const struct outcome *outcomes, size_t n, unsigned which);

/** Of those who are accused, how many leak, if a tenth of all do. */
double precision(double recall, double false_share);

#endif
