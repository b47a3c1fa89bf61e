/* SPDX-License-Identifier: MIT */
/**
 * Text for terminals and tables.
 *
 * text_clean() is the one function that every string of a target, a file or the command
 * line passes before it is shown. Afterwards it is valid UTF-8 without anything that
 * moves, colours, hides or reorders: what a terminal shows is what there is.
 *
 * Threads: any; no state.
 */
#ifndef TEXT_H
#define TEXT_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

enum text_charset {
    TEXT_UTF8,
    TEXT_ASCII, /* for locales that are not UTF-8: the rest is shown as \u{e9} */
};

/** TEXT_MIDDLE: left, and of what is too long the last third stays: names differ there too. */
enum text_align { TEXT_LEFT, TEXT_RIGHT, TEXT_MIDDLE };

/**
 * Append `len` bytes of untrusted text, made harmless.
 *
 * Bytes that are no UTF-8, and noncharacters, become U+FFFD ('?' in TEXT_ASCII). C0, DEL
 * and C1 become \x1b; line and paragraph separators, bidirectional controls, zero-width
 * and other invisible characters and tags become \u{202e}. NUL is a C0 like the others.
 * Cleaning twice changes nothing more.
 *
 * Threads: any.
 */
void text_clean(struct buf *out, const char *text, size_t len, enum text_charset charset);

/**
 * Same, but line feeds and tabs pass: for whole documents.
 *
 * Threads: any.
 */
void text_clean_lines(struct buf *out, const char *text, size_t len, enum text_charset charset);

#define TEXT_NOT_UTF8 0xFFFFFFFFu

/**
 * The character at the beginning of a text that is not empty.
 *
 * @param used  its bytes; 1 with TEXT_NOT_UTF8.
 *
 * Threads: any.
 */
unsigned text_decode(const char *text, size_t len, size_t *used);

/**
 * Columns that clean text takes: 0 for combining marks, 2 for wide characters.
 *
 * Threads: any.
 */
size_t text_width(const char *clean);

/**
 * Append clean text padded to exactly `width` columns. What does not fit is cut and ends
 * in an ellipsis ('~' in TEXT_ASCII).
 *
 * Threads: any.
 */
void text_fit(struct buf *out, const char *clean, size_t width, enum text_align align,
              enum text_charset charset);

#define TEXT_REASON_BYTES 64

/**
 * Write what an errno means, as our messages have it: in lower case.
 *
 * Threads: any, but for strerror() one.
 */
void text_reason(char out[TEXT_REASON_BYTES], int error);

/**
 * Distance of two words in typing errors: characters left out, added, replaced, or two
 * swapped. Words longer than 31 bytes are far from everything.
 *
 * Threads: any.
 */
unsigned text_distance(const char *a, const char *b);

#endif /* TEXT_H */
