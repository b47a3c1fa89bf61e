/* SPDX-License-Identifier: MIT */
#ifndef PH_TALLY_H
#define PH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metric.h"
#include "sink.h"

#define PH_BOUND_BYTES 32 /* of a bucket's bound as text, NUL included */

/** What all numbers of one name have in common. Immutable. */
struct ph_shape {
    struct ph_metric metric;            /* key and prom: the name */
    bool     labelled;
    size_t   n_buckets;                 /* of a histogram; else 0 */
    const char (*bound)[PH_BOUND_BYTES]; /* so many */
    size_t   words;                     /* values of one row: 1, or one for each bucket, one
                                           for +Inf, and the sum */
};

/** The labels of one row, escaped once for all time. Immutable. */
struct ph_labels {
    const char *prom;                   /* method="GET",code="200" */
    const char *json;                   /* {"method":"GET","code":"200"} */
    uint32_t    prom_len, json_len;
};

/** The numbers of one name at one tick, frozen. */
struct ph_tally {
    const struct ph_shape *shape;
    uint32_t n;
    uint32_t shown;                     /* of them in JSON, the first */
    const struct ph_labels **labels;    /* n */
    double  *values;                    /* n * shape->words; counts are not cumulative */
};

/* Threads: all functions here: whoever owns the sink; the tally is only read. */

/** Ceilings of what the two functions below append: of one row, and of all samples. */
size_t ph_tally_json_bytes(const struct ph_shape *shape, const struct ph_labels *labels);
size_t ph_tally_samples_bytes(const struct ph_tally *tally);

/**
 * Append the value in JSON: a number or, of a histogram, count, sum and cumulative buckets;
 * of a labelled family, the list of those with their labels.
 */
void ph_tally_json(const struct ph_tally *tally, struct ph_sink *out);

/** Append the samples as exposition lines, in one of the two text formats. */
void ph_tally_samples(const struct ph_tally *tally, bool open_metrics, struct ph_sink *out);

#endif
