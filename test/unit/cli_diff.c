/* SPDX-License-Identifier: MIT */
#include "cli/diff.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct figures before, after;
static struct diff diff;

static void end(void)
{
    diff_fini(&diff);
    figures_fini(&before);
    figures_fini(&after);
}

TestSuite(cli_diff, .fini = end);

static void read_one(const char *text, struct figures *out)
{
    char why[128];

    cr_assert(figures_read(text, strlen(text), out, why), "%s", why);
}

static void compare(const char *a, const char *b)
{
    read_one(a, &before);
    read_one(b, &after);
    diff = diff_make(&before, &after);
}

#define HISTOGRAM(at, rows) \
    "{\"captured\":{\"at\":\"2026-11-20T23:" at "Z\"},\"objects\":9,\"rows\":[" rows "]}"
#define CUT(rows) "{\"objects\":9,\"truncated\":true,\"rows\":[" rows "]}"
#define ROW(name, count) "{\"constructor\":\"" name "\",\"count\":" #count "}"
#define STATE(members) "{\"porthole\":{\"schema\":1}," members "}"

Test(cli_diff, what_grew_most_comes_first_and_what_shrank_last)
{
    compare(HISTOGRAM("06:00", ROW("A", 1) "," ROW("B", 5) "," ROW("C", 9)),
            HISTOGRAM("08:00", ROW("A", 11) "," ROW("B", 5) "," ROW("C", 3)));

    cr_assert_eq(diff.count, 2);
    cr_assert_str_eq(diff.rows[0].name, "A");
    cr_assert_eq(diff.rows[0].delta, 10);
    cr_assert_float_eq(diff.rows[0].per_minute, 5, 1e-9);
    cr_assert_str_eq(diff.rows[1].name, "C");
    cr_assert_eq(diff.rows[1].delta, -6);
}

Test(cli_diff, what_is_new_or_gone_is_marked)
{
    compare(HISTOGRAM("06:00", ROW("Old", 4)), HISTOGRAM("07:00", ROW("New", 7)));

    cr_assert_eq(diff.rows[0].note, DIFF_NEW);
    cr_assert(isnan(diff.rows[0].before));
    cr_assert_eq(diff.rows[0].delta, 7);
    cr_assert_eq(diff.rows[1].note, DIFF_VANISHED);
    cr_assert_eq(diff.rows[1].delta, -4);
}

Test(cli_diff, what_a_cut_list_does_not_hold_is_unknown_not_zero)
{
    compare(CUT(ROW("A", 9)), CUT(ROW("A", 10) "," ROW("B", 8)));

    cr_assert_eq(diff.rows[1].note, DIFF_UNKNOWN);
    cr_assert(isnan(diff.rows[1].delta));
}

Test(cli_diff, constructors_of_one_name_are_one)
{
    compare(HISTOGRAM("06:00", ROW("A", 1) "," ROW("B", 2) "," ROW("A", 3)),
            HISTOGRAM("06:00", ROW("A", 9) "," ROW("B", 2)));

    cr_assert_eq(diff.count, 1);
    cr_assert_eq(diff.rows[0].before, 4);
    cr_assert(isnan(diff.rows[0].per_minute), "no time has passed");
}

Test(cli_diff, states_differ_in_their_numbers_by_path_in_their_own_order)
{
    compare(STATE("\"z\":{\"b\":1,\"a\":-2.5},\"threads\":[{\"name\":\"main\",\"n\":1}]"),
            STATE("\"z\":{\"b\":3,\"a\":2.5},\"threads\":[{\"name\":\"new\",\"n\":5},"
                  "{\"name\":\"main\",\"n\":2}]"));

    cr_assert_eq(diff.count, 4);
    cr_assert_str_eq(diff.rows[0].name, "z.b");
    cr_assert_str_eq(diff.rows[1].name, "z.a");
    cr_assert_eq(diff.rows[1].delta, 5);
    cr_assert_str_eq(diff.rows[2].name, "threads[new].n");
    cr_assert_str_eq(diff.rows[3].name, "threads[main].n");
    cr_assert_eq(diff.rows[3].delta, 1);
}

Test(cli_diff, null_and_text_are_no_numbers)
{
    compare(STATE("\"a\":null,\"b\":\"7\",\"c\":true"),
            STATE("\"a\":5,\"b\":\"8\",\"c\":false"));

    cr_assert_eq(diff.count, 1);
    cr_assert_str_eq(diff.rows[0].name, "a");
    cr_assert_eq(diff.rows[0].note, DIFF_NEW);
}

Test(cli_diff, knows_whose_document_it_is)
{
    read_one(
        "{\"target\":\"x\",\"state\":" STATE("\"service\":{\"name\":\"shop\",\"pid\":7}") "}",
        &before);

    cr_assert_eq(before.kind, FIGURES_STATE);
    cr_assert_str_eq(before.service, "shop");
    cr_assert_eq(before.pid, 7);
    cr_assert(isnan(before.at_s));
}

Test(cli_diff, refuses_what_is_neither)
{
    static const char *const bad[][2] = {
        { "{}", "neither" },           { "[1]", "neither" },
        { "7", "not JSON" },           { "{\"porthole\":{}}", "neither" },
        { "{\"rows\":7}", "neither" }, { "{\"rows\":[", "ends too early" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char why[128];

        cr_assert_not(figures_read(bad[i][0], strlen(bad[i][0]), &before, why), "%s",
                      bad[i][0]);
        cr_assert_not_null(strstr(why, bad[i][1]), "%s: %s", bad[i][0], why);
    }
}

Test(cli_diff, documents_that_are_all_of_the_wrong_type_are_survived)
{
    compare("{\"rows\":[7,{},{\"constructor\":7,\"count\":\"x\"},{\"count\":1e300}],"
            "\"service\":[],\"captured\":{\"at\":7},\"objects\":{}}",
            "{\"rows\":[{\"count\":3}],\"captured\":{\"at\":\"2026-13-45T99\"}}");

    cr_assert_eq(diff.count, 1);
    cr_assert_str_eq(diff.rows[0].name, "");
}
