/* SPDX-License-Identifier: MIT */
/**
 * The difference of two lists of figures: arithmetic only.
 *
 * Threads: any; no state.
 */
#ifndef DIFF_H
#define DIFF_H

#include "figures.h"

enum diff_note {
    DIFF_CHANGED,
    DIFF_NEW,        /* not there before */
    DIFF_VANISHED,   /* not there any more */
    DIFF_UNKNOWN,    /* one side was cut and may have held it: no delta */
};

struct diff_row {
    const char *name;  /* borrowed from the figures */
    double before;     /* NaN: not there */
    double after;
    double delta;      /* what is not there counts as 0; NaN: unknown */
    double per_minute; /* NaN: unknown */
    enum diff_note note;
    size_t place;      /* in the document */
};

struct diff {
    struct diff_row *rows; /* what changed; histograms: what grew most first, states: in the
                              order of the document */
    size_t count;
    double seconds;        /* between the two; NaN: unknown */
};

/**
 * Compare two lists of one kind, which stay as long as the diff.
 *
 * @return a diff to be given to diff_fini().
 *
 * Threads: any.
 */
struct diff diff_make(const struct figures *before, const struct figures *after);

/**
 * Free the rows.
 *
 * Threads: any.
 */
void diff_fini(struct diff *diff);

#endif /* DIFF_H */
