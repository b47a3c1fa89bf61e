/* SPDX-License-Identifier: MIT */
#include "agent/encode_calls.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "agent/clock.h"
#include "alloc.h"

static struct ph_result result;
static struct ph_sink sink;

static void init(void)
{
    ph_result_init(&result);
    ph_sink_init(&sink, 96u << 20);
}

static void fini(void)
{
    ph_result_fini(&result);
    ph_sink_fini(&sink);
}

TestSuite(encode_calls, .init = init, .fini = fini);

static void add(uint32_t id, uint32_t parent, const char *function, uint64_t hits)
{
    const struct porthole_node node = { .id = id,
                                        .parent = parent,
                                        .function = function,
                                        .file = parent ? "/app/x.js" : "",
                                        .script_id = parent ? 7 : 0,
                                        .line = parent ? 10 + id : 0,
                                        .column = parent ? 1 : 0,
                                        .hits = hits,
                                        .self_bytes = hits * 16 };

    cr_assert(ph_result_add_node(&result, &node));
}

/* (root) -> main -> a, b; b -> a */
static void add_tree(void)
{
    add(1, 0, "(root)", 0);
    add(2, 1, "main", 1);
    add(3, 2, "a", 20);
    add(4, 2, "b", 0);
    add(5, 4, "a", 300);
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
    json_t *json = json_loads(written(), JSON_REJECT_DUPLICATES, &at);

    cr_assert_not_null(json, "%s at %d: %.500s", at.text, at.position, sink.bytes);
    return json;
}

static long long number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    cr_assert(json_is_integer(value), "%s", key);
    return json_integer_value(value);
}

/* ---- .cpuprofile ------------------------------------------------------------------- */

Test(encode_calls, a_cpuprofile_is_what_devtools_define)
{
    add(1, 0, "(root)", 0);
    add(2, 1, "main", 1);
    result.began_us = 1000;
    result.ended_us = 5000;
    ph_result_add_sample(&result, 2, 1500);
    ph_result_add_sample(&result, 1, 2700);
    cr_assert(ph_encode_cpuprofile(&result, "\"porthole\":{\"pid\":9}", &sink));

    cr_assert_str_eq(
        written(),
        "{\"nodes\":["
        "{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\",\"scriptId\":\"0\",\"url\":\"\","
        "\"lineNumber\":-1,\"columnNumber\":-1},\"hitCount\":0,\"children\":[2]},"
        "{\"id\":2,\"callFrame\":{\"functionName\":\"main\",\"scriptId\":\"7\",\"url\":"
        "\"/app/x.js\",\"lineNumber\":11,\"columnNumber\":0},\"hitCount\":1}],"
        "\"startTime\":1000,\"endTime\":5000,\"samples\":[2,1],\"timeDeltas\":[500,1200],"
        "\"porthole\":{\"pid\":9}}\n");
}

Test(encode_calls, children_are_in_the_order_they_came)
{
    json_t *json, *main_node, *expected = json_pack("[ii]", 3, 4);

    add_tree();
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    main_node = json_array_get(json_object_get(json, "nodes"), 1);

    cr_assert(json_equal(json_object_get(main_node, "children"), expected));
    json_decref(expected);
    json_decref(json);
}

Test(encode_calls, a_clock_that_goes_back_gives_no_negative_delta)
{
    json_t *json, *deltas;
    long long sum = 0;

    add_tree();
    result.began_us = 1000;
    ph_result_add_sample(&result, 3, 900);
    ph_result_add_sample(&result, 3, 2000);
    ph_result_add_sample(&result, 3, 1500);
    ph_result_add_sample(&result, 3, 2500);
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    deltas = json_object_get(json, "timeDeltas");

    for (size_t i = 0; i < 4; i++) {
        cr_assert_geq(json_integer_value(json_array_get(deltas, i)), 0);
        sum += json_integer_value(json_array_get(deltas, i));
    }
    cr_assert_eq(sum, 1500, "the last sample is where it was");
    json_decref(json);
}

/* ---- .heapprofile ------------------------------------------------------------------ */

