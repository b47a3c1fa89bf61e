/* SPDX-License-Identifier: MIT */
/**
 * Single stacks for people, with the help of source maps.
 *
 * The documents come from strangers. Every text in them passes text_clean() and is cut at
 * TRACE_TEXT bytes; no more than TRACE_FRAMES frames of a stack are printed.
 *
 * Threads: one.
 */
#ifndef TRACE_H
#define TRACE_H

#include "buf.h"
#include "doc.h"
#include "maps.h"
#include "text.h"

#include <stdbool.h>

#define TRACE_TEXT 1024
#define TRACE_FRAMES 1000

/* How to print. */
struct trace_look {
    enum text_charset charset;
    struct maps *maps;  /* NULL: frames stay as they are */
    const char *target; /* put in front of each heading; NULL: none */
};

/**
 * Append one text of a document, cleaned and cut; "?" if it is missing or empty.
 *
 * Threads: any.
 */
void trace_text(struct buf *out, const struct doc *value, const char *path,
                enum text_charset charset);

/**
 * Append milliseconds with their unit: "180 ms", "5.1s".
 *
 * Threads: any.
 */
void trace_ms(struct buf *out, double ms);

/**
 * Append a stack, one frame a line, innermost first: "    at fn (file:line:column)". Calls
 * of the same place that follow each other are counted, not repeated.
 *
 * @param frames  an array of frames; of any other kind nothing is appended.
 * @param cut     say that there were more.
 *
 * Threads: one.
 */
void trace_frames(struct buf *out, const struct doc *frames, bool cut,
                  const struct trace_look *look);

#endif /* TRACE_H */
