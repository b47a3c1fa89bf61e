/* SPDX-License-Identifier: MIT */
/**
 * The source maps of local scripts: found by `//# sourceMappingURL=`, read once, asked for
 * single places.
 *
 * The names of scripts come from targets. Only regular files are opened, at absolute paths
 * or file: URLs, each at most MAPS_FILE_BYTES long and all together MAPS_BYTES; a map may
 * be a data: URL or a local file. When looking up has taken too much work, it ends.
 *
 * Threads: one.
 */
#ifndef MAPS_H
#define MAPS_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAPS_FILE_BYTES ((size_t)64 << 20)
#define MAPS_BYTES ((size_t)256 << 20)
#define MAPS_FILES 256

struct maps;

struct maps_origin {
    const char *file; /* a path, or a name with a scheme; borrowed until the next look-up */
    const char *name; /* "" if the map does not tell; borrowed from the map */
    uint32_t line;    /* from 1 */
    uint32_t column;  /* from 1 */
};

/**
 * @return an empty set, to be given to maps_free().
 *
 * Threads: one.
 */
struct maps *maps_new(void);

/**
 * NULL is allowed.
 *
 * Threads: one.
 */
void maps_free(struct maps *maps);

/**
 * Where a place (counted from 1) of the script called `file` comes from.
 *
 * @return false, `*out` untouched, if that is not known.
 *
 * Threads: one.
 */
bool maps_find(struct maps *maps, const char *file, uint32_t line, uint32_t column,
               struct maps_origin *out);

/**
 * Whether `word` stands at a place of the script: a map's `name` is the name of what stands
 * there, and only of that.
 *
 * @param column  in bytes; a line with other than ASCII characters before it says false.
 *
 * Threads: one.
 */
bool maps_spells(struct maps *maps, const char *file, uint32_t line, uint32_t column,
                 const char *word);

/**
 * Call `each` for every script that has a source map which could not be used.
 *
 * Threads: one.
 */
void maps_failures(const struct maps *maps,
                   void (*each)(const char *file, const char *why, void *user), void *user);

#endif /* MAPS_H */
