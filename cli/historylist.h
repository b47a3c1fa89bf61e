/* SPDX-License-Identifier: MIT */
/**
 * The list of /history as a table.
 *
 * Threads: one.
 */
#ifndef HISTORYLIST_H
#define HISTORYLIST_H

#include "buf.h"
#include "doc.h"

#include <stddef.h>

/**
 * How many series have `part` in their names; `*only` is the name if they are all of one name,
 * else NULL.
 *
 * Threads: any.
 */
size_t historylist_find(const struct doc *document, const char *part, const char **only);

/**
 * Append those whose names have `part` in them ("": all).
 *
 * Threads: any.
 */
void historylist_write(struct buf *out, const struct doc *document, const char *part);

#endif /* HISTORYLIST_H */
