/* SPDX-License-Identifier: MIT */
/**
 * The live screen without a screen: what keys do to it, and which lines it shows. Pure,
 * so that it can be tested without a terminal.
 *
 * Threads: one.
 */
#ifndef VIEW_H
#define VIEW_H

#include "buf.h"
#include "fleet.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* Keys beyond characters; what a terminal library calls them is its own business. */
enum {
    VIEW_KEY_NONE = -1,
    VIEW_KEY_UP = 0x110000, /* above all of Unicode */
    VIEW_KEY_DOWN,
    VIEW_KEY_PAGE_UP,
    VIEW_KEY_PAGE_DOWN,
    VIEW_KEY_HOME,
    VIEW_KEY_END,
    VIEW_KEY_BACKSPACE,
    VIEW_KEY_RESIZE,
};

enum view_style {
    VIEW_PLAIN,
    VIEW_TITLE,
    VIEW_HEADER,
    VIEW_WARN,
    VIEW_BAD,
    VIEW_FAINT,
};

struct view_line {
    struct buf text;       /* clean, at most as wide as asked for */
    enum view_style style;
    bool selected;
};

struct view_frame {
    struct view_line *lines;
    size_t count;
};

struct view {
    double interval_ms;
    size_t sort;           /* column */
    bool reverse;
    bool paused;
    bool help;
    bool typing;           /* the filter is being edited */
    bool quit;
    char filter[64];
    size_t selected;       /* row */
    size_t top;            /* first row shown */
    size_t rows;           /* after the filter, in the last frame */
    size_t page;           /* rows that fit, in the last frame */
};

#define VIEW_LEAST_WIDTH 40
#define VIEW_LEAST_HEIGHT 8

/**
 * Threads: one.
 */
void view_init(struct view *view, double interval_ms);

/**
 * Act on one key: a Unicode character or one of the above; others do nothing.
 *
 * Threads: one.
 */
void view_press(struct view *view, int key);

/* Where and when a frame is shown. */
struct view_place {
    size_t width;
    size_t height;
    enum text_charset charset;
    double now_s;
};

/**
 * Lay out one screen. A terminal below VIEW_LEAST_* gets one line that says so.
 *
 * @param frame  overwritten; zero it before the first use, view_frame_fini() at the end.
 *
 * Threads: one.
 */
void view_compose(struct view *view, struct fleet_row *const *rows, size_t count,
                  const struct view_place *place, struct view_frame *frame);

/**
 * Threads: one.
 */
void view_frame_fini(struct view_frame *frame);

#endif /* VIEW_H */
