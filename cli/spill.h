/* SPDX-License-Identifier: MIT */
/**
 * Long output on its way to stdout, a piece at a time.
 *
 * Threads: one.
 */
#ifndef SPILL_H
#define SPILL_H

#include "buf.h"

#include <stdbool.h>

/* Zeroed memory is a beginning. */
struct spill {
    struct buf text; /* to be appended to */
    bool failed;
};

/**
 * Write what has gathered if it is much: to be called after each line.
 *
 * @return false once standard output has failed: nothing more will be written.
 *
 * Threads: one.
 */
bool spill_step(struct spill *spill);

/**
 * Write the rest and free everything.
 *
 * @return false if standard output failed: end with EXITCODE_INTERNAL.
 *
 * Threads: one.
 */
bool spill_end(struct spill *spill);

#endif /* SPILL_H */
