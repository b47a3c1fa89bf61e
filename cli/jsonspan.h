/* SPDX-License-Identifier: MIT */
/**
 * JSON read in place: a value is a piece of the text it stands in, and nothing is built.
 *
 * For documents too long to be parsed into values: 100,000 objects are 13 MB of text and
 * more than 100 MB of jansson values. jsonspan_read() checks the whole text once; all
 * others take pieces of a text so checked, and borrow it.
 *
 * Threads: any; no state.
 */
#ifndef JSONSPAN_H
#define JSONSPAN_H

#include "buf.h"
#include "cause.h"
#include "names.h"

#include <stdbool.h>
#include <stddef.h>

/* A value without the spaces around it; len 0: there is none. */
struct jsonspan {
    const char *text;
    size_t len;
};

#define JSONSPAN_DEPTH 512

/**
 * Check that a text is one JSON value.
 *
 * Strings may hold bytes that are no UTF-8: they are as clean as what shows them.
 *
 * @return CAUSE_NONE and `*out`; CAUSE_TRUNCATED if more would have to follow;
 *         CAUSE_BAD_JSON; CAUSE_TOO_BIG beyond JSONSPAN_DEPTH. `out->text` is where it stopped
 *         then, and `out->len` 0.
 *
 * Threads: any.
 */
enum cause jsonspan_read(const char *text, size_t len, struct jsonspan *out);

/**
 * The same check, which tells of every token as it passes it: who wants a few values out of
 * many documents need not walk through each twice.
 *
 * @param each   `what` is '{', '[', '}', ']', ':' for a key, and jsonspan_kind() of a value
 *               that is no container. What it was told counts for nothing if the text turns
 *               out to be no JSON. false ends the check with CAUSE_INTERNAL.
 * @param plain  no string holds an escape or a byte beyond ASCII.
 *
 * Threads: any.
 */
enum cause jsonspan_tell(const char *text, size_t len,
                         bool (*each)(void *user, char what, struct jsonspan token), void *user,
                         bool *plain);

/* A walk over the members of an object or the items of an array. */
struct jsonspan_walk {
    const char *at;
    const char *end;
    bool object;
};

/**
 * Begin a walk. What is neither object nor array has no members.
 *
 * Threads: any.
 */
struct jsonspan_walk jsonspan_begin(struct jsonspan container);

/**
 * The next member.
 *
 * @param key  a string in its quotes; len 0 in arrays.
 *
 * @return false at the end.
 *
 * Threads: any.
 */
bool jsonspan_next(struct jsonspan_walk *walk, struct jsonspan *key, struct jsonspan *value);

/**
 * The member of an object called `name`, the last if there are several; len 0: none.
 *
 * Threads: any.
 */
struct jsonspan jsonspan_find(struct jsonspan object, const char *name);

/**
 * The first character of a value: '{', '[', '"', 't', 'f', 'n', or '0' for a number; NUL if
 * there is none.
 *
 * Threads: any.
 */
char jsonspan_kind(struct jsonspan value);

/**
 * The number a value is; NaN if it is none.
 *
 * Threads: any.
 */
double jsonspan_number(struct jsonspan value);

/**
 * Append the text that a string stands for; lone surrogates become U+FFFD, and NUL is one
 * character as any other.
 *
 * Threads: any.
 */
void jsonspan_text(struct buf *out, struct jsonspan string);

/**
 * The same without a copy where there is nothing to decode.
 *
 * @param scratch  holds the text if it had to be decoded.
 *
 * @return borrowed from the document or from `scratch`.
 *
 * Threads: any.
 */
struct slice jsonspan_slice(struct jsonspan string, struct buf *scratch);

#endif /* JSONSPAN_H */
