/* SPDX-License-Identifier: MIT */
/**
 * Pieces of JSON that may stand anywhere: in a file, on a terminal, and inside of a
 * <script> of an HTML page, which they cannot end.
 *
 * Threads: any; no state.
 */
#ifndef JSONTEXT_H
#define JSONTEXT_H

#include "buf.h"

/**
 * Append UTF-8 as a JSON string. Controls, DEL, '<', '>', '&' and everything that is not
 * ASCII are escaped; bytes that are no UTF-8 become U+FFFD.
 *
 * Threads: any.
 */
void jsontext_string(struct buf *out, const char *text);

/**
 * Append a number, as an integer where it is one; null for NaN and infinity.
 *
 * Threads: any.
 */
void jsontext_number(struct buf *out, double value);

#endif /* JSONTEXT_H */
