/* SPDX-License-Identifier: MIT */
#include "cli/sdlist.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct target_list list;
static struct sdsays says;

static void forget(void)
{
    target_fini(&list);
}

TestSuite(cli_sdlist, .fini = forget);

static bool take(const char *text)
{
    target_fini(&list);
    return sdlist_read(&list, "f", text, strlen(text), &says);
}

Test(cli_sdlist, all_targets_of_a_group_have_its_labels)
{
    cr_assert(take("[{\"targets\":[\"a:1\",\"b:2\"],\"labels\":{\"job\":\"x\"}}]"), "%s",
              says.text);

    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.items[1].name, "b:2");
    cr_assert_str_eq(labels_get(&list.items[1].labels, "job"), "x");
    cr_assert_str_eq(says.text, "");
}

Test(cli_sdlist, of_the_meta_labels_only_the_scheme_counts)
{
    cr_assert(take("[{\"targets\":[\"a\",\"b:2\"],\"labels\":{\"__scheme__\":\"https\","
                   "\"__metrics_path__\":\"/x\",\"__meta_a\":\"b\"}}]"));

    cr_assert_str_eq(list.items[0].origin, "https://a:443");
    cr_assert_str_eq(list.items[1].origin, "https://b:2");
    cr_assert_eq(list.items[0].labels.count, 0);
    cr_assert_str_eq(list.items[0].path, "");
}

Test(cli_sdlist, what_is_too_much_is_cut_and_said)
{
    char text[4096], value[600];
    size_t len = 0;

    memset(value, 'x', 254);
    snprintf(value + 254, sizeof value - 254, "\xC3\xA9%0200d", 0);
    len += (size_t)snprintf(text, sizeof text,
                            "[{\"targets\":[\"a:1\"],\"labels\":{\"l\":\"%s\"", value);
    for (int i = 0; i < LABELS_MOST + 3; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"n%d\":\"\"", i);
    snprintf(text + len, sizeof text - len, "}}]");

    cr_assert(take(text));
    cr_assert_eq(list.items[0].labels.count, LABELS_MOST);
    cr_assert_eq(strlen(labels_get(&list.items[0].labels, "l")), 254);
    cr_assert_not_null(strstr(says.text, "f:1:35: the value of label 'l' has more than 255"),
                       "%s", says.text);
    cr_assert_not_null(strstr(says.text, "(and 4 more)"), "%s", says.text);
}

Test(cli_sdlist, a_list_that_is_refused_adds_nothing)
{
    cr_assert(take("[{\"targets\":[\"a:1\"]}]"));
    cr_assert_not(sdlist_read(&list, "f", "[{\"targets\":[\"b:1\"]},\n {}]", 26, &says));

    cr_assert_eq(list.count, 1);
    cr_assert_str_eq(says.text, "f:2:2: a group needs 'targets', a list");
}

Test(cli_sdlist, columns_are_characters)
{
    cr_assert_not(take("[\n {\"targets\":[\"\xC3\xA9\xC3\xA9\"} ]"));

    cr_assert_not_null(strstr(says.text, "f:2:18: "), "%s", says.text);
}

Test(cli_sdlist, a_target_with_a_nul_is_none)
{
    cr_assert(take("[{\"targets\":[\"a\\u0000b:1\",\"c:1\"]}]"));

    cr_assert_eq(list.count, 1);
    cr_assert_not_null(strstr(says.text, "f:1:14: a target is a text"), "%s", says.text);
}

Test(cli_sdlist, the_same_place_twice_is_one_target_with_the_first_labels)
{
    cr_assert(take("[{\"targets\":[\"a:9090\"],\"labels\":{\"l\":\"1\"}},"
                   "{\"targets\":[\"b:1\",\"http://a:9090\"],\"labels\":{\"l\":\"2\"}}]"));

    sdlist_unique(&list);
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(labels_get(&list.items[0].labels, "l"), "1");
    cr_assert_str_eq(list.items[1].name, "b:1");
}

Test(cli_sdlist, another_label_is_another_list)
{
    uint64_t before;

    cr_assert(take("[{\"targets\":[\"a:1\"],\"labels\":{\"l\":\"1\"}}]"));
    before = sdlist_hash(&list);
    cr_assert(take("[{\"targets\":[\"a:1\"],\"labels\":{\"l\":\"1\"}}]"));
    cr_assert_eq(sdlist_hash(&list), before);

    cr_assert(take("[{\"targets\":[\"a:1\"],\"labels\":{\"l\":\"2\"}}]"));
    cr_assert_neq(sdlist_hash(&list), before);
}

Test(cli_sdlist, damage_at_any_place_is_survived)
{
    static const char good[] = "[{\"targets\":[\"a:1\",\"b:2\"],\"labels\":{\"job\":\"x\"}},"
                               "{\"targets\":[],\"labels\":null}]";
    static const char odd[] = "\"[]{},:\\\x1b\xff"
                              "0n";

    for (size_t i = 0; i < sizeof good - 1; i++) {
        for (size_t o = 0; o < sizeof odd; o++) {
            char *text = malloc(sizeof good - 1);

            memcpy(text, good, sizeof good - 1);
            text[i] = odd[o];
            if (!sdlist_read(&list, "f", text, sizeof good - 1, &says))
                cr_assert_eq(strncmp(says.text, "f:1:", 4), 0, "%s", says.text);
            target_fini(&list);
            free(text);
        }
    }
}
