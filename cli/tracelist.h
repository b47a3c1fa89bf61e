/* SPDX-License-Identifier: MIT */
/**
 * The document of /trace as a page for people: who adds listeners or opens sockets, ranked by
 * what is still alive.
 *
 * It comes from strangers, and is printed as page.h says.
 *
 * Threads: one.
 */
#ifndef TRACELIST_H
#define TRACELIST_H

#include "buf.h"
#include "doc.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* How to print. */
struct tracelist_look {
    enum text_charset charset;
    size_t width;
    unsigned top;  /* rows */
    bool stacks;   /* whole ones behind the table */
};

/**
 * Append the page.
 *
 * @return false, nothing appended, if `document` is none of that kind.
 *
 * Threads: one.
 */
bool tracelist_print(struct buf *out, const struct doc *document,
                     const struct tracelist_look *look);

#endif /* TRACELIST_H */
