/* SPDX-License-Identifier: MIT */
/**
 * A profile as one HTML page that needs nothing else: flame.html with flame.css,
 * flame_model.js, flame_view.js and the profile inside.
 *
 * Threads: any; no state.
 */
#ifndef FLAME_PAGE_H
#define FLAME_PAGE_H

#include "buf.h"
#include "treefile.h"

/**
 * Append the page.
 *
 * @return false if it would pass the ceiling of `out`.
 *
 * Threads: any.
 */
bool flame_page_write(struct buf *out, const struct treefile *profile);

#endif /* FLAME_PAGE_H */
