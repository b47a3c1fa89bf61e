/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_FAMILY_H
#define CORPUS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/verdict.h"
#include "body.h"
#include "traffic.h"

/** What is true of all processes of a family. */
enum label {
    LABEL_HEALTHY,
    LABEL_STEPWISE,     /* grows, by steps: may be suspected, never be confirmed */
    LABEL_LEAK,
};

/** How the number follows the load. */
enum follow { FOLLOW_NOT, FOLLOW, FOLLOW_LAGS, FOLLOW_SATURATES };

enum leak_form {
    LEAK_NONE,
    LEAK_STEADY,
    LEAK_PER_REQUEST,
    LEAK_CHUNKS,        /* each hour */
    LEAK_LATE,          /* steady, from the first to third day on */
};

enum oddity {
    ODD_LOAD_UNKNOWN = 1,
    ODD_SUSPENDED = 2,  /* the machine slept for six hours */
    ODD_BLOCKED = 4,    /* the loop was blocked for minutes, many times */
    ODD_STANDARD = 8,   /* 250 MB, a cycle of 120 MB: the process of the figures */
    ODD_CONSTANT = 16,  /* nothing moves */
    ODD_ZERO = 32,
};

struct family {
    char     name[48];
    enum ph_growth_kind kind;
    enum label label;
    double   weight;            /* how many series of a healthy process are like it */
    enum traffic_shape traffic;
    enum follow follow;
    enum body_shape body;
    enum leak_form form;
    unsigned odd;               /* enum oddity */
    const double *rates;        /* a day; processes take them in turn */
    size_t   n_rates;
    const char *recording; /* not generated but seen: the name in test/corpus/recorded; NULL */
};

/** The table of all families, healthy ones first; the same each time. Threads: made at the
 *  first call, so not before there is one more. */
const struct family *families(size_t *n);

#endif
