/* SPDX-License-Identifier: MIT */
/* Owns the sequence lock every published figure goes through. */
#include "cell.h"

#include <string.h>

#define ATTEMPTS 1000

void ph_cell_write(struct ph_cell *cell, _Atomic uint64_t *words, const void *from, size_t n)
{
    const char *bytes = from;
    uint64_t sequence = atomic_load_explicit(&cell->sequence, memory_order_relaxed);

    atomic_store_explicit(&cell->sequence, sequence + 1, memory_order_relaxed);
    for (size_t i = 0; i < n; i++) {
        uint64_t word;

        memcpy(&word, bytes + i * sizeof word, sizeof word);
        atomic_store_explicit(&words[i], word, memory_order_release);
    }
    atomic_store_explicit(&cell->sequence, sequence + 2, memory_order_release);
}

static void copy_out(const _Atomic uint64_t *words, char *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t word = atomic_load_explicit(&words[i], memory_order_acquire);

        memcpy(to + i * sizeof word, &word, sizeof word);
    }
}

bool ph_cell_read(const struct ph_cell *cell, const _Atomic uint64_t *words, void *to, size_t n)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        uint64_t before = atomic_load_explicit(&cell->sequence, memory_order_acquire);

        if (before == 0)
            return false;
        if (before & 1)
            continue;
        copy_out(words, to, n);
        if (atomic_load_explicit(&cell->sequence, memory_order_relaxed) == before)
            return true;
    }
    return false;
}
