/* SPDX-License-Identifier: MIT */
#include "agent/encode_stack.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "alloc.h"

static struct ph_result result;
static struct ph_sink sink;

static void init(void)
{
    ph_result_init(&result);
    ph_sink_init(&sink, 1 << 20);
}

static void fini(void)
{
    ph_result_fini(&result);
    ph_sink_fini(&sink);
}

TestSuite(encode_stack, .init = init, .fini = fini);

static void add(const char *function, const char *file, uint32_t line, uint32_t column)
{
    const struct porthole_frame f = { function, file, line, column, PORTHOLE_FRAME_JS, false };

    cr_assert(ph_result_add_frame(&result, &f));
}

static const char *written(void)
{
    ph_sink_put(&sink, "", 1);
    cr_assert_not(sink.failed);
    return sink.bytes;
}

static json_t *parsed(void)
{
    json_error_t at;
    json_t *json;

    ph_sink_text(&sink, "{");
    ph_encode_frames(&result, &sink);
    ph_sink_text(&sink, "}");
    json = json_loads(written(), JSON_REJECT_DUPLICATES, &at);
    cr_assert_not_null(json, "%s at %d: %s", at.text, at.position, sink.bytes);
    return json;
}

Test(encode_stack, frames_have_the_members_of_the_contract)
{
    const struct porthole_frame made = { "Job", "file:///app/y.mjs", 7,
                                         0,     PORTHOLE_FRAME_WASM, true };

    add("spin", "/app/x.js", 3, 5);
    ph_result_add_frame(&result, &made);
    ph_encode_frames(&result, &sink);

    cr_assert_str_eq(written(),
                     "\"frames\":["
                     "{\"function\":\"spin\",\"file\":\"/app/x.js\",\"line\":3,\"column\":5,"
                     "\"kind\":\"js\"},"
                     "{\"function\":\"Job\",\"file\":\"file:///app/y.mjs\",\"line\":7,"
                     "\"column\":null,\"kind\":\"wasm\",\"constructor\":true}"
                     "],\"frames_truncated\":false");
}

Test(encode_stack, no_javascript_is_no_frames)
{
    ph_encode_frames(&result, &sink);

    cr_assert_str_eq(written(), "\"frames\":[],\"frames_truncated\":false");
}

Test(encode_stack, a_cut_is_told)
{
    json_t *json;

    for (unsigned i = 0; i < PH_RESULT_FRAMES; i++)
        add("recurse", "/app/x.js", 1, 1);
    result.cut = true;
    json = parsed();

    cr_assert_eq(json_array_size(json_object_get(json, "frames")), PH_RESULT_FRAMES);
    cr_assert(json_is_true(json_object_get(json, "frames_truncated")));
    json_decref(json);
}

Test(encode_stack, hostile_names_are_valid_json)
{
    static const char *const names[] = {
        "\"}],\"x\":[{\"", "\\",        "\n\r\t\x01",       "\xFF\xFE\x80",
        "\xED\xA0\x80",    "</script>", "\xF0\x9F\x9A\xA2", "'; DROP",
    };
    const size_t n = sizeof names / sizeof names[0];
    json_t *json, *frames;

    for (size_t i = 0; i < n; i++)
        add(names[i], names[n - 1 - i], 1, 1);
    json = parsed();
    frames = json_object_get(json, "frames");

    cr_assert_eq(json_object_size(json), 2, "no name broke out of its string");
    cr_assert_eq(json_array_size(frames), n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(json_object_size(json_array_get(frames, i)), 5);
    json_decref(json);
}

Test(encode_stack, text_is_what_v8_users_know)
{
    const struct porthole_frame made = { "Job", "/app/x.js", 9, 2, PORTHOLE_FRAME_JS, true };

    add("spin", "/app/x.js", 3, 5);
    add("", "", 0, 0);
    add("f", "node:fs", 12, 0);
    ph_result_add_frame(&result, &made);
    result.cut = true;
    ph_encode_frames_text(&result, &sink);

    cr_assert_str_eq(written(), "    at spin (/app/x.js:3:5)\n"
                                "    at (anonymous) (unknown)\n"
                                "    at f (node:fs:12)\n"
                                "    at new Job (/app/x.js:9:2)\n"
                                "    (further frames not shown)\n");
}

Test(encode_stack, the_top_frame_is_the_innermost)
{
    char top[64];

    add("spin", "/app/x.js", 3, 5);
    add("main", "/app/x.js", 9, 1);

    cr_assert_str_eq(ph_encode_top_frame(&result, top, sizeof top), "spin (/app/x.js:3:5)");
}

Test(encode_stack, without_frames_there_is_no_top)
{
    char top[64] = "old";

    cr_assert_str_eq(ph_encode_top_frame(&result, top, sizeof top), "");
}

Test(encode_stack, a_long_top_is_cut_at_a_character)
{
    char long_name[6000], top[20];

    for (size_t i = 0; i + 2 < sizeof long_name; i += 2)
        memcpy(long_name + i, "\xC3\xA4", 3);
    add(long_name, "/app/x.js", 1, 1);
    ph_encode_top_frame(&result, top, sizeof top);

    cr_assert_lt(strlen(top), sizeof top);
    cr_assert_str_eq(top + strlen(top) - 3, "\xE2\x80\xA6");
    cr_assert_eq(strncmp(top, "\xC3\xA4\xC3\xA4", 4), 0, "%s", top);
}

Test(encode_stack, every_kind_has_a_name)
{
    cr_assert_str_eq(ph_frame_kind_name(PORTHOLE_FRAME_JS), "js");
    cr_assert_str_eq(ph_frame_kind_name(PORTHOLE_FRAME_EVAL), "eval");
    cr_assert_str_eq(ph_frame_kind_name(PORTHOLE_FRAME_WASM), "wasm");
    cr_assert_str_eq(ph_frame_kind_name(PORTHOLE_FRAME_RUNTIME), "runtime");
    cr_assert_str_eq(ph_frame_kind_name(200), "js", "a host may be newer than we are");
}

Test(encode_stack, survives_every_failed_allocation)
{
    add("spin", "/app/x.js", 3, 5);
    EVERY_ALLOC_FAILS({
        char top[64];

        ph_sink_fini(&sink);
        ph_encode_frames(&result, &sink);
        ph_encode_frames_text(&result, &sink);
        cr_assert_eq(strncmp(ph_encode_top_frame(&result, top, sizeof top), "spin", 4), 0);
        cr_assert(alloc_failed() || !sink.failed);
    });
}
