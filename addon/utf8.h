/* SPDX-License-Identifier: MIT */
/**
 * Text of V8 as C strings: the one place that knows which function writes it in which
 * version.
 */
#ifndef PORTHOLE_ADDON_UTF8_H
#define PORTHOLE_ADDON_UTF8_H

#include <v8-local-handle.h>
#include <v8-primitive.h>

class Utf8
{
public:
    /**
     * The first 511 bytes of `text`, whole characters only; "" for an empty handle. May
     * flatten `text`, that is, allocate in the heap.
     *
     * Threads: isolate thread, not inside the collector.
     */
    Utf8(v8::Isolate *isolate, v8::Local<v8::String> text);

    const char *get() const { return bytes_; }

private:
    char bytes_[512];
};

#endif /* PORTHOLE_ADDON_UTF8_H */
