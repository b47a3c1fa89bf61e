/* SPDX-License-Identifier: MIT */
/**
 * A screen before it is on one: lines of clean text, each with a style, parts of it with one of
 * their own.
 *
 * Threads: one.
 */
#ifndef VIEWFRAME_H
#define VIEWFRAME_H

#include "buf.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

enum view_style {
    VIEW_PLAIN,
    VIEW_TITLE,
    VIEW_HEADER,
    VIEW_WARN,
    VIEW_BAD,
    VIEW_FAINT,
    VIEW_CHOSEN, /* the column that is explained, the page that is shown */
};

/* Columns from .. to (not included) that look unlike their line. */
struct view_mark {
    unsigned short from;
    unsigned short to;
    enum view_style style;
};

#define VIEW_MARKS 8 /* of one line; further ones are dropped */

struct view_line {
    struct buf text;       /* clean, at most as wide as asked for */
    enum view_style style;
    bool selected;
    struct view_mark marks[VIEW_MARKS];
    size_t n_marks;
};

struct view_frame {
    struct view_line *lines;
    size_t count;
    size_t width;
    enum text_charset charset;
};

/**
 * Start over with `height` empty lines.
 *
 * @param frame  zero it before the first use, view_frame_fini() at the end.
 *
 * Threads: one.
 */
void viewframe_reset(struct view_frame *frame, size_t width, size_t height,
                     enum text_charset charset);

/**
 * Make clean text a line; what is too long is cut. A line beyond the frame: nothing.
 *
 * Threads: one.
 */
void viewframe_put(struct view_frame *frame, size_t line, enum view_style style,
                   const char *clean);

/**
 * The same with `right` at the right edge, if there is room for both.
 *
 * Threads: one.
 */
void viewframe_put_both(struct view_frame *frame, size_t line, enum view_style style,
                        const char *left, const char *right);

/**
 * Mark columns of a line.
 *
 * Threads: one.
 */
void viewframe_mark(struct view_frame *frame, size_t line, size_t from, size_t width,
                    enum view_style style);

/**
 * Replace the character that stands at a column, which must be a space, or put one behind the
 * end of a shorter line.
 *
 * Threads: one.
 */
void viewframe_sign(struct view_frame *frame, size_t line, size_t column, char sign);

/**
 * Append clean text in at most `most` lines of the frame's width, broken at spaces; the last
 * is cut if there is more.
 *
 * @return how many lines were used.
 *
 * Threads: one.
 */
size_t viewframe_wrap(struct view_frame *frame, size_t line, size_t most, const char *clean);

/**
 * Threads: one.
 */
void view_frame_fini(struct view_frame *frame);

#endif /* VIEWFRAME_H */
