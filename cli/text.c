/* SPDX-License-Identifier: MIT */
/*
 * text: the wall between strings of targets and the terminal, and the width of what
 * passed it. Widths come from a table of our own because wcwidth() follows the locale
 * and answers -1 for everything beyond ASCII in the C locale.
 */
#include "text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/* Invisible or reordering: always escaped. Sorted. */
static const struct range hidden[] = {
    { 0x00AD, 0x00AD }, /* soft hyphen */
    { 0x034F, 0x034F }, /* combining grapheme joiner */
    { 0x061C, 0x061C }, /* Arabic letter mark */
    { 0x115F, 0x1160 }, /* Hangul fillers */
    { 0x17B4, 0x17B5 },   { 0x180B, 0x180F }, { 0x200B, 0x200F },   { 0x2028, 0x202E },
    { 0x2060, 0x206F },   { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },   { 0xFFF0, 0xFFFB }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A },
    { 0xE0000, 0xE0FFF }, /* tags, further variation selectors */
};

/* Combining marks of the scripts that logs and names are written in. Sorted. */
static const struct range combining[] = {
    { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x05BF, 0x05BF },
    { 0x05C1, 0x05C2 }, { 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x0670, 0x0670 },
    { 0x06D6, 0x06DC }, { 0x06DF, 0x06E4 }, { 0x0900, 0x0902 }, { 0x093C, 0x093C },
    { 0x0941, 0x0948 }, { 0x094D, 0x094D }, { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A },
    { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x20D0, 0x20FF },
    { 0x302A, 0x302D }, { 0x3099, 0x309A }, { 0xFE20, 0xFE2F },
};

