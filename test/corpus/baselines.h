/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_BASELINES_H
#define CORPUS_BASELINES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * What others do with the same numbers. Each says "leak" or nothing, with no persistence of
 * its own, as it is used in the field. For numbers other than the heap, a sample stands for
 * a collection.
 *
 * Threads: the owner's.
 */
enum baseline {
    BASE_USAGE_TREND,   /* gcstats.js: recent mean 5 % above the ancient one */
    BASE_MEMWATCH,      /* node-memwatch: five collections in a row rise */
    BASE_THRESHOLD,     /* half as much again as the median of the first hour */
    BASE_LEAST_SQUARES, /* a rising line over 21 h with r2 above 0.8 */
    BASELINES
};

#define FIRST_HOUR 240u
#define LINE_BUCKETS 63u    /* of 20 minutes */

struct baselines {
    unsigned n;             /* samples with a value */
    double recent, ancient;
    double last;
    unsigned rises;
    double first_hour[FIRST_HOUR];
    size_t n_first_hour;
    double usual;           /* NaN until the first hour is over */
    double line[LINE_BUCKETS];
    size_t n_line;          /* all that were ever closed */
    double sum, bucket_n;
    double begin_s, bucket_end_s;
    bool line_says;
};

void baselines_begin(struct baselines *b, double begin_s);

/** @return a bit per baseline that says "leak" now. */
unsigned baselines_next(struct baselines *b, double t_s, double value);

const char *baseline_name(enum baseline baseline);

#endif
