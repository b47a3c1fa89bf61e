/* SPDX-License-Identifier: MIT */
/**
 * A /state document as a page for people: what `porthole dead` shows of a recorder file.
 *
 * The document comes from a file that anybody may have written: every text passes
 * text_clean(), every list is cut, and what is not known is left out.
 *
 * Threads: one.
 */
#ifndef WORDS_H
#define WORDS_H

#include "buf.h"
#include "doc.h"
#include "text.h"

/**
 * Append who it is, in one line without a line feed: "shop 1.4.2 (web-3/4121), node
 * v20.20.2 on web-3".
 *
 * Threads: one.
 */
void words_who(struct buf *out, const struct doc *state, enum text_charset charset);

/**
 * Append the figures of the process and of each thread, with the thread's last blocks and
 * the stack of the last one.
 *
 * Threads: one.
 */
void words_state(struct buf *out, const struct doc *state, enum text_charset charset);

#endif /* WORDS_H */
