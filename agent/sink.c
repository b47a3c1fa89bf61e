/* SPDX-License-Identifier: MIT */
/* Owns bounded output buffers. Never prints through the locale: a host that calls
 * setlocale() must not be able to turn our decimal points into commas. */
#include "sink.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 4096
#define EXACT_INTEGERS 9007199254740992.0 /* 2^53 */

void ph_sink_init(struct ph_sink *sink, size_t max)
{
    *sink = (struct ph_sink){ .max = max };
}

void ph_sink_fini(struct ph_sink *sink)
{
    free(sink->bytes);
    *sink = (struct ph_sink){ .max = sink->max };
}

char *ph_sink_take(struct ph_sink *sink, size_t *len)
{
    char *bytes = sink->failed ? NULL : sink->bytes;

    if (!bytes)
        return NULL;
    *len = sink->len;
    *sink = (struct ph_sink){ .max = sink->max };
    return bytes;
}

static bool reserve(struct ph_sink *sink, size_t n)
{
    size_t cap = sink->cap ? sink->cap : FIRST_CAPACITY;
    char *bytes;

    if (n <= sink->cap - sink->len)
        return true;
    if (n > sink->max - sink->len)
        return false;
    while (cap - sink->len < n)
        cap *= 2;
    if (cap > sink->max)
        cap = sink->max;
    bytes = realloc(sink->bytes, cap);
    if (!bytes)
        return false;
    sink->bytes = bytes;
    sink->cap = cap;
    return true;
}

void ph_sink_put(struct ph_sink *sink, const char *bytes, size_t n)
{
    if (sink->failed || n == 0)
        return;
    if (!reserve(sink, n)) {
        sink->failed = true;
        return;
    }
    memcpy(sink->bytes + sink->len, bytes, n);
    sink->len += n;
}

void ph_sink_text(struct ph_sink *sink, const char *text)
{
    ph_sink_put(sink, text, strlen(text));
}

void ph_sink_char(struct ph_sink *sink, char c)
{
    ph_sink_put(sink, &c, 1);
}

void ph_sink_u64(struct ph_sink *sink, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    ph_sink_put(sink, digits + at, sizeof digits - at);
}

/* Very large or very small: let snprintf do it, then undo the locale. */
static void put_scientific(struct ph_sink *sink, double value, int digits)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%.*g", digits, value);

    for (int i = 0; i < n; i++)
        if (!strchr("0123456789+-eE", text[i]))
            text[i] = '.';
    ph_sink_put(sink, text, n > 0 ? (size_t)n : 0);
}

void ph_sink_real(struct ph_sink *sink, double value)
{
    double size = fabs(value);
    uint64_t whole, millionths;
    char fraction[7] = "000000";
    size_t digits = 6;

    if (!isfinite(value) || value == 0) {
        ph_sink_char(sink, '0');
        return;
    }
    if (size >= EXACT_INTEGERS || size < 0.001) {
        put_scientific(sink, value, size < 1 ? 6 : 17);
        return;
    }
    whole = (uint64_t)size;
    millionths = (uint64_t)((size - (double)whole) * 1e6 + 0.5);
    if (millionths == 1000000) {
        whole++;
        millionths = 0;
    }
    if (value < 0)
        ph_sink_char(sink, '-');
    ph_sink_u64(sink, whole);
    if (millionths == 0)
        return;
    for (size_t i = 6; i-- > 0; millionths /= 10)
        fraction[i] = (char)('0' + millionths % 10);
    while (fraction[digits - 1] == '0')
        digits--;
    ph_sink_char(sink, '.');
    ph_sink_put(sink, fraction, digits);
}
