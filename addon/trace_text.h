/* SPDX-License-Identifier: MIT */
/**
 * The JSON of a trace, in one buffer up to 4 MB. (JsonOut is for one object: 64 KiB.) What
 * there is no memory for is dropped, with all that follows, and failed() says so.
 *
 * Threads: one at a time.
 */
#ifndef PORTHOLE_ADDON_TRACE_TEXT_H
#define PORTHOLE_ADDON_TRACE_TEXT_H

#include <cstddef>
#include <cstdint>
#include <cstring>

class TraceText
{
public:
    TraceText() = default;
    ~TraceText();
    TraceText(const TraceText &) = delete;
    TraceText &operator=(const TraceText &) = delete;

    /** Threads: as above, and all that follow. */
    void put(const char *text) { put(text, strlen(text)); }
    void put(const char *text, size_t n);

    /** A piece of JSON and a number behind it. */
    void put_number(const char *before, uint64_t value);

    /** Text in UTF-8 as a JSON string. */
    void put_string(const char *text);

    const char *bytes() const { return bytes_; }
    size_t size() const { return size_; }
    bool failed() const { return failed_; }

private:
    bool make_room(size_t n);

    char  *bytes_ = nullptr;
    size_t size_ = 0;
    size_t room_ = 0;
    bool   failed_ = false;
};

#endif /* PORTHOLE_ADDON_TRACE_TEXT_H */
