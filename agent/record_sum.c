/* SPDX-License-Identifier: MIT */
/* Owns the arithmetic by which a torn write is known. Knows nothing of files. */
#include "record_sum.h"

#include <stddef.h>
#include <string.h>

#define SEED 2166136261u

static uint32_t fnv1a(uint32_t hash, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 16777619u;
    return hash;
}

uint32_t ph_record_sum_slot(const struct porthole_record_slot *slot, const char *document)
{
    uint32_t hash = fnv1a(SEED, slot, offsetof(struct porthole_record_slot, checksum));

    return fnv1a(hash, document, slot->length);
}

uint32_t ph_record_sum_row(const struct porthole_record_row *row)
{
    return fnv1a(SEED, row, offsetof(struct porthole_record_row, checksum));
}

uint64_t ph_record_sum_words(uint64_t sum, const void *bytes, size_t n)
{
    uint64_t hash = sum ^ UINT64_C(14695981039346656037), word;

    for (size_t at = 0; at + sizeof word <= n; at += sizeof word) {
        memcpy(&word, (const char *)bytes + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(1099511628211);
        hash ^= hash >> 32; /* else what is high in a word stays high in the sum */
    }
    return hash;
}