/* Two columns: East Asian wide and emoji. Sorted. */
static const struct range wide[] = {
    { 0x1100, 0x115E },   { 0x231A, 0x231B },   { 0x23E9, 0x23EC },   { 0x23F0, 0x23F0 },
    { 0x25FD, 0x25FE },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26A1, 0x26A1 },
    { 0x26BD, 0x26BE },   { 0x2705, 0x2705 },   { 0x270A, 0x270B },   { 0x2728, 0x2728 },
    { 0x274C, 0x274C },   { 0x2753, 0x2755 },   { 0x2757, 0x2757 },   { 0x2B50, 0x2B50 },
    { 0x2E80, 0x303E },   { 0x3041, 0x33FF },   { 0x3400, 0x4DBF },   { 0x4E00, 0xA4CF },
    { 0xA960, 0xA97C },   { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE30, 0xFE6F },
    { 0xFF00, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x1F004, 0x1F004 }, { 0x1F0CF, 0x1F0CF },
    { 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A }, { 0x1F200, 0x1F320 }, { 0x1F32D, 0x1F335 },
    { 0x1F337, 0x1F37C }, { 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA }, { 0x1F3E0, 0x1F3F0 },
    { 0x1F400, 0x1F43E }, { 0x1F440, 0x1F440 }, { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D },
    { 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 }, { 0x1F7E0, 0x1F7EB }, { 0x1F90C, 0x1F9FF },
    { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define NOT_UTF8 TEXT_NOT_UTF8

static bool within(uint32_t c, const struct range *ranges, size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c > ranges[middle].last)
            low = middle + 1;
        else if (c < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

/* One code point, or NOT_UTF8 and one byte used. */
static uint32_t decode(const unsigned char *s, size_t len, size_t *used)
{
    static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t need = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t c = need <= 1 ? s[0] : s[0] & (0x7Fu >> need);

    *used = 1;
    if (need == 0 || s[0] > 0xF4 || need > len)
        return NOT_UTF8;
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xC0u) != 0x80)
            return NOT_UTF8;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if (c < lowest[need] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return NOT_UTF8;
    *used = need;
    return c;
}

unsigned text_decode(const char *text, size_t len, size_t *used)
{
    return decode((const unsigned char *)text, len, used);
}

static bool is_nonchar(uint32_t c)
{
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

static void clean_one(struct buf *out, uint32_t c, const unsigned char *bytes, size_t len,
                      enum text_charset charset)
{
    if (c == NOT_UTF8 || is_nonchar(c) || (c == 0xFFFD && charset == TEXT_ASCII))
        buf_puts(out, charset == TEXT_ASCII ? "?" : "\xEF\xBF\xBD");
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        buf_printf(out, "\\x%02x", (unsigned)c);
    else if (within(c, hidden, COUNT(hidden)) || (c >= 0x80 && charset == TEXT_ASCII))
        buf_printf(out, "\\u{%x}", (unsigned)c);
    else
        buf_add(out, bytes, len);
}

/* Bytes of printable ASCII: nearly all there is, and it stays as it is. */
static size_t plain_prefix(const unsigned char *s, size_t len)
{
    size_t i = 0;

    while (i < len && s[i] >= ' ' && s[i] < 0x7F)
        i++;
    return i;
}

static void clean(struct buf *out, const char *text, size_t len, enum text_charset charset,
                  const char *pass)
{
    const unsigned char *s = (const unsigned char *)text;

    for (size_t i = 0, used; i < len; i += used) {
        size_t plain = plain_prefix(s + i, len - i);
        uint32_t c;

        buf_add(out, s + i, plain);
        i += plain;
        if (i == len)
            break;
        c = decode(s + i, len - i, &used);
        if (c > 0 && c < 0x20 && strchr(pass, (int)c) != NULL)
            buf_add(out, s + i, 1);
        else
            clean_one(out, c, s + i, used, charset);
    }
}

void text_clean(struct buf *out, const char *text, size_t len, enum text_charset charset)
{
    clean(out, text, len, charset, "");
}

void text_clean_lines(struct buf *out, const char *text, size_t len, enum text_charset charset)
{
    clean(out, text, len, charset, "\n\t");
}

static size_t width_of(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (within(c, combining, COUNT(combining)))
        return 0;
    return within(c, wide, COUNT(wide)) ? 2 : 1;
}

/* Bytes of the longest prefix within `width` columns; `*taken` the columns it takes. */
static size_t prefix(const char *clean_text, size_t width, size_t *taken)
{
    const unsigned char *s = (const unsigned char *)clean_text;
    size_t len = strlen(clean_text), i = 0, used = 0;

    *taken = 0;
    while (i < len) {
        bool ascii = s[i] < 0x80;
        size_t columns = ascii ? 1 : width_of(decode(s + i, len - i, &used));

        used = ascii ? 1 : used;
        if (columns > width - *taken)
            break;
        *taken += columns;
        i += used;
    }
    return i;
}

size_t text_width(const char *clean_text)
{
    size_t width;

    prefix(clean_text, SIZE_MAX, &width);
    return width;
}

/* The bytes of the longest end within `width` columns. */
static const char *suffix(const char *clean_text, size_t width, size_t *taken)
{
    size_t whole = text_width(clean_text), left = whole, from = 0;

    /* A wide character across the cut goes. */
    for (size_t skip = whole - width; skip <= whole; skip++) {
        from = prefix(clean_text, skip, &left);
        if (left == skip)
            break;
    }
    *taken = whole - left;
    return clean_text + from;
}

void text_fit(struct buf *out, const char *clean_text, size_t width, enum text_align align,
              enum text_charset charset)
{
    size_t taken, bytes = prefix(clean_text, width, &taken), end_taken = 0;
    bool cut = clean_text[bytes] != '\0' && width > 0;
    const char *end = "";

    if (cut && align == TEXT_MIDDLE)
        end = suffix(clean_text, (width - 1) / 3, &end_taken);
    if (cut)
        bytes = prefix(clean_text, width - 1 - end_taken, &taken);
    taken += end_taken + cut;
    if (align == TEXT_RIGHT)
        buf_fill(out, ' ', width - taken);
    buf_add(out, clean_text, bytes);
    if (cut)
        buf_puts(out, charset == TEXT_ASCII ? "~" : "\xE2\x80\xA6");
    buf_puts(out, end);
    if (align != TEXT_RIGHT)
        buf_fill(out, ' ', width - taken);
}

void text_reason(char out[TEXT_REASON_BYTES], int error)
{
    snprintf(out, TEXT_REASON_BYTES, "%s", strerror(error));
    /* "No such file", but "I/O error" keeps its capitals */
    if (islower((unsigned char)out[1]) || out[1] == ' ')
        out[0] = (char)tolower((unsigned char)out[0]);
}

#define WORD 32

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned text_distance(const char *a, const char *b)
{
    unsigned d[WORD][WORD];
    size_t rows = strlen(a), columns = strlen(b);

    if (rows >= WORD || columns >= WORD)
        return UINT32_MAX;
    for (size_t i = 0; i <= rows; i++) {
        for (size_t j = 0; j <= columns; j++) {
            bool same = i > 0 && j > 0 && a[i - 1] == b[j - 1];

            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            d[i][j] = least(d[i - 1][j - 1] + !same, least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[rows][columns];
}
