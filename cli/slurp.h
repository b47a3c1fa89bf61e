/* SPDX-License-Identifier: MIT */
/**
 * Whole files whose names come from strangers.
 *
 * Threads: one.
 */
#ifndef SLURP_H
#define SLURP_H

#include "buf.h"

/**
 * Read a regular file into `out`, which is empty and has the ceiling that counts.
 *
 * The file is looked at before it is opened, so that no device, pipe or socket is: opening
 * one can block, rewind a tape or arm a watchdog.
 *
 * @return NULL; else what is wrong, a few words, borrowed until the next call; `*out` may
 *         hold a part of the file then.
 *
 * Threads: one.
 */
const char *slurp(const char *path, struct buf *out);

#endif /* SLURP_H */
