/* SPDX-License-Identifier: MIT */
/**
 * Many rows as few: groups by a label, and what their processes have in common. And who differs
 * from its peers.
 *
 * Threads: one.
 */
#ifndef AGGREGATE_H
#define AGGREGATE_H

#include "fleet.h"

#include <stdbool.h>
#include <stddef.h>

/* A figure over the processes of a group that are up and know it. */
struct aggregate_figure {
    unsigned count;         /* of such processes; with 0 the rest is NaN */
    double sum;
    double mean;
    double highest;
    double p50, p90, p99;   /* over processes: nearest rank */
    double rate;            /* of a counter: the sum of the rates; NaN: not known */
};

#define AGGREGATE_VALUE 96

struct aggregate_group {
    char value[AGGREGATE_VALUE]; /* of the label; "": they have none */
    struct fleet_row **rows; /* worst first */
    size_t count;
    struct fleet_totals totals;
    struct aggregate_figure figures[VITALS];
    double delay_p50_ms;    /* of all event loops together, from their histograms merged; NaN */
    double delay_p99_ms;
    unsigned outliers;
};

struct aggregate {
    struct aggregate_group *groups; /* worst first */
    size_t count;
    struct fleet_row **rows; /* of all groups, which borrow their part */
};

/**
 * The value of a label of a row: service, component, version, host, ident, node, target and
 * state of every row, else of the target's own labels.
 *
 * @return "" if it has none; valid until the row changes.
 *
 * Threads: any.
 */
const char *aggregate_label(const struct fleet_row *row, const char *label);

/**
 * Group `rows` by a label; NULL: one group of all, even of none. The rows are borrowed, and
 * read once: 10,000 take a few milliseconds. Values are cut to AGGREGATE_VALUE - 1 bytes, at a
 * character, and cleaned by nobody yet.
 *
 * Threads: one.
 */
void aggregate_by(struct aggregate *out, struct fleet_row *const *rows, size_t count,
                  const char *label, double now_s);

/**
 * Threads: one.
 */
void aggregate_fini(struct aggregate *aggregate);

#endif /* AGGREGATE_H */
