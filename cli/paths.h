/* SPDX-License-Identifier: MIT */
/**
 * References to files, as scripts and source maps write them: absolute paths, file: URLs,
 * and what is meant beside another file. Text only; nothing here looks at a file system.
 *
 * Threads: any; no state.
 */
#ifndef PATHS_H
#define PATHS_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Append the absolute path that `name` is or, as a file: URL of this machine, means.
 *
 * @return false, nothing appended, for every other name.
 *
 * Threads: any.
 */
bool paths_local(struct buf *out, const char *name);

/**
 * Append what `reference` means in a file at the absolute path `base`: relative ones are
 * resolved against its folder, '.' and '..' taken out (never above the root). Percent signs
 * stay what they are: both spellings occur, and a file is never opened by mistake.
 *
 * Names with a scheme ("webpack://app/x.ts", "https://...") are appended as they are.
 *
 * @param root  put in front of `reference` first, with a '/' between; "": none.
 *
 * Threads: any.
 */
void paths_beside(struct buf *out, const char *base, const char *root, const char *reference);

/**
 * Whether a name begins with a scheme, "x:".
 *
 * Threads: any.
 */
bool paths_has_scheme(const char *name);

/**
 * Append text of a URL with its %41 decoded.
 *
 * @return false if there is a '%' without two digits, or a NUL would come out of it; what
 *         was appended before stays.
 *
 * Threads: any.
 */
bool paths_decode(struct buf *out, const char *text, size_t len);

#endif /* PATHS_H */
