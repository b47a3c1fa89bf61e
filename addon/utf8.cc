/* SPDX-License-Identifier: MIT */
/* Copies text; never calls toString(), which would be the application's code. */
#include "utf8.h"

#include <v8-version.h>

#include <cstddef>

/* How many bytes were written. */
static size_t write(v8::Isolate *isolate, v8::Local<v8::String> text, char *to, size_t room)
{
#if V8_MAJOR_VERSION >= 13
    return text->WriteUtf8V2(isolate, to, room, v8::String::WriteFlags::kReplaceInvalidUtf8);
#else
    const int options = v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8;

    return static_cast<size_t>(
        text->WriteUtf8(isolate, to, static_cast<int>(room), nullptr, options));
#endif
}

Utf8::Utf8(v8::Isolate *isolate, v8::Local<v8::String> text)
{
    const size_t n = text.IsEmpty() ? 0 : write(isolate, text, bytes_, sizeof(bytes_) - 1);

    bytes_[n] = '\0';
}
