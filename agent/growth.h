/* SPDX-License-Identifier: MIT */
#ifndef PH_GROWTH_H
#define PH_GROWTH_H

#include <stdbool.h>
#include <stddef.h>

#include "rings.h"

/** What kind of number it is: which part of a bucket counts, and how much growth matters. */
enum ph_growth_kind {
    PH_GROWTH_HEAP,     /* bytes right after full collections: the least of a bucket */
    PH_GROWTH_BYTES,    /* bytes: the least of a bucket */
    PH_GROWTH_COUNT,    /* sockets, handles, listeners …: the least of a bucket */
    PH_GROWTH_RATE,     /* per second: the mean of a bucket */
    PH_GROWTH_KINDS
};

/** What a level's judgement looks at: closed buckets, oldest first, NaN: a gap. */
struct ph_stretch {
    unsigned level;
    double   end_s;                 /* when the last bucket ended, on the rings' clock */
    double   value[PH_BUCKETS];     /* the part that counts for the kind */
    double   load[PH_BUCKETS];      /* mean work per second; all NaN: not known */
    double   limit;                 /* NaN: none */
};

/**
 * What there is to say about the growth of one stretch of buckets, measured but not judged.
 *
 * The model is a line beside regressors: the load of a bucket and of the one before (memory
 * that work needs at the moment, also if it lags behind), and where days are in the stretch
 * their first two harmonics. How many of them is chosen by the Bayesian information criterion
 * (Schwarz 1978). The line runs along time or along the work done so far, whichever fits
 * better: what leaks per request rests at night.
 */
struct ph_growth {
    size_t n;               /* buckets with a value */
    double span_h;          /* from the middle of the first to that of the last */
    double slope_per_h;     /* of the line, on average over the stretch */
    double error;           /* its standard error */
    double plain_error;     /* the same, if neighbours in time were independent */
    double n_eff;           /* independent buckets, less the regressors */
    double sigma;           /* of what the model leaves */
    double level;           /* at the end, at the load there */
    double least;           /* the lowest value */
    double rise;            /* slope times span */
    bool   by_work;         /* the line runs along the work done */
    /* The next six only if it rises by three plain errors. */
    double ending;          /* the slope at the end of the stretch, by that on average */
    double ending_error;
    bool   stepwise;        /* few steps fit better than any line */
    double since_h;         /* before the end: where the growth begins */
    double since_slope;     /* per hour from there on, with its standard error */
    double since_error;
    bool   load_known;
    double load_spread;     /* standard deviation by mean */
    double load_rise;       /* over the span, by mean; 0 if it is within the noise */
};

/**
 * @return false if there are too few values for any of it, and nothing is written.
 *
 * Threads: any. No allocation.
 */
bool ph_growth_measure(const struct ph_stretch *stretch, enum ph_growth_kind kind,
                       struct ph_growth *out);

#endif
