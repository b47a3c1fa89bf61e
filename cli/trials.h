/* SPDX-License-Identifier: MIT */
/**
 * Recorded numbers before the judges of the agent: agent/trial.h, one for each column.
 *
 * Threads: one.
 */
#ifndef TRIALS_H
#define TRIALS_H

#include "agent/trial.h"
#include "csv.h"
#include "growth.h"

#include <stdbool.h>
#include <stddef.h>

#define TRIALS_GRADES (PH_URGENT + 1)

struct trials_series {
    const char *name;
    size_t column;
    double first_s[TRIALS_GRADES]; /* when it first had this grade; NaN: never */
    struct ph_trial trial;
};

struct trials_options {
    const char *kind;   /* "heap", "bytes", "count" or "rate"; NULL: by the name of each */
    const char *load;   /* the column of it; NULL: none */
    double limit;       /* of each; NaN: none */
};

struct trials {
    struct trials_series *series;
    size_t count;
    size_t time, load;  /* columns; `load` is that of no column if there is none */
    double first_s, last_s;
    double rows;
};

/**
 * The kind a series is by its name. `points` of 'porthole history' end in ".min" and the like.
 *
 * Threads: any.
 */
enum ph_growth_kind trials_kind_of(const char *name);

/**
 * Begin with the names of a file, which stay as long as the trials.
 *
 * @return false, with a message and nothing to free: no column "seconds", none to be judged, no
 *         such load or kind.
 *
 * Threads: one.
 */
bool trials_begin(struct trials *trials, const struct csv *csv,
                  const struct trials_options *options, char error[CSV_ERROR]);

/**
 * Threads: one.
 */
void trials_fini(struct trials *trials);

/**
 * The next row, which is no earlier than the one before.
 *
 * Threads: one.
 */
void trials_row(struct trials *trials, const double *cells);

/**
 * What has come out so far for one series, its age as seen from the last row.
 *
 * Threads: any.
 */
void trials_growth(const struct trials *trials, size_t i, struct growth *growth);

/**
 * Append all of it as JSON: a list of verdicts, `since` and `first_..._s` in the file's own
 * seconds.
 *
 * Threads: any.
 */
void trials_json(struct buf *out, const struct trials *trials);

#endif /* TRIALS_H */
