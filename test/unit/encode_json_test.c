/* SPDX-License-Identifier: MIT */
#include "agent/encode_json.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "porthole.h"

static const struct ph_metric id = { "id", PH_GAUGE, PH_UNIT_COUNT, "Id.", NULL };
static const struct ph_metric used = { "used", PH_GAUGE, PH_UNIT_BYTES, "Used.", NULL };
static const struct ph_metric share = { "share", PH_GAUGE, PH_UNIT_RATIO, "Share.", NULL };
static const struct ph_metric open_fds = { "open", PH_GAUGE, PH_UNIT_COUNT, "Open.", NULL };
static const struct ph_metric hidden = { NULL, PH_GAUGE, PH_UNIT_COUNT, "Hidden.", "hidden" };

static void build_thread(struct ph_builder *b, uint64_t number, const char *name)
{
    ph_build_item(b, NULL, NULL);
    ph_build_uint(b, &id, number);
    ph_build_identity(b);
    ph_build_text(b, "name", name);
    ph_build_identity(b);
    ph_build_object(b, "heap");
    ph_build_uint(b, &used, 100 + number);
    ph_build_real(b, &share, 0.25);
    ph_build_end(b);
    ph_build_object(b, "gc");
    ph_build_uint(b, &used, PORTHOLE_UNKNOWN);
    ph_build_end(b);
    ph_build_end(b);
}

/* A small state with every kind of node in it. */
static struct ph_snapshot *sample(void)
{
    struct ph_builder b;

    ph_build_begin(&b);
    ph_build_object(&b, "service");
    ph_build_text(&b, "name", "a\"b");
    ph_build_bool(&b, "up", true);
    ph_build_real(&b, &share, NAN);
    ph_build_uint(&b, &hidden, 5);
    ph_build_end(&b);
    ph_build_object(&b, "fds");
    ph_build_uint(&b, &open_fds, 3);
    ph_build_map(&b, "by_kind", "kind");
    ph_build_entry(&b, "socket", &open_fds, 2);
    ph_build_entry(&b, "file", &open_fds, 1);
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_array(&b, "threads");
    build_thread(&b, 0, "main");
    build_thread(&b, 1, "worker 1");
    ph_build_end(&b);
    ph_build_object(&b, "empty");
    ph_build_end(&b);
    return ph_build_freeze(&b, 1, 2, 3);
}

/* The JSON of a part of the sample; "" if it was refused. */
static const char *part(const char *section, const char *fields, bool pretty)
{
    static char text[4096];
    struct ph_snapshot *s = sample();
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof text - 1);
    text[0] = '\0';
    if (ph_encode_json_part(s, section ? ph_snapshot_find(s, section) : 0, fields, pretty,
                            &sink)) {
        memcpy(text, sink.bytes, sink.len);
        text[sink.len] = '\0';
    }
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
    return text;
}

Test(json, is_compact_to_the_byte_and_ends_with_a_newline)
{
    cr_assert_str_eq(part(NULL, NULL, false),
                     "{\"service\":{\"name\":\"a\\\"b\",\"up\":true,\"share\":null},"
                     "\"fds\":{\"open\":3,\"by_kind\":{\"socket\":2,\"file\":1}},"
                     "\"threads\":[{\"id\":0,\"name\":\"main\",\"heap\":{\"used\":100,"
                     "\"share\":0.25},\"gc\":{\"used\":null}},"
                     "{\"id\":1,\"name\":\"worker 1\",\"heap\":{\"used\":101,\"share\":0.25},"
                     "\"gc\":{\"used\":null}}],\"empty\":{}}\n");
}

Test(json, a_section_stands_alone)
{
    cr_assert_str_eq(part("service", NULL, false),
                     "{\"name\":\"a\\\"b\",\"up\":true,\"share\":null}\n");
    cr_assert_str_eq(part("empty", NULL, false), "{}\n");
}

Test(json, pretty_indents_by_two)
{
    cr_assert_str_eq(part("fds", NULL, true), "{\n"
                                              "  \"open\": 3,\n"
                                              "  \"by_kind\": {\n"
                                              "    \"socket\": 2,\n"
                                              "    \"file\": 1\n"
                                              "  }\n"
                                              "}\n");
    cr_assert_str_eq(part("empty", NULL, true), "{}\n");
}

