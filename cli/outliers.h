/* SPDX-License-Identifier: MIT */
/**
 * Who differs: processes of the same service and version do the same work, so one whose socket
 * count climbs while those of its peers stand still is ill, whatever the count is.
 *
 * Two looks, in each set of at least OUTLIERS_LEAST peers (same service, component and version)
 * that are up:
 *
 * - verdicts: what each process itself has found to grow over hours (its worst suspect),
 *   against 0 of those that found nothing. The only look at heap and memory, whose
 *   values within a
 *   minute are collections and warm-up and no growth; and the only one that needs one round.
 * - trails: least-squares slopes of the last minute, of what the application opens and closes:
 *   sockets, listeners, handles, descriptors. A process younger than OUTLIERS_YOUNG_S is left
 *   out: after a restart everything climbs to where it was.
 *
 * Of each: robust z-score (slope - median) / (1.4826 MAD) (Iglewicz and Hoaglin, "How to Detect
 * and Handle Outliers", 1993), divided by 1 + 275 / n^2, because the MAD of few values is often
 * small by chance: that keeps noise of any n from 5 to 200 below OUTLIERS_Z 999 times in 1,000.
 * A least spread per unit and look stands in for MAD 0: one handle among motionless peers is
 * no outlier. Where all grow alike the median does as well, and nobody differs.
 *
 * Threads: one.
 */
#ifndef OUTLIERS_H
#define OUTLIERS_H

#include "fleet.h"

#include <stddef.h>

#define OUTLIERS_LEAST 5
#define OUTLIERS_Z 5.0
#define OUTLIERS_YOUNG_S 300

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
