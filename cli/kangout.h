/* SPDX-License-Identifier: MIT */
/**
 * Merged objects on stdout: the table and the JSON of kang 0.0.3, and two formats for other
 * programs.
 *
 * Threads: one.
 */
#ifndef KANGOUT_H
#define KANGOUT_H

#include "kangrow.h"

#include <stdbool.h>

enum kangout_format { KANGOUT_TEXT, KANGOUT_JSON, KANGOUT_NDJSON, KANGOUT_CSV };

struct kangout {
    const struct kangrow_list *list;
    const struct names *fields;  /* which, in which order; count 0: the format's default */
    enum kangout_format format;
    bool long_listing;           /* text: all fields, not only the id */
};

/* Fields that a table without a list of fields shows at most. */
#define KANGOUT_FIELDS 512

/**
 * The format called `name`.
 *
 * Threads: any.
 */
bool kangout_find(const char *name, enum kangout_format *format);

/**
 * Print.
 *
 * @return false if standard output failed.
 *
 * Threads: one.
 */
bool kangout_print(const struct kangout *out);

#endif /* KANGOUT_H */