Test(encode_calls, a_heapprofile_is_what_devtools_define)
{
    add(1, 0, "(root)", 0);
    add(2, 1, "main", 6);
    ph_result_add_allocation(&result, 2, 48, 2);
    cr_assert(ph_encode_heapprofile(&result, "\"porthole\":{}", &sink));

    cr_assert_str_eq(
        written(),
        "{\"head\":{\"callFrame\":{\"functionName\":\"(root)\",\"scriptId\":\"0\",\"url\":\"\","
        "\"lineNumber\":-1,\"columnNumber\":-1},\"selfSize\":0,\"id\":1,\"children\":["
        "{\"callFrame\":{\"functionName\":\"main\",\"scriptId\":\"7\",\"url\":\"/app/x.js\","
        "\"lineNumber\":11,\"columnNumber\":0},\"selfSize\":96,\"id\":2,\"children\":[]}]},"
        "\"samples\":[{\"size\":96,\"nodeId\":2,\"ordinal\":1}],\"porthole\":{}}\n");
}

static size_t count_nested(const json_t *node)
{
    const json_t *children = json_object_get(node, "children");
    size_t n = 1;

    for (size_t i = 0; i < json_array_size(children); i++)
        n += count_nested(json_array_get(children, i));
    return n;
}

Test(encode_calls, a_heapprofile_nests_every_node_once)
{
    json_t *json;

    add_tree();
    add(6, 1, "last", 1);
    cr_assert(ph_encode_heapprofile(&result, "", &sink));
    json = parsed();

    cr_assert_eq(count_nested(json_object_get(json, "head")), 6);
    json_decref(json);
}

/* ---- Folded ------------------------------------------------------------------------ */

Test(encode_calls, folded_stacks_are_a_line_for_each_place_with_hits)
{
    add_tree();
    cr_assert(ph_encode_folded(&result, &sink));

    cr_assert_str_eq(written(), "main (/app/x.js:12) 1\n"
                                "main (/app/x.js:12);a (/app/x.js:13) 20\n"
                                "main (/app/x.js:12);b (/app/x.js:14);a (/app/x.js:15) 300\n");
}

Test(encode_calls, names_cannot_break_a_folded_line)
{
    add(1, 0, "(root)", 0);
    add(2, 1, "a;b\nc 9\r", 4);
    add(3, 2, "", 5);
    cr_assert(ph_encode_folded(&result, &sink));

    cr_assert_str_eq(written(), "a_b_c 9_ (/app/x.js:12) 4\n"
                                "a_b_c 9_ (/app/x.js:12);(anonymous) (/app/x.js:13) 5\n");
}

/* ---- Trees that are not as they should be -------------------------------------------- */

static bool (*const encoders[])(const struct ph_result *, const char *,
                                struct ph_sink *) = { ph_encode_cpuprofile,
                                                      ph_encode_heapprofile };

Test(encode_calls, an_empty_result_is_still_a_file)
{
    json_t *json;

    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    cr_assert_eq(json_array_size(json_object_get(json, "nodes")), 0);
    cr_assert_eq(json_array_size(json_object_get(json, "samples")), 0);
    json_decref(json);
    ph_sink_fini(&sink);

    cr_assert(ph_encode_heapprofile(&result, "", &sink));
    json = parsed();
    cr_assert(json_is_null(json_object_get(json, "head")));
    json_decref(json);
    ph_sink_fini(&sink);

    cr_assert(ph_encode_folded(&result, &sink));
    cr_assert_eq(sink.len, 0);
}

Test(encode_calls, an_unknown_parent_is_the_root)
{
    json_t *json, *root;

    add(1, 0, "(root)", 0);
    add(2, 99, "orphan", 1);
    add(3, UINT32_MAX, "orphan", 1);
    add(4, 0, "another root", 1);
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    root = json_array_get(json_object_get(json, "nodes"), 0);

    cr_assert_eq(json_array_size(json_object_get(root, "children")), 3);
    json_decref(json);
}

Test(encode_calls, nodes_that_are_their_own_ancestors_end)
{
    add(1, 0, "(root)", 0);
    add(2, 2, "self", 1);
    add(3, 4, "one", 1);
    add(4, 3, "other", 1);

    for (size_t i = 0; i < 2; i++) {
        cr_assert(encoders[i](&result, "", &sink));
        json_decref(parsed());
        ph_sink_fini(&sink);
    }
    cr_assert(ph_encode_folded(&result, &sink));
}

