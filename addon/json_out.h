/* SPDX-License-Identifier: MIT */
/**
 * JSON text of one object, in one buffer that grows up to a ceiling.
 *
 * An append that does not fit, or for which there is no memory, is dropped, and so is all
 * that follows: full() says so. cut() takes back what was begun and opens a small reserve in
 * which the text can be closed. Allocates with malloc() only, and survives its failure.
 *
 * Threads: one at a time.
 */
#ifndef PORTHOLE_ADDON_JSON_OUT_H
#define PORTHOLE_ADDON_JSON_OUT_H

#include "porthole.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

class JsonOut
{
public:
    JsonOut() = default;
    ~JsonOut();
    JsonOut(const JsonOut &) = delete;
    JsonOut &operator=(const JsonOut &) = delete;

    /** Begin again; keeps the memory. Threads: as above, and all that follow. */
    void clear();

    const char *bytes() const { return bytes_; }
    size_t used() const { return used_; }
    /** Nothing more fits, or fill() was called. */
    bool full() const { return full_; }
    /** Memory was out: what is there is of no use. */
    bool failed() const { return failed_; }
    /** cut() was called. */
    bool is_cut() const { return cut_; }

    /** Take no more. */
    void fill() { full_ = true; }

    /** Go back to `mark`, which used() was, and take up to RESERVE bytes more. */
    void cut(size_t mark);

    /** Go back to `mark`. */
    void rewind(size_t mark) { used_ = mark; }

    /** Room for `n` bytes at the end, or nullptr; add() makes them part of the text. */
    char *reserve(size_t n)
    {
        return n <= room_ - used_ && (!full_ || cut_) ? bytes_ + used_ : grow(n);
    }
    void add(size_t n) { used_ += n; }

    void put(char c)
    {
        char *to = reserve(1);

        if (to != nullptr)
            to[0] = c, add(1);
    }
    void put(const char *text, size_t n)
    {
        char *to = reserve(n);

        if (to != nullptr)
            memcpy(to, text, n), add(n);
    }
    void put(const char *text) { put(text, strlen(text)); }

    /** A number as JavaScript writes it; what JSON has no number for is text: "NaN". */
    void put_int(int64_t value);
    void put_double(double value);

    /**
     * Text in Latin-1 or UTF-16, escaped, without quotes. Lone surrogates become U+FFFD.
     *
     * @param in_key  NUL becomes U+2400.
     */
    void put_latin1(const uint8_t *text, size_t n, bool in_key);
    void put_utf16(const uint16_t *text, size_t n, bool in_key);

    /** Put quotes around what was written since `mark`, unless it is a string already. */
    void quote(size_t mark);

    /** Can these bytes of Latin-1 stand in a JSON string as they are? */
    static bool is_plain(const char *text, size_t n);

    static const size_t RESERVE = 128;

private:
    char *grow(size_t n);
    void put_code_point(uint32_t c, bool in_key);

    char  *bytes_ = nullptr;
    size_t used_ = 0;
    size_t room_ = 0; /* how much may be written without a look at the ceiling */
    size_t size_ = 0; /* allocated */
    bool   full_ = false;
    bool   failed_ = false;
    bool   cut_ = false;
};

#endif /* PORTHOLE_ADDON_JSON_OUT_H */
