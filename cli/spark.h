/* SPDX-License-Identifier: MIT */
/**
 * A series as one line of characters, eight levels high.
 *
 * Threads: any; no state.
 */
#ifndef SPARK_H
#define SPARK_H

#include "buf.h"
#include "text.h"

#include <stddef.h>

/* From where to where the levels go. Zeroed memory is not one: see spark_scale_none(). */
struct spark_scale {
    double least;
    double most;
};

/**
 * A scale that holds nothing yet.
 *
 * Threads: any.
 */
struct spark_scale spark_scale_none(void);

/**
 * Make room for values; NaN is passed over.
 *
 * Threads: any.
 */
void spark_scale_add(struct spark_scale *scale, const float *values, size_t count);

struct spark {
    const float *values;
    size_t count;
    size_t width;
    struct spark_scale scale;
    enum text_charset charset;
};

/**
 * Append exactly `width` columns: the last values, the newest at the right. What is not known
 * is a space. With TEXT_ASCII the levels are "..:-=+*#".
 *
 * A scale of less than a fiftieth of its greatest value is taken as that wide: noise stays at
 * the bottom.
 *
 * Threads: any.
 */
void spark_write(struct buf *out, const struct spark *spark);

#endif /* SPARK_H */
