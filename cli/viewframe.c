/* SPDX-License-Identifier: MIT */
#include "viewframe.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void viewframe_reset(struct view_frame *frame, size_t width, size_t height,
                     enum text_charset charset)
{
    for (size_t i = height; i < frame->count; i++)
        buf_fini(&frame->lines[i].text);
    frame->lines = mem_resize(frame->lines, height, sizeof *frame->lines);
    for (size_t i = 0; i < height; i++) {
        struct buf text = i < frame->count ? frame->lines[i].text : (struct buf){ 0 };

        buf_clear(&text);
        frame->lines[i] = (struct view_line){ .text = text };
    }
    frame->count = height;
    frame->width = width;
    frame->charset = charset;
}

void view_frame_fini(struct view_frame *frame)
{
    viewframe_reset(frame, 0, 0, frame->charset);
    free(frame->lines);
    *frame = (struct view_frame){ 0 };
}

void viewframe_put(struct view_frame *frame, size_t line, enum view_style style,
                   const char *clean)
{
    if (line >= frame->count)
        return;
    buf_clear(&frame->lines[line].text);
    frame->lines[line].style = style;
    text_fit(&frame->lines[line].text, clean, frame->width, TEXT_LEFT, frame->charset);
}

void viewframe_put_both(struct view_frame *frame, size_t line, enum view_style style,
                        const char *left, const char *right)
{
    size_t used = text_width(left), wanted = text_width(right);
    struct buf text = { 0 };

    buf_puts(&text, left);
    if (used + wanted + 2 <= frame->width) {
        buf_fill(&text, ' ', frame->width - used - wanted);
        buf_puts(&text, right);
    }
    viewframe_put(frame, line, style, buf_text(&text));
    buf_fini(&text);
}

void viewframe_mark(struct view_frame *frame, size_t line, size_t from, size_t width,
                    enum view_style style)
{
    struct view_line *l;

    if (line >= frame->count || from >= frame->width)
        return;
    l = &frame->lines[line];
    width = width < frame->width - from ? width : frame->width - from;
    if (l->n_marks < VIEW_MARKS && from + width <= 0xFFFF)
        l->marks[l->n_marks++] =
            (struct view_mark){ (unsigned short)from, (unsigned short)(from + width), style };
}

/* The byte at which a column begins. */
static size_t byte_of(const char *clean, size_t column)
{
    size_t len = strlen(clean), at = 0, taken = 0;

    while (at < len && taken < column) {
        char one[8] = { 0 };
        size_t used;

        text_decode(clean + at, len - at, &used);
        memcpy(one, clean + at, used);
        taken += text_width(one);
        at += used;
    }
    return at;
}

void viewframe_sign(struct view_frame *frame, size_t line, size_t column, char sign)
{
    struct buf *text;
    size_t at;

    if (line >= frame->count || column >= frame->width)
        return;
    text = &frame->lines[line].text;
    at = byte_of(buf_text(text), column);
    if (at < text->len && text->data[at] == ' ')
        text->data[at] = sign;
}

/* Bytes of the next line: up to the last space that fits, else as much as fits. */
static size_t next_break(const char *text, size_t width)
{
    size_t fits = byte_of(text, width), at = fits;

    if (text[fits] == '\0')
        return fits;
    while (at > 0 && text[at] != ' ')
        at--;
    return at > 0 ? at : fits;
}

size_t viewframe_wrap(struct view_frame *frame, size_t line, size_t most, const char *clean)
{
    size_t used = 0;

    while (*clean != '\0' && used < most && frame->width > 1) {
        size_t bytes = used + 1 < most ? next_break(clean, frame->width) : strlen(clean);
        char *part = mem_text(clean, bytes);

        viewframe_put(frame, line + used++, VIEW_PLAIN, part);
        free(part);
        clean += bytes;
        while (*clean == ' ')
            clean++;
    }
    return used;
}
