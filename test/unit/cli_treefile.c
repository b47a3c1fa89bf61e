/* SPDX-License-Identifier: MIT */
#include "cli/folded.h"
#include "cli/treefile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME(name, line) \
    "\"callFrame\":{\"functionName\":\"" name "\",\"url\":\"/a.js\",\"lineNumber\":" #line "}"
#define ROOT(children) \
    "{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\",\"url\":\"\"}," \
    "\"children\":" children "}"

static struct treefile file;
static char why[128];

static bool load(const char *text)
{
    return treefile_read(text, strlen(text), &file, why);
}

static void end(void)
{
    treefile_fini(&file);
}

TestSuite(cli_treefile, .fini = end);

/* Children stand before and behind their parents, in no order of ids. */
static const char good[] = "{\"nodes\":[{\"id\":9," FRAME("b", 4) "}," ROOT(
    "[1000000000,3]") ","
                      "{\"id\":1000000000," FRAME("a", 1) ",\"children\":[9]},{\"id\":3," FRAME(
                          "b", 4) "}],"
                                  "\"startTime\":100,\"endTime\":1100,\"samples\":[1000000000,"
                                  "9,3,9],"
                                  "\"timeDeltas\":[50,100,200,-5],"
                                  "\"porthole\":{\"service\":\"shop\",\"pid\":7,\"thread\":{"
                                  "\"name\":\"main\"},"
                                  "\"at\":\"2026-11-20T23:06:57.906Z\",\"truncated\":true,"
                                  "\"cost\":{\"loop_ms\":1.5}}}";

static const struct functions_item *function(const char *name)
{
    size_t i = 0;

    while (i < file.tree.functions.count &&
           strcmp(file.tree.functions.items[i].name, name) != 0)
        i++;
    cr_assert_lt(i, file.tree.functions.count, "no function '%s'", name);
    return &file.tree.functions.items[i];
}

Test(cli_treefile, a_sample_lasts_until_the_next_one_and_the_last_until_the_end)
{
    cr_assert(load(good), "%s", why);

    cr_assert_float_eq(function("a")->self, 100, 1e-9);
    cr_assert_float_eq(function("b")->self, 200 + 0 + (1000 - 50 - 300), 1e-9);
    cr_assert_float_eq(file.tree.nodes[0].total, 950, 1e-9);
}

Test(cli_treefile, parents_come_first_and_subtrees_are_whole)
{
    cr_assert(load(good), "%s", why);

    cr_assert_eq(file.tree.node_count, 4);
    for (uint32_t i = 1; i < 4; i++) {
        const struct calltree_node *node = &file.tree.nodes[i];

        cr_assert_lt(node->parent, i);
        cr_assert_eq(node->depth, file.tree.nodes[node->parent].depth + 1);
    }
}

Test(cli_treefile, equal_functions_are_one_with_lines_from_1)
{
    cr_assert(load(good), "%s", why);

    cr_assert_eq(file.tree.functions.count, 3);
    cr_assert_eq(function("b")->line, 5);
    cr_assert_eq(function("b")->column, 0);
}

Test(cli_treefile, functions_of_one_name_on_other_lines_stay_apart)
{
    struct functions set = { 0 };

    for (uint32_t i = 0; i < 10000; i++) {
        struct functions_item item = { .name = "f", .url = "/a.js", .line = i };

        cr_assert_eq(functions_index(&set, &item), i);
    }
    for (uint32_t i = 0; i < 10000; i++) {
        struct functions_item item = { .name = "f", .url = "/a.js", .line = i };

        cr_assert_eq(functions_index(&set, &item), i);
    }

    functions_fini(&set);
}

Test(cli_treefile, knows_who_was_profiled)
{
    cr_assert(load(good), "%s", why);

    cr_assert_str_eq(file.service, "shop");
    cr_assert_str_eq(file.thread, "main");
    cr_assert_eq(file.pid, 7);
    cr_assert_eq(file.loop_ms, 1.5);
    cr_assert(file.truncated);
}

