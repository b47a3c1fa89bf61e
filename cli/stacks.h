/* SPDX-License-Identifier: MIT */
/**
 * The documents of /stack and /blocks as pages for people.
 *
 * They come from strangers, and are printed as trace.h says.
 *
 * Threads: one.
 */
#ifndef STACKS_H
#define STACKS_H

#include "buf.h"
#include "doc.h"
#include "trace.h"

#include <stdbool.h>

/**
 * Append which thread it is and what its loop does, without a line feed: "thread 0 (main):
 * blocked for 5.1s, in system call wait4".
 *
 * Threads: one.
 */
void stacks_heading(struct buf *out, const struct doc *thread, const struct trace_look *look);

/**
 * Append all threads of a /stack document, each with its stack, or why there is none.
 *
 * @return false, nothing appended, if `document` is none of that kind.
 *
 * Threads: one.
 */
bool stacks_print(struct buf *out, const struct doc *document, const struct trace_look *look);

/**
 * The same for a /blocks document: all threads, each with its last blocks and their stacks.
 *
 * Threads: one.
 */
bool stacks_blocks(struct buf *out, const struct doc *document, const struct trace_look *look);

#endif /* STACKS_H */
