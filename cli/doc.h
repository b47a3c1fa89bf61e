/* SPDX-License-Identifier: MIT */
/**
 * JSON documents from strangers, read value by value.
 *
 * Every reader below takes NULL for "not there" and answers with the same: a path through
 * a document that is not what it should be ends in NULL, NaN or "", never in a crash.
 * Texts are as sent (they may hold NUL): clean them before showing them.
 *
 * Threads: one reads and frees documents: the memory of small ones is pooled.
 */
#ifndef DOC_H
#define DOC_H

#include "cause.h"

#include <stdbool.h>
#include <stddef.h>

/* One JSON value inside a document; borrowed, lives as long as the document. */
struct doc;

#define DOC_COUNT_MOST 1e12
#define DOC_BYTES_MOST 9007199254740992.0 /* 2^53: beyond it sums are not exact */
#define DOC_MS_MOST 1e13

/**
 * Parse a document of modest size (jsonscan.h).
 *
 * @return CAUSE_NONE and `*out`, to be given to doc_free(); else CAUSE_BAD_JSON,
 *         _TRUNCATED or _TOO_BIG.
 *
 * Threads: one.
 */
enum cause doc_read(const char *text, size_t len, struct doc **out);

/**
 * The same with ceilings of the caller's for values and depth; a value takes about 50 bytes.
 *
 * Threads: one.
 */
enum cause doc_read_within(const char *text, size_t len, const size_t most[2],
                           struct doc **out);

/**
 * Free a document that doc_read() gave. NULL is allowed.
 *
 * Threads: one.
 */
void doc_free(struct doc *document);

/**
 * The value at a path of keys, "loop.blocks.count"; "" is the value itself.
 *
 * Threads: any.
 */
const struct doc *doc_at(const struct doc *value, const char *path);

/**
 * Elements of an array (0: it is none), and one of them.
 *
 * Threads: any.
 */
size_t doc_count(const struct doc *array);
const struct doc *doc_item(const struct doc *array, size_t index);

/**
 * The number at a path; NaN unless it is one from 0 to `most`.
 *
 * Threads: any.
 */
double doc_number(const struct doc *value, const char *path, double most);

/**
 * A value that is a number, whatever its sign and size; NaN if it is none.
 *
 * Threads: any.
 */
double doc_value(const struct doc *value);

/**
 * The text at a path, "" if there is none.
 *
 * @param len  may be NULL; bytes, without the NUL that always follows.
 *
 * Threads: any.
 */
const char *doc_text(const struct doc *value, const char *path, size_t *len);

/**
 * Whether there is an object, an array, or `true`, at a path.
 *
 * Threads: any.
 */
bool doc_is_object(const struct doc *value, const char *path);
bool doc_is_array(const struct doc *value, const char *path);
bool doc_is_true(const struct doc *value, const char *path);

/**
 * Call `each` for every member of an object, in the order of the text.
 *
 * @param each  false ends the walk.
 *
 * Threads: any.
 */
void doc_members(const struct doc *object,
                 bool (*each)(const char *key, const struct doc *value, void *user),
                 void *user);

#endif /* DOC_H */
