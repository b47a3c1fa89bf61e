/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_TRAFFIC_H
#define CORPUS_TRAFFIC_H

#include "draw.h"

/** What the outside world asks of a process, relative to its mean over a week, which is
 *  about 1 for all shapes but TRAFFIC_IDLE. Threads: the owner's. */
enum traffic_shape {
    TRAFFIC_FLAT,
    TRAFFIC_DAILY,
    TRAFFIC_WEEKEND,    /* daily, and less on two of seven days */
    TRAFFIC_BURSTY,     /* bursts of Pareto height */
    TRAFFIC_STEPS,      /* deploys and scaling: up and down for good */
    TRAFFIC_ORGANIC,    /* daily, and twice as much at the end of the week */
    TRAFFIC_IDLE,
    TRAFFIC_OFFICE,     /* steep in the morning, little at night */
    TRAFFIC_NIGHT_OFF,  /* nothing at night */
    TRAFFIC_RAMP,       /* four hours from nothing to all, then flat */
    TRAFFIC_TWO_LEVELS, /* 1.8 times as much from the second day on */
    TRAFFIC_WEEKDAYS,   /* each day has its own level */
};

struct traffic {
    enum traffic_shape shape;
    double swing;       /* of the daily wave: 0 .. 1 */
    double phase_d;
    double ramp_d, change_d;
    double level;       /* of steps, days */
    double burst;
    double next_d;      /* when the next step or burst comes */
};

void traffic_begin(struct traffic *t, enum traffic_shape shape, double swing, struct draw *d);
double traffic_next(struct traffic *t, struct draw *d, double now_d, double dt_d);

#endif
