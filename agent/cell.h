/* SPDX-License-Identifier: MIT */
#ifndef PH_CELL_H
#define PH_CELL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A sequence lock: one writer that never waits, any number of readers that retry.
 *
 * The words are stored with release and loaded with acquire order instead of fences:
 * free on x86, understood by ThreadSanitizer, and enough, because a reader that has
 * seen any word of a newer write is bound to see the odd sequence number before it.
 *
 * The words follow the struct in memory (`uint64_t words[N]` beside it, see PH_CELL).
 */
struct ph_cell {
    _Atomic uint64_t sequence; /* odd while a write is under way; 0 = never written */
};

#define PH_CELL(n)                 \
    struct {                       \
        struct ph_cell cell;       \
        _Atomic uint64_t words[n]; \
    }

/**
 * Publish `n` words that lie at `from`.
 *
 * Threads: the one writer. Plain stores.
 */
void ph_cell_write(struct ph_cell *cell, _Atomic uint64_t *words, const void *from, size_t n);

/**
 * Copy the words to `to`. False if nothing was ever written, or if the writer kept
 * writing through a thousand attempts.
 *
 * Threads: any.
 */
bool ph_cell_read(const struct ph_cell *cell, const _Atomic uint64_t *words, void *to,
                  size_t n);

#endif
