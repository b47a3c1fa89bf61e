/* SPDX-License-Identifier: MIT */
/**
 * Allocation that cannot fail: a short-lived command has nothing better to do without
 * memory than to say so and end with EXITCODE_INTERNAL (through exit(), so that the
 * terminal is restored).
 *
 * Threads: one; the command has no other.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/**
 * `count` zeroed elements of `size` bytes; the caller frees with free(). A count of zero
 * gives a pointer that may be freed.
 *
 * Threads: one.
 */
void *mem_new(size_t count, size_t size);

/**
 * Resize an array to `count` elements of `size` bytes; new bytes are not cleared.
 *
 * @param old  from this module or NULL; no longer valid afterwards.
 *
 * Threads: one.
 */
void *mem_resize(void *old, size_t count, size_t size);

/**
 * Copy of the first `len` bytes of `text`, NUL-terminated; the caller frees it.
 *
 * Threads: one.
 */
char *mem_text(const char *text, size_t len);

#endif /* MEM_H */
