/* SPDX-License-Identifier: MIT */
/* Appends and escapes. Must not throw: no operator new. */
#include "trace_text.h"

#include <charconv>
#include <cstdlib>

static const size_t FIRST = 16384;
static const size_t MOST = 4U << 20;

TraceText::~TraceText()
{
    free(bytes_);
}

bool TraceText::make_room(size_t n)
{
    size_t room = room_ != 0 ? room_ : FIRST;

    while (room - size_ < n && room < MOST)
        room *= 2;
    if (failed_ || room - size_ < n)
        return false;
    char *bytes = room != room_ ? static_cast<char *>(realloc(bytes_, room)) : bytes_;

    if (bytes == nullptr)
        return false;
    bytes_ = bytes;
    room_ = room;
    return true;
}

void TraceText::put(const char *text, size_t n)
{
    failed_ = !make_room(n);
    if (failed_)
        return;
    memcpy(bytes_ + size_, text, n);
    size_ += n;
}

void TraceText::put_number(const char *before, uint64_t value)
{
    char digits[20];
    const std::to_chars_result end = std::to_chars(digits, digits + sizeof(digits), value);

    put(before);
    put(digits, static_cast<size_t>(end.ptr - digits));
}

void TraceText::put_string(const char *text)
{
    static const char hex[] = "0123456789abcdef";

    put("\"", 1);
    while (*text != '\0') {
        const size_t plain = strcspn(text, "\"\\\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"
                                           "\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
                                           "\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");

        put(text, plain);
        text += plain;
        if (*text == '\0')
            break;
        const auto c = static_cast<unsigned char>(*text++);
        const char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

        put(escape, sizeof(escape));
    }
    put("\"", 1);
}
