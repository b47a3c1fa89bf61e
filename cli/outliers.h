/* SPDX-License-Identifier: MIT */
/**
 * Who differs: processes of the same service and version do the same work, so one whose socket
 * count climbs while those of its peers stand still is ill, whatever the count is.
 *
 * Of each figure with a trail, and in each set of at least OUTLIERS_LEAST peers (same service,
 * component and version): robust z-score of the slope, (slope - median) / (1.4826 MAD)
 * (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993), with a least spread so
 * that noise of one handle among motionless peers is none.
 *
 * Threads: one.
 */
#ifndef OUTLIERS_H
#define OUTLIERS_H

#include "fleet.h"

#include <stddef.h>

#define OUTLIERS_LEAST 5
#define OUTLIERS_Z 5.0

/* Processes of one service that differ in one figure. */
struct outliers_finding {
    const char *service;    /* borrowed from a row */
    const char *version;
    enum vital vital;
    unsigned differ;        /* that grow (or fall) unlike the rest, */
    unsigned all;           /* of so many */
    double slope;           /* the median of theirs, per hour, */
    double peers;           /* and of the rest */
    const struct fleet_row *worst;
};

struct outliers {
    struct outliers_finding *items; /* most striking first */
    size_t count;
};

/**
 * Set outlier and outlier_z of all rows, and say what was found.
 *
 * Threads: one.
 */
void outliers_find(struct outliers *out, struct fleet_row *const *rows, size_t count);

/**
 * Append "7 of 200 api 1.4.2 grow in sockets: 310/h, the others 0/h".
 *
 * Threads: any.
 */
struct buf;
void outliers_says(struct buf *out, const struct outliers_finding *finding);

/**
 * Threads: one.
 */
void outliers_fini(struct outliers *outliers);

#endif /* OUTLIERS_H */