Test(encode_calls, ids_may_be_any_numbers_in_any_order)
{
    json_t *json;

    add(4000000000u, 0, "(root)", 0);
    add(7, UINT32_MAX, "inner", 1);
    add(UINT32_MAX, 4000000000u, "outer", 1);
    cr_assert(ph_encode_heapprofile(&result, "", &sink));
    json = parsed();
    cr_assert_eq(count_nested(json_object_get(json, "head")), 3);
    json_decref(json);
    ph_sink_fini(&sink);
    cr_assert(ph_encode_folded(&result, &sink));

    cr_assert_not_null(strstr(written(), ";inner (/app/x.js:17) 1\n"));
}

Test(encode_calls, hostile_names_are_valid_json)
{
    static const char *const names[] = { "\"}]}", "\\", "\x01\n", "\xFF\xC0\x80",
                                         "]}\xED\xA0" };

    add(1, 0, "(root)", 0);
    for (uint32_t i = 0; i < 5; i++)
        add(i + 2, i + 1, names[i], 1);

    for (size_t i = 0; i < 2; i++) {
        cr_assert(encoders[i](&result, "", &sink));
        json_decref(parsed());
        ph_sink_fini(&sink);
    }
}

/* ---- A runaway recursion ------------------------------------------------------------- */

#define DEEP 100000u

static void add_chain(void)
{
    add(1, 0, "(root)", 0);
    for (uint32_t i = 2; i <= DEEP; i++)
        add(i, i - 1, "r", i == DEEP);
}

Test(encode_calls, a_chain_of_100000_needs_no_stack)
{
    json_t *json;
    size_t open = 0, depth = 0;

    add_chain();
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    cr_assert_eq(json_array_size(json_object_get(json, "nodes")), DEEP);
    json_decref(json);
    ph_sink_fini(&sink);

    cr_assert(ph_encode_heapprofile(&result, "", &sink)); /* too deep for jansson */
    for (size_t i = 0; i < sink.len; i++) {
        open += sink.bytes[i] == '[';
        depth += sink.bytes[i] == ']';
        cr_assert_leq(depth, open);
    }
    cr_assert_eq(open, DEEP + 1);
    cr_assert_eq(depth, open);
}

Test(encode_calls, a_folded_chain_keeps_its_innermost_part)
{
    const char *text;
    size_t frames = 1;

    add_chain();
    cr_assert(ph_encode_folded(&result, &sink));
    text = written();
    for (const char *c = text; *c; c++)
        frames += *c == ';';

    cr_assert_eq(frames, 4096);
    cr_assert_not_null(strstr(text, "r (/app/x.js:100010) 1\n"), "the innermost is there");
}

/* All nodes beneath one: linear, not a search per child. */
Test(encode_calls, a_wide_tree_is_encoded_in_no_time)
{
    uint64_t began_ns;

    add(1, 0, "(root)", 0);
    for (uint32_t i = 2; i <= 200000; i++)
        add(i, 1, "leaf", 1);
    began_ns = ph_clock_thread_cpu_ns();
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    ph_sink_fini(&sink);
    cr_assert(ph_encode_heapprofile(&result, "", &sink));

    cr_assert_lt(ph_clock_thread_cpu_ns() - began_ns, 20 * PH_NS_PER_S);
}

/* ---- Numbers of real profiles --------------------------------------------------------- */

Test(encode_calls, samples_and_children_name_nodes_that_are_there)
{
    json_t *json, *nodes;
    size_t n_children = 0;

    add_tree();
    for (uint32_t i = 0; i < 50; i++)
        ph_result_add_sample(&result, 1 + i % 5, i);
    cr_assert(ph_encode_cpuprofile(&result, "", &sink));
    json = parsed();
    nodes = json_object_get(json, "nodes");

    for (size_t i = 0; i < json_array_size(nodes); i++) {
        cr_assert_eq(number(json_array_get(nodes, i), "id"), (long long)i + 1);
        n_children += json_array_size(json_object_get(json_array_get(nodes, i), "children"));
    }
    cr_assert_eq(n_children, 4, "all but the root are somebody's");
    cr_assert_eq(json_array_size(json_object_get(json, "samples")), 50);
    json_decref(json);
}

Test(encode_calls, survives_every_failed_allocation)
{
    add_tree();
    EVERY_ALLOC_FAILS({
        bool good = ph_encode_cpuprofile(&result, "", &sink);

        ph_sink_fini(&sink);
        good &= ph_encode_heapprofile(&result, "", &sink);
        ph_sink_fini(&sink);
        good &= ph_encode_folded(&result, &sink);
        cr_assert((good && !sink.failed) || alloc_failed());
        ph_sink_fini(&sink);
    });
}
