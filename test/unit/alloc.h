/* SPDX-License-Identifier: MIT */
/**
 * Failing allocations on purpose. Test binaries are linked with --wrap, so that malloc,
 * calloc, realloc, strdup and strndup called from our own objects (and from jansson, which
 * tests link statically) pass through here.
 *
 *     Test(blob, reports_every_failed_allocation)
 *     {
 *         EVERY_ALLOC_FAILS({
 *             struct ph_blob *blob = ph_blob_new("x", 1, 0);
 *
 *             cr_assert(blob || alloc_failed());
 *             ph_blob_unref(blob);
 *         });
 *     }
 *
 * The block runs with its 1st allocation failing, then with the 1st and all after it
 * failing, then the same for the 2nd, and so on until it comes through unharmed. What it
 * allocates it must free in every round. Under ASan a test that leaks fails by itself.
 */
#ifndef TEST_ALLOC_H
#define TEST_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#define EVERY_ALLOC_FAILS(...) \
    for (struct alloc_rounds rounds_ = { 0 }; alloc_next_round(&rounds_);) \
    __VA_ARGS__

/* How far EVERY_ALLOC_FAILS has got; zeroed memory is the start. */
struct alloc_rounds {
    size_t round;  /* odd: allocation (round + 1) / 2 fails; even: all later ones as well */
};

/**
 * End the running round and begin the next.
 *
 * @return false when the round that ended met no failure: everything has been tried.
 *
 * Threads: any; the failures hit the calling thread only.
 */
bool alloc_next_round(struct alloc_rounds *rounds);

/**
 * Has an allocation been made to fail in this round?
 *
 * Threads: any; answers for the calling thread.
 */
bool alloc_failed(void);

/**
 * Successful allocations of the calling thread since it started: subtract two readings to
 * assert a budget.
 *
 * Threads: any.
 */
size_t alloc_calls(void);

#endif /* TEST_ALLOC_H */
