/* SPDX-License-Identifier: MIT */
/**
 * Text of V8 as C strings: the one place that knows which function writes it in which
 * version.
 */
#ifndef PORTHOLE_ADDON_UTF8_H
#define PORTHOLE_ADDON_UTF8_H

#include <v8-local-handle.h>
#include <v8-primitive.h>

#include <cstddef>
#include <cstdint>

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
    size_t size() const { return size_; }

    static const size_t ROOM = 512;

private:
    char   bytes_[ROOM];
    size_t size_;
};

/**
 * Copy the first `n` units of `text`, which has that many. Latin-1 only if
 * text->IsOneByte(). Never allocates, in the heap or elsewhere.
 *
 * Threads: isolate thread, not inside the collector.
 */
void utf8_copy_latin1(v8::Isolate *isolate, v8::Local<v8::String> text, uint8_t *to, size_t n);
void utf8_copy_utf16(v8::Isolate *isolate, v8::Local<v8::String> text, uint16_t *to, size_t n);

/**
 * The text as UTF-8; lone surrogates become U+FFFD.
 *
 * @return how many bytes were written, whole characters only.
 *
 * Threads: isolate thread, not inside the collector.
 */
size_t utf8_copy(v8::Isolate *isolate, v8::Local<v8::String> text, char *to, size_t room);

#endif /* PORTHOLE_ADDON_UTF8_H */
