/* SPDX-License-Identifier: MIT */
/**
 * What `histogram` and `diff` share: asking a target for its heap histogram.
 *
 * Threads: one.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include "buf.h"
#include "doc.h"
#include "opts.h"

/**
 * Ask the target named `word`, as the options have it.
 *
 * @param text      the document as it came, to be given to buf_fini().
 * @param document  the same, read, to be given to doc_free().
 *
 * @return EXITCODE_FINE; else an exitcode, the reason is said, and there is nothing to free.
 *
 * Threads: one.
 */
int histogram_take(const struct opts *opts, char *word, struct buf *text,
                   struct doc **document);

#endif /* HISTOGRAM_H */
