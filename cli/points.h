/* SPDX-License-Identifier: MIT */
/**
 * One series of /history/SERIES, read.
 *
 * Threads: one.
 */
#ifndef POINTS_H
#define POINTS_H

#include "doc.h"

#include <stdbool.h>
#include <stddef.h>

#define POINTS_MOST 4096
#define POINTS_NAME 128
#define POINTS_WORD 16

/* A gap has NaN for all but `t`. */
struct point {
    double t; /* Unix time of its beginning */
    double min, mean, max;
};

struct points {
    char series[POINTS_NAME];    /* as sent, cut */
    char unit[POINTS_WORD];
    char resolution[POINTS_WORD];
    double thread;               /* NaN: of none */
    bool per_second;             /* a counter: its values are per second */
    double step_s;
    double until;                /* Unix time; NaN: not known */
    double born;                 /* what is older is from the predecessor; NaN: nothing is */
    struct point *items;         /* in the order of time */
    size_t count;                /* gaps included */
    size_t known;                /* without them */
};

/**
 * Read a document. What is absurd in it (times that fall, infinities) becomes a gap or is left
 * out.
 *
 * @return false, and nothing to free, if it is no history of a series.
 *
 * Threads: one.
 */
bool points_read(struct points *points, const struct doc *document);

/**
 * Threads: one.
 */
void points_fini(struct points *points);

/**
 * The mean of the last `window_s`; NaN if there is nothing.
 *
 * Threads: any.
 */
double points_mean(const struct points *points, double window_s);

#endif /* POINTS_H */
