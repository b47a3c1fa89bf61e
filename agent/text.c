/* SPDX-License-Identifier: MIT */
/* Owns the escaping of text that comes from the host: names of services, handles,
 * event names, peers. Everything that leaves the agent as text goes through here. */
#include "text.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS "\xE2\x80\xA6"    /* U+2026 */

/* Length of the valid UTF-8 character at `s`, or 0: overlong forms, surrogates and
 * code points above U+10FFFF are refused. Reads no further than a NUL. */
static size_t utf8_length(const unsigned char *s)
{
    uint32_t code;
    size_t n;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    code = s[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3Fu);
    }
    if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000))
        return 0;
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    return n;
}

static void put_control(struct ph_sink *sink, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

    ph_sink_put(sink, text, sizeof text);
}

/* Length of the longest run that needs no escaping, so that it is copied at once. */
static size_t plain_run(const unsigned char *s, const char *special)
{
    size_t n = 0;

    while (s[n] >= 0x20 && s[n] < 0x7F && !strchr(special, s[n]))
        n++;
    return n;
}

/* Append one character beyond plain ASCII; returns the bytes consumed. */
static size_t put_character(struct ph_sink *sink, const unsigned char *s)
{
    size_t n = utf8_length(s);

    if (n == 0) {
        ph_sink_text(sink, REPLACEMENT);
        return 1;
    }
    ph_sink_put(sink, (const char *)s, n);
    return n;
}

/* Up to the next NUL, which is returned. */
static const char *put_json(struct ph_sink *sink, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s) {
        size_t n = plain_run(s, "\"\\");

        ph_sink_put(sink, (const char *)s, n);
        s += n;
        if (*s == '"' || *s == '\\') {
            ph_sink_char(sink, '\\');
            ph_sink_char(sink, (char)*s++);
        } else if (*s && (*s < 0x20 || *s == 0x7F)) {
            put_control(sink, *s++);
        } else if (*s) {
            s += put_character(sink, s);
        }
    }
    return (const char *)s;
}

void ph_text_json(struct ph_sink *sink, const char *text)
{
    ph_sink_char(sink, '"');
    put_json(sink, text);
    ph_sink_char(sink, '"');
}

void ph_text_json_bytes(struct ph_sink *sink, const char *bytes, size_t n, const char *nul)
{
    const char *end = bytes + n, *at = bytes;

    ph_sink_char(sink, '"');
    while ((at = put_json(sink, at)) < end) {
        ph_sink_text(sink, nul);
        at++;
    }
    ph_sink_char(sink, '"');
}

size_t ph_text_utf8(const char *text)
{
    return utf8_length((const unsigned char *)text);
}

static void put_exposition(struct ph_sink *sink, const char *text, const char *special)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s) {
        size_t n = plain_run(s, special);

        ph_sink_put(sink, (const char *)s, n);
        s += n;
        if (*s == '\n') {
            ph_sink_text(sink, "\\n");
            s++;
        } else if (*s && strchr(special, *s)) {
            ph_sink_char(sink, '\\');
            ph_sink_char(sink, (char)*s++);
        } else if (*s) {
            s += put_character(sink, s);
        }
    }
}

void ph_text_label(struct ph_sink *sink, const char *text)
{
    put_exposition(sink, text, "\"\\");
}

void ph_text_help(struct ph_sink *sink, const char *text)
{
    put_exposition(sink, text, "\\");
}

void ph_text_copy(char *dst, size_t cap, const char *src)
{
    const unsigned char *s = (const unsigned char *)(src ? src : "");
    const size_t room = cap - sizeof ELLIPSIS; /* cut here when more is to come */
    size_t len = 0, cut = 0;

    while (*s) {
        size_t n = utf8_length(s);

        if (len + (n ? n : 1) >= cap) {
            memcpy(dst + cut, ELLIPSIS, sizeof ELLIPSIS);
            return;
        }
        if (n)
            memcpy(dst + len, s, n);
        else
            dst[len] = '?';
        len += n ? n : 1;
        s += n ? n : 1;
        if (len <= room)
            cut = len;
    }
    dst[len] = '\0';
}
