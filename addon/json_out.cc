/* SPDX-License-Identifier: MIT */
/*
 * Escapes text, formats numbers, and stays below PORTHOLE_OBJECT_BYTES.
 *
 * Must not throw, and must not use anything that allocates by operator new: without memory
 * that would end the process.
 */
#include "json_out.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

static const size_t FIRST_SIZE = 4096;
static const size_t SIZE = PORTHOLE_OBJECT_BYTES;
static const uint64_t ONES = 0x0101010101010101;
static const uint64_t TOPS = 0x8080808080808080;
static const double   EXACT = 9007199254740992.0; /* 2^53 */

JsonOut::~JsonOut()
{
    free(bytes_);
}

void JsonOut::clear()
{
    used_ = 0;
    full_ = failed_ = cut_ = false;
    room_ = std::min(size_, SIZE - RESERVE);
}

void JsonOut::cut(size_t mark)
{
    used_ = mark;
    full_ = cut_ = true;
    room_ = size_;
}

void JsonOut::quote(size_t mark)
{
    const size_t n = used_ - mark;

    if (full_ || n == 0 || bytes_[mark] == '"' || reserve(2) == nullptr)
        return;
    memmove(bytes_ + mark + 1, bytes_ + mark, n);
    bytes_[mark] = bytes_[mark + n + 1] = '"';
    add(2);
}

/* Called when there is too little room, or when nothing may be written any more. */
char *JsonOut::grow(size_t n)
{
    const size_t ceiling = cut_ ? SIZE : SIZE - RESERVE;
    const size_t wanted = std::min(std::max(used_ + n, 2 * size_), SIZE);

    if (failed_ || (full_ && !cut_))
        return nullptr;
    if (used_ + n > ceiling) {
        full_ = true;
        return nullptr;
    }
    if (used_ + n > size_) {
        auto *bytes = static_cast<char *>(realloc(bytes_, std::max(wanted, FIRST_SIZE)));

        if (bytes == nullptr) {
            full_ = failed_ = true;
            return nullptr;
        }
        bytes_ = bytes;
        size_ = std::max(wanted, FIRST_SIZE);
    }
    room_ = std::min(size_, ceiling);
    return bytes_ + used_;
}

void JsonOut::put_int(int64_t value)
{
    char digits[24];
    const std::to_chars_result end = std::to_chars(digits, digits + sizeof(digits), value);

    put(digits, static_cast<size_t>(end.ptr - digits));
}

/* JavaScript leaves the plain notation at 1e21 and 1e-7. */
void JsonOut::put_double(double value)
{
    char digits[64];
    const double size = std::fabs(value);

    if (std::isnan(value))
        return put("\"NaN\"");
    if (std::isinf(value))
        return put(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    if (size < EXACT && std::trunc(value) == value)
        return put_int(static_cast<int64_t>(value)); /* -0 becomes 0 */
    const auto format =
        size < 1e21 && size >= 1e-6 ? std::chars_format::fixed : std::chars_format::scientific;
    const std::to_chars_result end =
        std::to_chars(digits, digits + sizeof(digits), value, format);

    put(digits, static_cast<size_t>(end.ptr - digits));
}

/* Eight bytes at a time: none below space, no quote, no backslash, none above ASCII. */
bool JsonOut::is_plain(const char *text, size_t n)
{
    size_t i = 0;
    uint64_t bad = 0;

    for (; i + 8 <= n; i += 8) {
        uint64_t x;

        memcpy(&x, text + i, 8);
        const uint64_t quote = x ^ (ONES * '"');
        const uint64_t backslash = x ^ (ONES * '\\');

        bad |= (x - ONES * ' ') | (quote - ONES) | (backslash - ONES) | x;
    }
    bad &= TOPS;
    for (; i < n; i++) {
        const auto c = static_cast<unsigned char>(text[i]);

        bad |= c < ' ' || c == '"' || c == '\\' || c > '~';
    }
    return bad == 0;
}

static size_t encode_utf8(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = static_cast<char>(c);
        return 1;
    }
    const size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };

    to[0] = static_cast<char>(lead[more] | (c >> (6 * more)));
    for (size_t i = 1; i <= more; i++)
        to[i] = static_cast<char>(0x80 | ((c >> (6 * (more - i))) & 0x3f));
    return more + 1;
}

/* The letter after the backslash for a control character that has one. */
static char short_escape(uint32_t c)
{
    static const char letters[] = "btn\0fr"; /* from 8 to 13 */

    if (c == '"' || c == '\\')
        return static_cast<char>(c);
    return c >= 8 && c <= 13 ? letters[c - 8] : '\0';
}

void JsonOut::put_code_point(uint32_t c, bool in_key)
{
    static const char hex[] = "0123456789abcdef";
    char *to = reserve(6);

    if (to == nullptr)
        return;
    if (c == 0 && in_key)
        c = 0x2400;
    if (c >= ' ' && c != '"' && c != '\\')
        return add(encode_utf8(c, to));
    to[0] = '\\';
    to[1] = short_escape(c);
    if (to[1] != '\0')
        return add(2);
    memcpy(to + 1, "u00", 3);
    to[4] = hex[c >> 4];
    to[5] = hex[c & 15];
    add(6);
}

void JsonOut::put_latin1(const uint8_t *text, size_t n, bool in_key)
{
    for (size_t i = 0; i < n; i++)
        put_code_point(text[i], in_key);
}

void JsonOut::put_utf16(const uint16_t *text, size_t n, bool in_key)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c = text[i];

        if (c >= 0xd800 && c < 0xdc00 && i + 1 < n && text[i + 1] >= 0xdc00 &&
            text[i + 1] < 0xe000)
            c = 0x10000 + ((c - 0xd800) << 10) + (text[++i] - 0xdc00U);
        else if (c >= 0xd800 && c < 0xe000)
            c = 0xfffd;
        put_code_point(c, in_key);
    }
}
