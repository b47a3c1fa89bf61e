/* SPDX-License-Identifier: MIT */
#ifndef PH_TEXT_H
#define PH_TEXT_H

#include <stddef.h>

#include "sink.h"

/**
 * Text from the host, made fit for an output format. Every byte sequence is allowed in:
 * what is not UTF-8 comes out as U+FFFD.
 *
 * Threads: all functions here: any.
 */

/** Append `text` as a JSON string, quotes included. */
void ph_text_json(struct ph_sink *sink, const char *text);

/** The same of `n` bytes, behind which a NUL must follow; `nul`, which goes out as it is,
 *  stands for each NUL among them. */
void ph_text_json_bytes(struct ph_sink *sink, const char *bytes, size_t n, const char *nul);

/** Length of the UTF-8 character at `text`, or 0 if it is none. Reads no further than a NUL. */
size_t ph_text_utf8(const char *text);

/** Append `text` as a Prometheus label value, without quotes. */
void ph_text_label(struct ph_sink *sink, const char *text);

/** Append `text` as a Prometheus HELP text: like a label value, but quotes stay. */
void ph_text_help(struct ph_sink *sink, const char *text);

/**
 * Copy `src` into `dst` of `cap` bytes (at least 8), NUL-terminated. What does not fit is
 * cut at a character's boundary and ends in U+2026; bytes that are not UTF-8 become '?'.
 * NULL `src` gives "".
 */
void ph_text_copy(char *dst, size_t cap, const char *src);

#endif
