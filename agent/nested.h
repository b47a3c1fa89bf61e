/* SPDX-License-Identifier: MIT */
#ifndef PH_NESTED_H
#define PH_NESTED_H

#include <stddef.h>
#include <stdint.h>

/**
 * Adds up spans of time that lie inside each other, each moment once: weak callbacks run
 * inside of a full collection, and both report how long they took. Zeroed memory is empty.
 */
#define PH_NESTED_SPANS 8

struct ph_nested {
    struct {
        uint64_t begin_ns, covered_ns; /* covered: by it and by those inside of it */
    } span[PH_NESTED_SPANS];
    size_t n;
};

/**
 * A span has ended. Spans are told as they end, so inner ones come before outer ones.
 *
 * @return how much of it no span has told of before.
 *
 * Threads: the one writer, also inside a collector callback: plain stores.
 */
uint64_t ph_nested_end(struct ph_nested *nested, uint64_t end_ns, uint64_t length_ns);

#endif
