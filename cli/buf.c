/* SPDX-License-Identifier: MIT */
/*
 * buf: byte strings that cannot outgrow their ceiling, whatever a target sends.
 */
#include "buf.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){ .limit = limit };
}

void buf_fini(struct buf *b)
{
    free(b->data);
    buf_init(b, b->limit);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

/* Room for `more` bytes and the NUL, doubling. */
static bool reserve(struct buf *b, size_t more)
{
    size_t limit = b->limit > 0 ? b->limit : BUF_LIMIT;
    size_t room = b->room > 0 ? b->room : 64;

    if (b->full || more > limit - b->len) {
        b->full = true;
        return false;
    }
    while (room < b->len + more + 1)
        room *= 2;
    if (room != b->room) {
        b->data = mem_resize(b->data, room, 1);
        b->room = room;
    }
    return true;
}

bool buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (!reserve(b, len))
        return false;
    if (len > 0)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
    return true;
}

bool buf_puts(struct buf *b, const char *text)
{
    return buf_add(b, text, strlen(text));
}

bool buf_fill(struct buf *b, char c, size_t count)
{
    if (!reserve(b, count))
        return false;
    memset(b->data + b->len, c, count);
    b->len += count;
    b->data[b->len] = '\0';
    return true;
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    char text[1024];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0)
        return false;
    return buf_add(b, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

const char *buf_text(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}
