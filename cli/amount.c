/* SPDX-License-Identifier: MIT */
/*
 * amount: what units.h writes, in lines. Changes are whole: half a listener is an estimate's
 * noise, and nobody looks for it.
 */
#include "amount.h"

#include "units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef void writer(char out[UNITS_BYTES], double value);

static void put(struct buf *out, writer *write, double value)
{
    char text[UNITS_BYTES];

    write(text, value);
    buf_puts(out, text);
}

void amount_count(struct buf *out, double count)
{
    put(out, units_count, count);
}

void amount_bytes(struct buf *out, double bytes)
{
    put(out, units_bytes, bytes);
}

void amount_age(struct buf *out, double seconds)
{
    put(out, units_age, seconds);
}

void amount_ms(struct buf *out, double ms)
{
    put(out, units_ms, ms);
    buf_puts(out, ms < 999.5 ? " ms" : "");
}

void amount_grouped(struct buf *out, double count)
{
    char digits[32];
    size_t len;

    if (!isfinite(count) || fabs(count) >= 1e15) {
        amount_count(out, count);
        return;
    }
    len = (size_t)snprintf(digits, sizeof digits, "%.0f", fabs(count));
    if (count < 0)
        buf_puts(out, "-");
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_puts(out, ",");
        buf_add(out, &digits[i], 1);
    }
}

/* ---- Changes ----------------------------------------------------------------------- */

static void put_change(struct buf *out, writer *write, double change)
{
    if (isinf(change)) {
        buf_puts(out, "new");
        return;
    }
    if (!(fabs(change) < 0.5))
        buf_puts(out, change > 0 ? "+" : change < 0 ? "-" : "");
    put(out, write, fabs(change));
}

void amount_change(struct buf *out, double change)
{
    put_change(out, units_count, change);
}

void amount_change_bytes(struct buf *out, double change)
{
    put_change(out, units_bytes, change);
}

void amount_rate(struct buf *out, double per_second)
{
    if (per_second >= 0.05 && per_second < 9.95)
        buf_printf(out, "%.1f", per_second);
    else
        put(out, units_count, per_second);
}

/* ---- Sentences --------------------------------------------------------------------- */

struct amount_unit amount_unit_of(double bytes)
{
    static const struct amount_unit units[] = { { "GB", 1073741824 },
                                                { "MB", 1048576 },
                                                { "KB", 1024 } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (fabs(bytes) >= units[i].bytes)
            return units[i];
    }
    return (struct amount_unit){ "B", 1 };
}
