/* SPDX-License-Identifier: MIT */
/**
 * JSON of strangers, written anew as JSON.stringify() would: numbers and the order of members
 * as they came, strings with no more escapes than they need.
 *
 * Threads: any; no state.
 */
#ifndef JSONWRITE_H
#define JSONWRITE_H

#include "buf.h"
#include "jsonspan.h"

#include <stdbool.h>

struct jsonwrite {
    struct buf *out;
    const char *indent; /* of each level; NULL: all in one line */
    unsigned level;
    bool ascii;         /* escape all but printable ASCII: for terminals */
};

/**
 * Begin a new line at the level, if there are lines.
 *
 * Threads: any.
 */
void jsonwrite_line(const struct jsonwrite *w);

/**
 * Append a text as a string; what is no UTF-8 becomes U+FFFD.
 *
 * Threads: any.
 */
void jsonwrite_string(const struct jsonwrite *w, struct slice text);

/**
 * Append a key with its colon; `*first` says whether it needs no comma, and is false after.
 *
 * Threads: any.
 */
void jsonwrite_key(const struct jsonwrite *w, struct slice key, bool *first);

/**
 * Append a number, as an integer where it is one; null for NaN and infinity.
 *
 * Threads: any.
 */
void jsonwrite_number(const struct jsonwrite *w, double value);

/**
 * Append a value.
 *
 * Threads: any.
 */
void jsonwrite_value(const struct jsonwrite *w, struct jsonspan value);

#endif /* JSONWRITE_H */
