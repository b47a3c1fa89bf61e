/* SPDX-License-Identifier: MIT */
#include "spark.h"

#include <math.h>

#define LEVELS 8
#define LEAST_SHARE 0.02

struct spark_scale spark_scale_none(void)
{
    return (struct spark_scale){ INFINITY, -INFINITY };
}

void spark_scale_add(struct spark_scale *scale, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scale->least = fmin(scale->least, (double)values[i]);
        scale->most = fmax(scale->most, (double)values[i]);
    }
}

static int level_of(double value, const struct spark_scale *scale)
{
    double span = fmax(scale->most - scale->least, LEAST_SHARE * fabs(scale->most));
    int level;

    if (!(span > 0))
        return 0;
    level = (int)((value - scale->least) / span * LEVELS);
    return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

static void put_level(struct buf *out, int level, enum text_charset charset)
{
    static const char ascii[] = "..:-=+*#";
    const char block[] = { (char)0xE2, (char)0x96, (char)(0x81 + level) };

    if (charset == TEXT_ASCII)
        buf_add(out, &ascii[level], 1);
    else
        buf_add(out, block, sizeof block);
}

void spark_write(struct buf *out, const struct spark *spark)
{
    size_t shown = spark->count < spark->width ? spark->count : spark->width;

    buf_fill(out, ' ', spark->width - shown);
    for (size_t i = spark->count - shown; i < spark->count; i++) {
        double value = (double)spark->values[i];

        if (isnan(value))
            buf_puts(out, " ");
        else
            put_level(out, level_of(value, &spark->scale), spark->charset);
    }
}