Test(json, fields_keep_the_parts_they_name)
{
    static const struct {
        const char *fields, *json;
    } rows[] = {
        { "fds", "{\"fds\":{\"open\":3,\"by_kind\":{\"socket\":2,\"file\":1}}}\n" },
        { "fds.open", "{\"fds\":{\"open\":3}}\n" },
        { "fds.by_kind.file", "{\"fds\":{\"by_kind\":{\"file\":1}}}\n" },
        { "fds.open,service.up", "{\"service\":{\"up\":true},\"fds\":{\"open\":3}}\n" },
        { "fds.open,fds", "{\"fds\":{\"open\":3,\"by_kind\":{\"socket\":2,\"file\":1}}}\n" },
        { "empty", "{\"empty\":{}}\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(part(NULL, rows[i].fields, false), rows[i].json, "%s: %s",
                         rows[i].fields, part(NULL, rows[i].fields, false));
}

Test(json, fields_nobody_knows_are_left_out)
{
    static const char *const rows[] = { "",     ",",       "nothing", "fd",
                                        "fdss", "fd.open", ".fds",    "hidden" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(part(NULL, rows[i], false), "{}\n", "%s: %s", rows[i],
                         part(NULL, rows[i], false));
    cr_assert_str_eq(part(NULL, "fds.nothing", false), "{\"fds\":{}}\n");
    cr_assert_str_eq(part(NULL, "service.share.deeper", false),
                     "{\"service\":{\"share\":null}}\n");
}

Test(json, items_of_a_list_keep_what_identifies_them)
{
    cr_assert_str_eq(part(NULL, "threads.heap.used", false),
                     "{\"threads\":[{\"id\":0,\"name\":\"main\",\"heap\":{\"used\":100}},"
                     "{\"id\":1,\"name\":\"worker 1\",\"heap\":{\"used\":101}}]}\n");
}

Test(json, fields_count_from_the_section_asked_for)
{
    cr_assert_str_eq(part("fds", "open", false), "{\"open\":3}\n");
    cr_assert_str_eq(part("threads", "gc", false),
                     "[{\"id\":0,\"name\":\"main\",\"gc\":{\"used\":null}},"
                     "{\"id\":1,\"name\":\"worker 1\",\"gc\":{\"used\":null}}]\n");
}

Test(json, fields_up_to_the_ceiling_are_allowed_and_one_more_is_not)
{
    char fields[512] = "fds.open";

    for (int i = 1; i < PH_JSON_FIELDS; i++)
        snprintf(fields + strlen(fields), sizeof fields - strlen(fields), ",x%d", i);
    cr_assert_str_eq(part(NULL, fields, false), "{\"fds\":{\"open\":3}}\n");

    snprintf(fields + strlen(fields), sizeof fields - strlen(fields), ",x");
    cr_assert_str_eq(part(NULL, fields, false), "");
}

Test(json, histograms_tell_their_figures_in_milliseconds)
{
    static const struct ph_metric pause = { "pause", PH_HISTOGRAM, PH_UNIT_MS, "Pause.", NULL };
    static struct ph_hist hist;
    struct ph_hist_view view;
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    ph_hist_record(&hist, 1 << 20, 1);
    ph_hist_read(&hist, &view);
    ph_build_begin(&b);
    ph_build_hist(&b, &pause, &view);
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, 4096);
    ph_encode_json(s, &sink);
    ph_sink_char(&sink, '\0');

    cr_assert_str_eq(
        sink.bytes,
        "{\"pause\":{\"count\":1,\"sum\":1.048576,\"mean\":1.048576,\"p50\":1.048576,"
        "\"p90\":1.048576,\"p99\":1.048576,\"max\":1.048576}}\n");
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}

Test(json, the_deepest_state_is_still_indented)
{
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    ph_build_begin(&b);
    for (unsigned i = 1; i < PH_SNAPSHOT_DEPTH; i++)
        ph_build_object(&b, "d");
    ph_build_null(&b, "bottom");
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, 65536);
    ph_encode_json_part(s, 0, NULL, true, &sink);
    ph_sink_char(&sink, '\0');

    cr_assert_not_null(
        strstr(sink.bytes, "\n                                \"bottom\": null\n"));
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}

Test(json, fails_with_its_sink_and_not_otherwise)
{
    struct ph_snapshot *s = sample();
    struct ph_sink small, large;

    ph_sink_init(&small, 100);
    ph_sink_init(&large, 4096);
    ph_encode_json(s, &small);
    ph_encode_json(s, &large);

    cr_assert(small.failed);
    cr_assert(!large.failed);
    ph_sink_fini(&small);
    ph_sink_fini(&large);
    ph_snapshot_unref(s);
}

Test(json, needs_no_allocation_but_the_sinks)
{
    struct ph_snapshot *s = sample();
    struct ph_sink sink;
    size_t before;

    ph_sink_init(&sink, 4096);
    before = alloc_calls();
    ph_encode_json(s, &sink);

    cr_assert_eq(alloc_calls() - before, 1);
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}
