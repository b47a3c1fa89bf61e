/* SPDX-License-Identifier: MIT */
/**
 * A growing byte string with a ceiling declared at its birth.
 *
 * Whatever would pass the ceiling is refused as a whole and sets `full`, which stays set
 * until buf_clear(): a writer may ignore every result and look once at the end.
 *
 * Threads: one.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;    /* NUL-terminated once something was added; else NULL */
    size_t len;    /* bytes, without the NUL */
    size_t room;   /* bytes allocated */
    size_t limit;  /* ceiling of `len`; 0 means BUF_LIMIT */
    bool full;
};

#define BUF_LIMIT ((size_t)64 << 20)

/**
 * Make an empty buffer. A zeroed struct buf is one as well, with the limit BUF_LIMIT.
 *
 * Threads: one.
 */
void buf_init(struct buf *b, size_t limit);

/**
 * Free the bytes; the buffer is empty and usable again. Zeroed memory: does nothing.
 *
 * Threads: one.
 */
void buf_fini(struct buf *b);

/**
 * Forget the content and `full`, keep the memory.
 *
 * Threads: one.
 */
void buf_clear(struct buf *b);

/**
 * Append bytes, text, one character `count` times, or formatted text (at most 1023 bytes
 * of it).
 *
 * @return false, and nothing appended, if the ceiling would be passed.
 *
 * Threads: one.
 */
bool buf_add(struct buf *b, const void *bytes, size_t len);
bool buf_puts(struct buf *b, const char *text);
bool buf_fill(struct buf *b, char c, size_t count);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * The content as a string, "" when empty. Borrowed until the next change.
 *
 * Threads: one.
 */
const char *buf_text(const struct buf *b);

#endif /* BUF_H */
