/* SPDX-License-Identifier: MIT */
/*
 * trace: from frames to lines. Where a source map is asked, it is asked for one place at a
 * time, and an original name is believed only if the script spells the generated one there.
 */
#include "trace.h"

#include "units.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LINE_MOST 4294967295.0

/* ---- Texts ------------------------------------------------------------------------- */

static void clean(struct buf *out, const char *text, size_t len, enum text_charset charset)
{
    text_clean(out, text, len < TRACE_TEXT ? len : TRACE_TEXT, charset);
    if (len > TRACE_TEXT)
        buf_puts(out, "...");
}

void trace_text(struct buf *out, const struct doc *value, const char *path,
                enum text_charset charset)
{
    size_t len;
    const char *text = doc_text(value, path, &len);

    if (len > 0)
        clean(out, text, len, charset);
    else
        buf_puts(out, "?");
}

void trace_ms(struct buf *out, double ms)
{
    char text[UNITS_BYTES];

    units_ms(text, ms);
    buf_puts(out, text);
    buf_puts(out, ms < 999.5 ? " ms" : "");
}

/* ---- Frames ------------------------------------------------------------------------ */

/* A frame as it is to be shown: its own texts, or those of the source map. */
struct place {
    const char *function;
    size_t function_len;
    const char *file;
    size_t file_len;
    uint32_t line;
    uint32_t column;
};

static uint32_t count_of(const struct doc *frame, const char *key)
{
    double number = doc_number(frame, key, LINE_MOST);

    return isnan(number) ? 0 : (uint32_t)number;
}

static struct place place_of(const struct doc *frame)
{
    struct place place = { .line = count_of(frame, "line"),
                           .column = count_of(frame, "column") };

    place.function = doc_text(frame, "function", &place.function_len);
    place.file = doc_text(frame, "file", &place.file_len);
    return place;
}

/* A function is named where it is called, in the frame around it: if that place spells the
 * generated name, the name the map has for it is the original one. */
static void find_name(struct place *place, const struct doc *caller,
                      const struct trace_look *look)
{
    const char *dot = strrchr(place->function, '.');
    const char *word = dot != NULL ? dot + 1 : place->function;
    struct place call = place_of(caller);
    struct maps_origin origin;

    if (!maps_spells(look->maps, call.file, call.line, call.column, word) ||
        !maps_find(look->maps, call.file, call.line, call.column, &origin) ||
        origin.name[0] == '\0')
        return;
    place->function = origin.name;
    place->function_len = strlen(origin.name);
}

/* `caller` may be NULL. The texts of `place` live until the next look-up. */
static void map_place(struct place *place, const struct doc *caller,
                      const struct trace_look *look)
{
    struct maps_origin origin;
    struct place here = *place;

    if (look->maps == NULL ||
        !maps_find(look->maps, here.file, here.line, here.column, &origin))
        return;
    find_name(place, caller, look);
    /* again: the look-up of the name has overwritten what it borrowed */
    if (!maps_find(look->maps, here.file, here.line, here.column, &origin))
        return;
    place->file = origin.file;
    place->file_len = strlen(origin.file);
    place->line = origin.line;
    place->column = origin.column;
}

static void put_place(struct buf *out, const struct place *place, enum text_charset charset)
{
    if (place->file_len > 0)
        clean(out, place->file, place->file_len, charset);
    else
        buf_puts(out, "unknown place");
    if (place->line > 0)
        buf_printf(out, ":%u", (unsigned)place->line);
    if (place->line > 0 && place->column > 0)
        buf_printf(out, ":%u", (unsigned)place->column);
}

static void put_frame(struct buf *out, const struct doc *frame, const struct doc *caller,
                      const struct trace_look *look)
{
    const char *kind = doc_text(frame, "kind", NULL);
    struct place place = place_of(frame);

    map_place(&place, caller, look);
    buf_puts(out, doc_is_true(frame, "constructor") ? "    at new " : "    at ");
    if (place.function_len > 0) {
        clean(out, place.function, place.function_len, look->charset);
        buf_puts(out, " (");
        put_place(out, &place, look->charset);
        buf_puts(out, ")");
    } else {
        put_place(out, &place, look->charset);
    }
    if (strcmp(kind, "eval") == 0 || strcmp(kind, "wasm") == 0)
        buf_printf(out, " [%s]", kind);
    buf_puts(out, "\n");
}

static void put_repeats(struct buf *out, size_t repeats)
{
    if (repeats > 0)
        buf_printf(out, "    ... and %zu more call%s of the same\n", repeats,
                   repeats > 1 ? "s" : "");
}

void trace_frames(struct buf *out, const struct doc *frames, bool cut,
                  const struct trace_look *look)
{
    size_t count = doc_count(frames), shown = count < TRACE_FRAMES ? count : TRACE_FRAMES;
    struct buf last = { 0 }, line = { 0 };
    size_t repeats = 0;

    for (size_t i = 0; i < shown; i++) {
        buf_clear(&line);
        put_frame(&line, doc_item(frames, i), doc_item(frames, i + 1), look);
        if (i > 0 && strcmp(buf_text(&line), buf_text(&last)) == 0) {
            repeats++;
            continue;
        }
        put_repeats(out, repeats);
        repeats = 0;
        buf_puts(out, buf_text(&line));
        buf_clear(&last);
        buf_puts(&last, buf_text(&line));
    }
    put_repeats(out, repeats);
    if (shown < count)
        buf_printf(out, "    ... and %zu more frames\n", count - shown);
    else if (cut && count > 0)
        buf_puts(out, "    ... and more frames, which the agent has cut\n");
    buf_fini(&line);
    buf_fini(&last);
}
