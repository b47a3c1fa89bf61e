/* SPDX-License-Identifier: MIT */
/**
 * What a heap snapshot will cost, as an agent says it, and what one has cost.
 *
 * Threads: any; no state.
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

struct estimate {
    double heap_bytes;      /* NaN: unknown, as all of them */
    double loop_s;          /* how long the loop will stand still */
    double memory_bytes;    /* what the process will need meanwhile */
    double headroom_bytes;  /* what it has left */
    double file_bytes;
    bool allowed;           /* the agent will do it without being forced */
    char reason[160];       /* why not, as sent; "" */
};

/**
 * Read the answer to /heap/snapshot?estimate.
 *
 * @return false if it is none.
 *
 * Threads: any.
 */
bool estimate_read(const char *text, size_t len, struct estimate *out);

/**
 * Append it in words: "heap 250M; its loop will stand still for about 18 s, ...".
 *
 * Threads: any.
 */
void estimate_describe(struct buf *out, const struct estimate *estimate);

/**
 * After how many milliseconds a snapshot that is not there is not going to come.
 *
 * Threads: any.
 */
double estimate_deadline_ms(const struct estimate *estimate);

/**
 * Milliseconds of the loop in a cost header, "loop_ms=12.3; gc_ms=4.5"; NaN if it says none.
 *
 * Threads: any.
 */
double estimate_cost_ms(const char *header);

#endif /* ESTIMATE_H */
