/* SPDX-License-Identifier: MIT */
/**
 * Rows of a fleet put together from series: those of one job and instance are one process. Of a
 * pair of servers that scrape the same, the series that comes last counts.
 *
 * A round: promrows_begin(), then series in any order but those of `up` first, then
 * promrows_end().
 *
 * Threads: one.
 */
#ifndef PROMROWS_H
#define PROMROWS_H

#include "fleet.h"
#include "names.h"
#include "promql.h"

#include <stdbool.h>
#include <stddef.h>

/* What a series tells of its process, beside the vitals. */
enum promrows_part {
    PROMROWS_UP,
    PROMROWS_WHEN,     /* Unix seconds of the last scrape */
    PROMROWS_SCRAPE,   /* seconds it took */
    PROMROWS_START,    /* Unix seconds of the start of the process */
    PROMROWS_INFO,     /* names in labels */
    PROMROWS_SUSPECTS, /* how many */
    PROMROWS_SLOPE,    /* of a suspect: class, grade and series in labels */
    PROMROWS_PARTS,    /* PROMROWS_PARTS + v: the vital v */
};

/* More of them than this are not taken up. */
#define PROMROWS_MOST 100000

struct promrow;

struct promrows {
    struct promrow **entries;
    struct fleet_row **rows; /* the same order */
    size_t count, room;
    size_t hint;             /* the entry that the next series is likely of */
    struct names keys;       /* job NUL instance of each entry */
    struct names shown;      /* names of rows, so that each is there once */
    struct buf key, scratch;
    size_t left_out;         /* in this round, for PROMROWS_MOST */
};

/**
 * Threads: one.
 */
void promrows_begin(struct promrows *rows);

/**
 * Take what one series tells. Of an instance that `up` did not name: nothing.
 *
 * Threads: one.
 */
void promrows_take(struct promrows *rows, size_t part, const struct promql_series *series);

/**
 * Make the rows. Instances that `up` knows no longer have failed, and are gone when a minute
 * has passed.
 *
 * Threads: one.
 */
void promrows_end(struct promrows *rows, double now_s);

/**
 * Instead of promrows_end(): nobody could say anything.
 *
 * Threads: one.
 */
void promrows_fail(struct promrows *rows, enum cause cause, int status);

/**
 * Whether the cause of row `index` is another than when this was last asked.
 *
 * Threads: one.
 */
bool promrows_is_news(struct promrows *rows, size_t index);

/**
 * Zeroed memory is an empty set.
 *
 * Threads: one.
 */
void promrows_fini(struct promrows *rows);

#endif /* PROMROWS_H */
