/* SPDX-License-Identifier: MIT */
/* Looks for the first frame that is neither Node's nor ours. */
#include "caller.h"

#include "utf8.h"

#include <v8-debug.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

/* Deep enough for streams, promises and hooks of others between us and the application. */
static const int MAX_FRAMES = 24;
static const size_t MAX_FUNCTION = 40; /* bytes of a function's name */

static const auto OPTIONS = static_cast<v8::StackTrace::StackTraceOptions>(
    v8::StackTrace::kDetailed | v8::StackTrace::kExposeFramesAcrossSecurityOrigins);

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_inside(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The length of `text` cut to `most` bytes, whole characters only. */
static size_t cut(const char *text, size_t most)
{
    size_t n = strlen(text);

    if (n > most)
        for (n = most; n > 0 && is_inside(static_cast<unsigned char>(text[n])); n--)
            ;
    return n;
}

/* The last `most` bytes of `text`, whole characters only. */
static const char *end_of(const char *text, size_t most)
{
    const size_t n = strlen(text);

    if (n > most)
        for (text += n - most; is_inside(static_cast<unsigned char>(*text)); text++)
            ;
    return text;
}

static void write(v8::Local<v8::StackFrame> frame, const Utf8 &function, const char *file,
                  char *to, size_t room)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    const char *name = function.size() != 0 ? function.get() : "(anonymous)";
    const size_t name_bytes = cut(name, MAX_FUNCTION);
    char place[32];
    const int place_bytes =
        snprintf(place, sizeof(place), ":%d:%d", frame->GetLineNumber(), frame->GetColumn());
    const size_t around = name_bytes + 3 + static_cast<size_t>(std::max(place_bytes, 0)) + 1;
    const size_t left = room > around ? room - around : 0;
    const bool fits = strlen(file) <= left;
    const char *path = fits || left < 3 ? file : end_of(file, left - 3);

    (void)snprintf(to, room, "%.*s (%s%s%s)", static_cast<int>(name_bytes), name,
                   fits ? "" : ellipsis, path, place);
}

void caller_tell(v8::Isolate *isolate, const char *home, char *to, size_t room)
{
    const v8::Local<v8::StackTrace> trace =
        v8::StackTrace::CurrentStackTrace(isolate, MAX_FRAMES, OPTIONS);

    to[0] = '\0';
    for (int i = 0; i < trace->GetFrameCount(); i++) {
        const v8::HandleScope scope(isolate);
        const v8::Local<v8::StackFrame> frame =
            trace->GetFrame(isolate, static_cast<unsigned>(i));
        const Utf8 file(isolate, frame->GetScriptNameOrSourceURL());

        if (file.size() == 0 || begins_with(file.get(), "node:") ||
            begins_with(file.get(), home))
            continue;
        const char *path = begins_with(file.get(), "file://") ? file.get() + 7 : file.get();

        return write(frame, Utf8(isolate, frame->GetFunctionName()), path, to, room);
    }
}
