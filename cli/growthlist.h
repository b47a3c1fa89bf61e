/* SPDX-License-Identifier: MIT */
/**
 * Verdicts as text: a table with a sentence below what grows.
 *
 * Threads: any; no state.
 */
#ifndef GROWTHLIST_H
#define GROWTHLIST_H

#include "buf.h"
#include "growth.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

enum growthlist_columns {
    GROWTHLIST_FILE,    /* series of a file */
    GROWTHLIST_FLEET,   /* suspects of processes */
    GROWTHLIST_ALL,     /* everything judged in them */
};

struct growthlist {
    enum growthlist_columns columns;
    size_t width;             /* of the page */
    enum text_charset charset;

    /* Append what else there is to say below the row, uncleaned; may be NULL. */
    void (*more)(struct buf *out, const struct growth *growth, void *user);
    void *user;
};

/**
 * Append the list in the order it has.
 *
 * Threads: any.
 */
void growthlist_write(struct buf *out, const struct growthlist *list,
                      const struct growth *const *growths, size_t count);

#endif /* GROWTHLIST_H */
