/* SPDX-License-Identifier: MIT */
/* Owns how a stack looks on the wire. */
#include "encode_stack.h"

#include <stdio.h>

#include "text.h"

const char *ph_frame_kind_name(unsigned kind)
{
    static const char *const names[] = { [PORTHOLE_FRAME_JS] = "js",
                                         [PORTHOLE_FRAME_EVAL] = "eval",
                                         [PORTHOLE_FRAME_WASM] = "wasm",
                                         [PORTHOLE_FRAME_RUNTIME] = "runtime" };

    return kind < sizeof names / sizeof names[0] ? names[kind] : "js";
}

static void put_number(struct ph_sink *sink, const char *key, uint32_t value)
{
    ph_sink_text(sink, key);
    if (value)
        ph_sink_u64(sink, value);
    else
        ph_sink_text(sink, "null");
}

static void put_frame(const struct ph_result *r, const struct ph_result_frame *f,
                      struct ph_sink *sink)
{
    ph_sink_text(sink, "{\"function\":");
    ph_text_json(sink, ph_result_text(r, f->function));
    ph_sink_text(sink, ",\"file\":");
    ph_text_json(sink, ph_result_text(r, f->file));
    put_number(sink, ",\"line\":", f->line);
    put_number(sink, ",\"column\":", f->column);
    ph_sink_text(sink, ",\"kind\":");
    ph_text_json(sink, ph_frame_kind_name(f->kind));
    ph_sink_text(sink, f->constructor ? ",\"constructor\":true}" : "}");
}

void ph_encode_frames(const struct ph_result *r, struct ph_sink *sink)
{
    size_t n;
    const struct ph_result_frame *frames = ph_result_frames(r, &n);

    ph_sink_text(sink, "\"frames\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            ph_sink_char(sink, ',');
        put_frame(r, &frames[i], sink);
    }
    ph_sink_text(sink, "],\"frames_truncated\":");
    ph_sink_text(sink, r->cut ? "true" : "false");
}

static void put_place(const struct ph_result *r, const struct ph_result_frame *f,
                      struct ph_sink *sink)
{
    const char *function = ph_result_text(r, f->function), *file = ph_result_text(r, f->file);

    ph_sink_text(sink, f->constructor ? "new " : "");
    ph_sink_text(sink, function[0] ? function : "(anonymous)");
    ph_sink_text(sink, " (");
    ph_sink_text(sink, file[0] ? file : "unknown");
    if (f->line) {
        ph_sink_char(sink, ':');
        ph_sink_u64(sink, f->line);
    }
    if (f->line && f->column) {
        ph_sink_char(sink, ':');
        ph_sink_u64(sink, f->column);
    }
    ph_sink_char(sink, ')');
}

void ph_encode_frames_text(const struct ph_result *r, struct ph_sink *sink)
{
    size_t n;
    const struct ph_result_frame *frames = ph_result_frames(r, &n);

    for (size_t i = 0; i < n; i++) {
        ph_sink_text(sink, "    at ");
        put_place(r, &frames[i], sink);
        ph_sink_char(sink, '\n');
    }
    if (r->cut)
        ph_sink_text(sink, "    (further frames not shown)\n");
}

const char *ph_encode_top_frame(const struct ph_result *r, char *out, size_t cap)
{
    size_t n;
    const struct ph_result_frame *frames = ph_result_frames(r, &n);
    struct ph_sink sink;

    out[0] = '\0';
    if (n == 0)
        return out;
    ph_sink_init(&sink, 4096);
    put_place(r, &frames[0], &sink);
    ph_sink_put(&sink, "", 1);
    ph_text_copy(out, cap, sink.failed ? ph_result_text(r, frames[0].function) : sink.bytes);
    ph_sink_fini(&sink);
    return out;
}
