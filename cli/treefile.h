/* SPDX-License-Identifier: MIT */
/**
 * Profiles in their files: .cpuprofile and .heapprofile, from our agents or from anybody.
 *
 * A node has the time from each of its samples to the next one, as in the developer tools;
 * a profile without samples has hits instead.
 *
 * Threads: any; no state.
 */
#ifndef TREEFILE_H
#define TREEFILE_H

#include "calltree.h"
#include "doc.h"

#include <stdbool.h>
#include <stddef.h>

struct treefile {
    struct calltree tree;
    size_t samples;        /* 0: unknown */
    double span_us;        /* from the first to the last moment; NaN: unknown */

    /* What our agents say about it; "" and NaN in files of others. Not clean. */
    const char *service, *thread, *at;
    double pid, loop_ms;
    bool truncated;

    struct doc *document;  /* keeps all texts */
};

#define TREEFILE_NODES 1000000
#define TREEFILE_BYTES ((size_t)256 << 20) /* of a file */

/**
 * Read a profile.
 *
 * @return true and `*out`, to be given to treefile_fini(); false with a message such as
 *         "node 7 is there twice" in `error`, and nothing to free.
 *
 * Threads: any.
 */
bool treefile_read(const char *text, size_t len, struct treefile *out, char error[128]);

/**
 * Free what treefile_read() gave. Zeroed memory: does nothing.
 *
 * Threads: any.
 */
void treefile_fini(struct treefile *file);

#endif /* TREEFILE_H */
