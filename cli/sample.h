/* SPDX-License-Identifier: MIT */
/**
 * One /state document as plain numbers.
 *
 * What is null, missing, of another type, negative or absurd is NaN, or "" for text:
 * nothing here ever makes up a zero. Texts are valid UTF-8, cut at a character, NUL
 * replaced by U+FFFD, but otherwise as sent: clean them before showing them.
 *
 * Threads: one reads; what it builds for that on first use stays.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "buf.h"
#include "cause.h"
#include "doc.h"
#include "sampleput.h"

#include <stddef.h>

/**
 * Read a document.
 *
 * @return CAUSE_NONE and `*out`; else CAUSE_BAD_JSON, _TRUNCATED (it ends too early),
 *         _TOO_BIG (beyond JSONSCAN_VALUES or JSONSCAN_DEPTH), _NOT_PORTHOLE (JSON, but
 *         no /state document, or of a schema before ours); `*out` is of no use then.
 *
 * Threads: one.
 */
enum cause sample_read(const char *text, size_t len, struct sample *out);

/**
 * The same of a document that is parsed already.
 *
 * Threads: any.
 */
enum cause sample_of(const struct doc *state, struct sample *out);

/**
 * Append "?fields=..." to the path of /state: an agent then sends what is read here, a fifth of
 * the document. What it does not know it leaves out; another server may send all.
 *
 * Threads: any.
 */
void sample_query(struct buf *out);

#endif /* SAMPLE_H */
