/* SPDX-License-Identifier: MIT */
/**
 * A series as a picture of text: for each column the band from the least to the greatest value
 * and the mean in it. Where nothing is known there is nothing, and a dot in the axis. A bar
 * marks where this process began: what stands left of it is its predecessor's.
 *
 * Threads: any; no state.
 */
#ifndef PLOT_H
#define PLOT_H

#include "buf.h"
#include "points.h"
#include "text.h"

#include <stddef.h>

struct plot {
    const struct points *points;
    size_t width;             /* of the page, at least PLOT_WIDTH_LEAST */
    size_t rows;              /* of the picture, without axis and times; at most PLOT_ROWS */
    enum text_charset charset;
};

#define PLOT_WIDTH_LEAST 40
#define PLOT_ROWS 64

/**
 * Append the picture with its axes. Times are UTC. Nothing if no value is known.
 *
 * Threads: any.
 */
void plot_write(struct buf *out, const struct plot *plot);

/**
 * Append a value of a unit of /history, "38.2M", "12", "3.1%".
 *
 * @param step  values that differ by so much look different; NaN: does not matter.
 *
 * Threads: any.
 */
void plot_value(struct buf *out, double value, const char *unit, double step);

#endif /* PLOT_H */
