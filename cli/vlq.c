/* SPDX-License-Identifier: MIT */
/*
 * vlq: digits of Base64, alone and in rows. It reads what strangers wrote: no digit may move
 * a bit out of the number it belongs to.
 */
#include "vlq.h"

#define NO_DIGIT 255
#define MORE 32u

static unsigned digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : NO_DIGIT;
}

bool vlq_read(const char **at, const char *end, int32_t *value)
{
    uint64_t bits = 0;
    unsigned shift = 0;

    for (const char *c = *at; c < end && shift < 35; c++, shift += 5) {
        unsigned d = digit(*c);

        if (d == NO_DIGIT)
            return false;
        bits |= (uint64_t)(d & ~MORE) << shift;
        if ((d & MORE) != 0)
            continue;
        if (bits >> 1 > INT32_MAX)
            return false;
        *value = (bits & 1) != 0 ? -(int32_t)(bits >> 1) : (int32_t)(bits >> 1);
        *at = c + 1;
        return true;
    }
    return false;
}

bool vlq_base64(struct buf *out, const char *text, size_t len)
{
    uint32_t bits = 0;
    unsigned have = 0;

    while (len > 0 && text[len - 1] == '=')
        len--;
    for (size_t i = 0; i < len; i++) {
        unsigned d = digit(text[i]);
        char byte;

        if (d == NO_DIGIT)
            return false;
        bits = bits << 6 | d;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        byte = (char)(bits >> have & 0xFF);
        if (!buf_add(out, &byte, 1))
            return false;
    }
    return len % 4 != 1;
}
