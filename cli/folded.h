/* SPDX-License-Identifier: MIT */
/**
 * A call tree as folded stacks, what flame-graph tools read: one line for each stack,
 * "main;a (/app/x.js:3);b (/app/x.js:9) 12000".
 *
 * Threads: any; no state.
 */
#ifndef FOLDED_H
#define FOLDED_H

#include "buf.h"
#include "calltree.h"

/**
 * Append the name of a function as people write it, "spin (/app/x.js:3)"; "(anonymous)"
 * where there is none. Not cleaned.
 *
 * Threads: any.
 */
void folded_name(struct buf *out, const struct functions_item *function);

/**
 * Append a line for every node with a self value, which is in microseconds or bytes. Names
 * are clean; semicolons inside of them become '_'.
 *
 * @return false if the text would pass the ceiling of `out`: a deep tree has long lines.
 *
 * Threads: any.
 */
bool folded_write(struct buf *out, const struct calltree *tree);

#endif /* FOLDED_H */