Test(cli_treefile, a_service_may_be_an_object_as_in_the_state)
{
    cr_assert(load(
        "{\"nodes\":[" ROOT("[]") "],"
                                  "\"porthole\":{\"service\":{\"name\":\"shop\",\"pid\":9}}}"));

    cr_assert_str_eq(file.service, "shop");
    cr_assert_eq(file.pid, 9);
}

Test(cli_treefile, recursion_counts_once_in_the_total_of_a_function)
{
    cr_assert(load(
        "{\"nodes\":[" ROOT("[2]") ","
                                   "{\"id\":2,\"hitCount\":1," FRAME(
                                       "f", 1) ",\"children\":[3]},"
                                               "{\"id\":3,\"hitCount\":3," FRAME(
                                                   "f", 1) "}],"
                                                           "\"startTime\":0,\"endTime\":400}"));

    cr_assert_float_eq(function("f")->self, 400, 1e-9);
    cr_assert_float_eq(function("f")->total, 400, 1e-9);
}

Test(cli_treefile, children_may_name_their_parents_instead)
{
    cr_assert(load("{\"nodes\":[{\"id\":1},{\"id\":2,\"parent\":1,\"hitCount\":2}]}"));

    cr_assert_eq(file.tree.nodes[1].parent, 0);
    cr_assert_eq(file.tree.nodes[0].total, 2);
}

Test(cli_treefile, reads_nested_heap_profiles)
{
    cr_assert(load("{\"head\":{" FRAME(
        "(root)",
        0) ",\"selfSize\":0,\"id\":1,\"children\":["
           "{" FRAME(
               "a", 0) ",\"selfSize\":10,\"id\":2,\"children\":["
                       "{" FRAME(
                           "b", 0) ",\"selfSize\":5,\"id\":3,\"children\":[]}]},"
                                   "{" FRAME(
                                       "c", 0) ",\"selfSize\":1,\"id\":4,\"children\":[]}]}}"));

    cr_assert_eq(file.tree.unit, CALLTREE_BYTES);
    cr_assert_eq(file.tree.nodes[0].total, 16);
    cr_assert_eq(function("a")->total, 15);
}

