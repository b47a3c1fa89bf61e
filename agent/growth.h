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
    double least_slope;     /* by any model that fits nearly as well */
    double error;           /* its standard error */
    double worst_error;     /* the same if noise has the longest memory that it may have */
    double bent_error;      /* the same beside a parabola: a bend is no noise */
    double plain_error;     /* the same, if neighbours in time were independent */
    double n_eff;           /* independent buckets, less the regressors */
    double sigma;           /* of what the model leaves */
    double level;           /* at the end, at the load there */
    double rise;            /* slope times span */
    bool   by_work;         /* the line runs along the work done */
    double ending;          /* the slope at the end of the stretch, by that on average */
    double ending_error;    /* both only if it rises by three plain errors; else 0 */
    bool   load_known;
    double load_spread;     /* standard deviation by mean */
    double load_rise;       /* over the span, by mean; 0 if it is within the noise */
    /* By ph_growth_course(). */
    bool   stepwise;        /* few steps fit better than any line */
    double since_h;         /* before the end: where the growth begins */
    double since_slope;     /* per hour from there on, with its standard error */
    double since_error;
};

#define PH_DAYS_FROM_H 31.0  /* a stretch as long shows what a day looks like */
#define PH_LOAD_TERMS 4u
#define PH_BESIDE 8u /* and the sine and cosine of two harmonics */

/** What the model sees grow, free of what stands beside it. */
struct ph_course {
    size_t n;
    double clock[PH_BUCKETS];   /* time or work */
    double hour[PH_BUCKETS];    /* before the end of the stretch: negative */
    double grown[PH_BUCKETS];
    size_t n_beside;
    double beside[PH_BESIDE][PH_BUCKETS];   /* what the load and the day add */
    double value[PH_BUCKETS];   /* as it is */
    double quantum, width_h, inflation;
};

/**
 * @return false if there are too few values for any of it, and nothing is written.
 *
 * Threads: any. No allocation, as below.
 */
bool ph_growth_measure(const struct ph_stretch *stretch, enum ph_growth_kind kind,
                       struct ph_growth *out, struct ph_course *course);

/** Measure what is left: it takes longer than all the rest. */
void ph_growth_course(const struct ph_course *course, struct ph_growth *out);

#endif
