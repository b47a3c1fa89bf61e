/* SPDX-License-Identifier: MIT */
/**
 * One line on stderr that says how far a long job is; nothing if stderr is no terminal.
 *
 * Threads: one.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
    const char *what;  /* "profiling"; shown until bytes come */
    double expected_s; /* how long that takes; NaN: unknown */
    double began_s;    /* on clock_now_s(); the others are this module's */
    double shown_s;
    double first_byte_s;
    size_t width; /* of what stands on the screen */
    bool terminal;
};

/**
 * Begin. Zeroed memory but for the first two fields.
 *
 * Threads: one.
 */
void progress_begin(struct progress *progress);

/**
 * Draw the line anew, at most eight times a second.
 *
 * @param bytes  of the answer so far.
 *
 * Threads: one.
 */
void progress_show(struct progress *progress, double bytes);

/**
 * Remove the line.
 *
 * Threads: one.
 */
void progress_end(struct progress *progress);

#endif /* PROGRESS_H */