Test(cli_treefile, says_what_is_wrong_with_a_profile)
{
    static const char *const bad[][2] = {
        { "", "ends too early" },
        { "{\"nodes\":[", "ends too early" },
        { "{not json", "not JSON" },
        { "{}", "neither nodes nor a head" },
        { "[]", "neither nodes nor a head" },
        { "{\"nodes\":{}}", "neither nodes nor a head" },
        { "{\"nodes\":[7]}", "place 0 has no id" },
        { "{\"nodes\":[{\"id\":-1}]}", "place 0 has no id" },
        { "{\"nodes\":[{\"id\":\"1\"}]}", "place 0 has no id" },
        { "{\"nodes\":[{\"id\":1},{\"id\":1}]}", "node 1 is there twice" },
        { "{\"nodes\":[{\"id\":1,\"children\":[2]}]}", "there is no node 2" },
        { "{\"nodes\":[{\"id\":1,\"children\":[\"x\"]}]}", "there is no node" },
        { "{\"nodes\":[{\"id\":1,\"children\":[1]}]}", "none of its nodes is the root" },
        { "{\"nodes\":[{\"id\":1},{\"id\":2}]}", "not the only one without a parent" },
        { "{\"nodes\":[{\"id\":1,\"children\":[2,2]},{\"id\":2}]}", "two parents" },
        { "{\"nodes\":[{\"id\":1},{\"id\":2,\"children\":[3]},{\"id\":3,\"children\":[2]}]}",
          "2 of its nodes are their own ancestors" },
        { "{\"nodes\":[{\"id\":1}],\"samples\":[5],\"timeDeltas\":[1]}",
          "a sample names node 5" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(load(bad[i][0]), "%s", bad[i][0]);
        cr_assert_not_null(strstr(why, bad[i][1]), "%s: %s", bad[i][0], why);
    }
}

Test(cli_treefile, a_stack_of_a_hundred_thousand_frames_is_a_tree_as_any_other)
{
    const unsigned depth = 100000;
    struct buf text = { 0 };

    buf_puts(&text, "{\"nodes\":[");
    for (unsigned i = 1; i < depth; i++)
        buf_printf(&text, "{\"id\":%u,\"children\":[%u]},", i, i + 1);
    buf_printf(&text, "{\"id\":%u,\"hitCount\":1}]}", depth);
    cr_assert(load(buf_text(&text)), "%s", why);
    buf_fini(&text);

    cr_assert_eq(file.tree.nodes[depth - 1].depth, depth - 1);
    cr_assert_eq(file.tree.nodes[0].total, 1);
}

Test(cli_treefile, nesting_beyond_the_ceiling_is_refused_before_it_is_parsed)
{
    struct buf text = { 0 };

    for (unsigned i = 0; i < 100000; i++)
        buf_puts(&text, "{\"head\":{\"children\":[");
    cr_assert_not(load(buf_text(&text)));
    buf_fini(&text);

    cr_assert_str_eq(why, "it is too big");
}

Test(cli_treefile, damage_of_any_byte_is_survived)
{
    unsigned seed = 7;

    for (unsigned round = 0; round < 20000; round++) {
        char damaged[sizeof good];

        memcpy(damaged, good, sizeof good);
        seed = seed * 1103515245u + 12345u;
        damaged[(seed >> 8) % (sizeof good - 1)] = (char)(seed >> 24);
        if (treefile_read(damaged, sizeof good - 1, &file, why))
            treefile_fini(&file);
    }
}

Test(cli_treefile, the_hottest_come_first_without_root_and_idle_time)
{
    uint32_t hottest[2];

    cr_assert(
        load("{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\"},"
             "\"hitCount\":9,\"children\":[2,3,4,5]},"
             "{\"id\":2,\"callFrame\":{\"functionName\":\"(idle)\"},\"hitCount\":50},"
             "{\"id\":3," FRAME("cold", 1) ",\"hitCount\":1},"
                                           "{\"id\":4," FRAME(
                                               "hot", 2) ",\"hitCount\":20},"
                                                         "{\"id\":5," FRAME(
                                                             "warm", 3) ",\"hitCount\":5}]}"));

    cr_assert_eq(calltree_hottest(&file.tree, hottest, 2), 2);
    cr_assert_str_eq(file.tree.functions.items[hottest[0]].name, "hot");
    cr_assert_str_eq(file.tree.functions.items[hottest[1]].name, "warm");
    cr_assert_eq(calltree_self_of(&file.tree, "(idle)"), 50);
}

Test(cli_treefile, folds_into_a_line_for_every_stack_that_was_seen)
{
    struct buf out = { 0 };

    cr_assert(load(good), "%s", why);
    cr_assert(folded_write(&out, &file.tree));

    cr_assert_str_eq(buf_text(&out), "a (/a.js:2) 100\n"
                                     "a (/a.js:2);b (/a.js:5) 850\n");
    buf_fini(&out);
}

Test(cli_treefile, no_name_can_end_a_folded_line_or_frame)
{
    struct buf out = { 0 };

    cr_assert(
        load("{\"nodes\":[" ROOT("[2]") ","
                                        "{\"id\":2,\"hitCount\":7," FRAME("a;b\\nc", 1) "}]}"));
    cr_assert(folded_write(&out, &file.tree));

    cr_assert_str_eq(buf_text(&out), "a_b\\x0ac (/a.js:2) 7\n");
    buf_fini(&out);
}

Test(cli_treefile, folding_a_deep_tree_ends_at_its_ceiling)
{
    struct buf text = { 0 }, out = { .limit = 4096 };

    buf_puts(&text, "{\"nodes\":[");
    for (unsigned i = 1; i < 5000; i++)
        buf_printf(&text, "{\"id\":%u,\"hitCount\":1," FRAME("f", 1) ",\"children\":[%u]},", i,
                   i + 1);
    buf_puts(&text, "{\"id\":5000}]}");
    cr_assert(load(buf_text(&text)), "%s", why);

    cr_assert_not(folded_write(&out, &file.tree));
    buf_fini(&text);
    buf_fini(&out);
}
