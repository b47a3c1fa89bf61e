/* SPDX-License-Identifier: MIT */
/* Copies text; never calls toString(), which would be the application's code. */
#include "utf8.h"

#include <v8-version.h>

#include <cstddef>

size_t utf8_copy(v8::Isolate *isolate, v8::Local<v8::String> text, char *to, size_t room)
{
#if V8_MAJOR_VERSION >= 13
    return text->WriteUtf8V2(isolate, to, room, v8::String::WriteFlags::kReplaceInvalidUtf8);
#else
    const int options = v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8;

    return static_cast<size_t>(
        text->WriteUtf8(isolate, to, static_cast<int>(room), nullptr, options));
#endif
}

void utf8_copy_latin1(v8::Isolate *isolate, v8::Local<v8::String> text, uint8_t *to, size_t n)
{
#if V8_MAJOR_VERSION >= 13
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(n), to);
#else
    (void)text->WriteOneByte(isolate, to, 0, static_cast<int>(n),
                             v8::String::NO_NULL_TERMINATION);
#endif
}

void utf8_copy_utf16(v8::Isolate *isolate, v8::Local<v8::String> text, uint16_t *to, size_t n)
{
#if V8_MAJOR_VERSION >= 13
    text->WriteV2(isolate, 0, static_cast<uint32_t>(n), to);
#else
    (void)text->Write(isolate, to, 0, static_cast<int>(n), v8::String::NO_NULL_TERMINATION);
#endif
}

Utf8::Utf8(v8::Isolate *isolate, v8::Local<v8::String> text)
    : size_(text.IsEmpty() ? 0 : utf8_copy(isolate, text, bytes_, sizeof(bytes_) - 1))
{
    bytes_[size_] = '\0';
}
