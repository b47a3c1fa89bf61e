/* SPDX-License-Identifier: MIT */
/*
 * jsontext: pure ASCII comes out, so there is no U+2028, no bidirectional control and no
 * broken character for anybody to stumble over.
 */
#include "jsontext.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define REPLACEMENT 0xFFFD

/* One code point, at least one byte. The NUL at the end is never passed over. */
static uint32_t decode(const unsigned char **at)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *s = *at;
    unsigned need = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t c = need <= 1 ? s[0] : s[0] & (0x7Fu >> need);

    *at = s + 1;
    if (need == 0 || s[0] > 0xF4)
        return REPLACEMENT;
    for (unsigned i = 1; i < need; i++) {
        if ((s[i] & 0xC0u) != 0x80)
            return REPLACEMENT;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if (c < least[need] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return REPLACEMENT;
    *at = s + need;
    return c;
}

static void add_character(struct buf *out, uint32_t c)
{
    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", (char)c);
    else if (c >= ' ' && c < 0x7F && c != '<' && c != '>' && c != '&')
        buf_fill(out, (char)c, 1);
    else if (c < 0x10000)
        buf_printf(out, "\\u%04x", c);
    else
        buf_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                   0xDC00 + ((c - 0x10000) & 0x3FF));
}

void jsontext_string(struct buf *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    buf_puts(out, "\"");
    while (*at != '\0')
        add_character(out, decode(&at));
    buf_puts(out, "\"");
}

void jsontext_number(struct buf *out, double value)
{
    if (!isfinite(value))
        buf_puts(out, "null");
    else
        buf_printf(out, "%.15g", value + 0.0);
}
