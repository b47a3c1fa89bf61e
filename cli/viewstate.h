/* SPDX-License-Identifier: MIT */
/**
 * What the live screen remembers from one key, and from one frame, to the next. No functions:
 * viewkeys.h changes it by keys, view.h makes frames of it.
 *
 * Threads: one.
 */
#ifndef VIEWSTATE_H
#define VIEWSTATE_H

#include "fleet.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* Keys beyond characters; what a terminal library calls them is its own business. */
enum {
    VIEW_KEY_NONE = -1,
    VIEW_KEY_UP = 0x110000, /* above all of Unicode */
    VIEW_KEY_DOWN,
    VIEW_KEY_LEFT,
    VIEW_KEY_RIGHT,
    VIEW_KEY_PAGE_UP,
    VIEW_KEY_PAGE_DOWN,
    VIEW_KEY_HOME,
    VIEW_KEY_END,
    VIEW_KEY_BACKSPACE,
    VIEW_KEY_RESIZE,
};

/* What can be seen of one process, each under a key of its own. */
enum view_page {
    VIEW_OVERVIEW,
    VIEW_LOOP,
    VIEW_GC,
    VIEW_HEAP,
    VIEW_HANDLES,
    VIEW_SOCKETS,
    VIEW_LISTENERS,
    VIEW_OBJECTS,
    VIEW_SUSPECTS,
    VIEW_STACK,
    VIEW_PAGES,
};

#define VIEW_FILTER 128
#define VIEW_PINS 16
#define VIEW_NAME 256   /* of a target; longer ones cannot be pinned or opened */
#define VIEW_POINTS 60

#define VIEW_LABELS 16  /* labels of targets that can be grouped by */

/* What rows are put together by; from VIEW_GROUPS on by the targets' own labels. */
enum { VIEW_BY_NONE, VIEW_BY_SERVICE, VIEW_BY_VERSION, VIEW_BY_HOST, VIEW_GROUPS };

/* The figures on top, over the last rounds. */
enum view_meter {
    VIEW_METER_SOCKETS,
    VIEW_METER_LISTENERS,
    VIEW_METER_HEAP,
    VIEW_METER_RSS,
    VIEW_METERS,
};

struct view {
    double interval_ms;
    size_t sort;           /* column of viewtable */
    size_t column;         /* the one that is explained */
    bool shown[32];        /* columns that the last frame had */
    bool reverse;
    bool paused;
    bool help;
    bool typing;           /* the filter is being edited */
    bool quit;
    bool explain;
    size_t group;
    char labels[VIEW_LABELS][LABELS_NAME_BYTES]; /* in the order in which they were seen */
    size_t n_labels;
    char filter[VIEW_FILTER];
    char pins[VIEW_PINS][VIEW_NAME]; /* names of targets that stay on top */
    size_t n_pins;

    /* The table of the last frame. */
    const struct fleet_row **order; /* rows, or groups; borrowed */
    struct fleet_row *groups;       /* owned: what `order` points at when grouped */
    size_t selected;       /* row */
    size_t top;            /* first row shown */
    size_t rows;           /* after filter and grouping */
    size_t page;           /* rows that fit */
    char follow[VIEW_NAME]; /* the selection stays on this target; "": on its line */

    /* One process. */
    bool opened;
    char open[VIEW_NAME];  /* its target */
    char open_title[64];   /* its name, for people; not clean */
    enum view_page detail;
    unsigned asked;        /* counts presses of page keys: the stack is taken anew by each */
    size_t scroll;         /* first line of its page that is shown */
    size_t lines;          /* of its page, in the last frame */

    float meters[VIEW_METERS][VIEW_POINTS]; /* the newest last */
    size_t n_points;
    struct fleet_totals totals;
    double heap_change, rss_change;
    const struct fleet_row *suspect; /* the worst; NULL: none; borrowed */
    double summed_s;       /* when these were taken; 0: they are to be taken anew */
    size_t summed;         /* of so many rows */
};

#define VIEW_LEAST_WIDTH 40
#define VIEW_LEAST_HEIGHT 8

/* Where and when a frame is shown, and what stands in it besides rows. */
struct view_place {
    size_t width;
    size_t height;
    enum text_charset charset;
    double now_s;
    const char *from;          /* of struct feed; NULL or "": polled */
    const char *const *notes;  /* sentences about the fleet, not clean, the worst first */
    size_t n_notes;
    const char *none;          /* why there is no row; NULL: it is not known */
    const char *page;          /* the opened process's page: clean lines; NULL: none yet */
};

#endif /* VIEWSTATE_H */
