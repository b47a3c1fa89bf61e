/* SPDX-License-Identifier: MIT */
/*
 * jsonwrite: recursion is as deep as jsonspan_read() lets a document be.
 */
#include "jsonwrite.h"

#include "text.h"

#include <math.h>
#include <string.h>

void jsonwrite_line(const struct jsonwrite *w)
{
    if (w->indent == NULL)
        return;
    buf_puts(w->out, "\n");
    for (unsigned i = 0; i < w->level; i++)
        buf_puts(w->out, w->indent);
}

static void add_escape(struct buf *out, unsigned c)
{
    static const char codes[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    const char *code = c < 0x80 && c > 0 ? strchr(codes, (int)c) : NULL;

    if (code != NULL)
        buf_printf(out, "\\%c", letters[code - codes]);
    else if (c < 0x10000)
        buf_printf(out, "\\u%04x", c);
    else
        buf_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                   0xDC00 + ((c - 0x10000) & 0x3FF));
}

void jsonwrite_string(const struct jsonwrite *w, struct slice text)
{
    buf_puts(w->out, "\"");
    for (size_t i = 0, used; i < text.len; i += used) {
        unsigned c = text_decode(text.text + i, text.len - i, &used);

        if (c == TEXT_NOT_UTF8)
            buf_puts(w->out, w->ascii ? "\\ufffd" : "\xEF\xBF\xBD");
        else if (c < ' ' || c == '"' || c == '\\' || (w->ascii && c >= 0x7F))
            add_escape(w->out, c);
        else
            buf_add(w->out, text.text + i, used);
    }
    buf_puts(w->out, "\"");
}

void jsonwrite_key(const struct jsonwrite *w, struct slice key, bool *first)
{
    buf_puts(w->out, *first ? "" : ",");
    *first = false;
    jsonwrite_line(w);
    jsonwrite_string(w, key);
    buf_puts(w->out, w->indent != NULL ? ": " : ":");
}

void jsonwrite_number(const struct jsonwrite *w, double value)
{
    if (!isfinite(value))
        buf_puts(w->out, "null");
    else
        buf_printf(w->out, "%.15g", value + 0.0);
}

static void write_string(const struct jsonwrite *w, struct jsonspan string)
{
    struct buf scratch = { .limit = string.len };

    jsonwrite_string(w, jsonspan_slice(string, &scratch));
    buf_fini(&scratch);
}

static void write_members(const struct jsonwrite *w, struct jsonspan container)
{
    struct jsonspan_walk walk = jsonspan_begin(container);
    struct jsonwrite inner = *w;
    struct jsonspan key, value;
    bool first = true;

    inner.level++;
    while (jsonspan_next(&walk, &key, &value)) {
        buf_puts(w->out, first ? "" : ",");
        jsonwrite_line(&inner);
        first = false;
        if (key.len > 0) {
            write_string(w, key);
            buf_puts(w->out, w->indent != NULL ? ": " : ":");
        }
        jsonwrite_value(&inner, value);
    }
    if (!first)
        jsonwrite_line(w);
}

void jsonwrite_value(const struct jsonwrite *w, struct jsonspan value)
{
    char kind = jsonspan_kind(value);

    if (kind == '{' || kind == '[') {
        buf_add(w->out, value.text, 1);
        write_members(w, value);
        buf_puts(w->out, kind == '{' ? "}" : "]");
    } else if (kind == '"') {
        write_string(w, value);
    } else if (kind == '\0') {
        buf_puts(w->out, "null");
    } else {
        buf_add(w->out, value.text, value.len);
    }
}
