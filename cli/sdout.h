/* SPDX-License-Identifier: MIT */
/**
 * Targets as a Prometheus can scrape them. It does not come through unix sockets: of a local
 * process it is told the TCP address that the process itself published, and labels that say
 * which process that is.
 *
 * Threads: one.
 */
#ifndef SDOUT_H
#define SDOUT_H

#include "buf.h"
#include "labels.h"
#include "target.h"

#include <stddef.h>

struct sdout_place {
    const struct target *target; /* borrowed */
    char address[320];           /* "host:port"; "": there is none for a Prometheus */
    struct labels labels;
};

struct sdout {
    struct sdout_place *items;
    size_t count;
};

/**
 * Find the places of `list`, which stays as long as they do. Looks at the recorder files of
 * this machine if the list has unix sockets.
 *
 * @param out  overwritten; to be given to sdout_fini().
 *
 * Threads: one.
 */
void sdout_find(struct sdout *out, const struct target_list *list);

/**
 * Zeroed memory: does nothing.
 *
 * Threads: one.
 */
void sdout_fini(struct sdout *out);

/**
 * Append the document of file_sd and http_sd, a line for each target that has an address.
 *
 * Threads: one.
 */
void sdout_write(struct buf *to, const struct sdout *out);

#endif /* SDOUT_H */
