/* SPDX-License-Identifier: MIT */
#include "cli/amount.h"
#include "cli/page_gc.h"
#include "cli/page_heap.h"
#include "cli/pagetable.h"
#include "cli/tracelist.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct buf printed, line;
static struct look before, now;
static struct doc *state;
static struct page page;

static void begin(void)
{
    page = (struct page){
        .out = &printed, .width = 40, .top = 3, .charset = TEXT_UTF8, .now = &now, .since_s = 10
    };
}

static void end(void)
{
    buf_fini(&printed);
    buf_fini(&line);
    look_fini(&before);
    look_fini(&now);
    doc_free(state);
}

TestSuite(cli_page, .init = begin, .fini = end);
TestSuite(cli_amount, .fini = end);
TestSuite(cli_tracelist, .fini = end);

static const struct doc *load(const char *json)
{
    doc_free(state);
    state = NULL;
    cr_assert_eq(doc_read(json, strlen(json), &state), CAUSE_NONE, "%s", json);
    page.state = state;
    return state;
}

/* ---- Amounts ------------------------------------------------------------------------- */

static const char *shown(void (*write)(struct buf *, double), double value)
{
    buf_clear(&printed);
    write(&printed, value);
    return buf_text(&printed);
}

Test(cli_amount, counts_in_sentences_have_groups_of_three)
{
    cr_assert_str_eq(shown(amount_grouped, 0), "0");
    cr_assert_str_eq(shown(amount_grouped, 999), "999");
    cr_assert_str_eq(shown(amount_grouped, 1240), "1,240");
    cr_assert_str_eq(shown(amount_grouped, 12345678), "12,345,678");
    cr_assert_str_eq(shown(amount_grouped, -1240), "-1,240");
    cr_assert_str_eq(shown(amount_grouped, NAN), "-");
    cr_assert_str_eq(shown(amount_grouped, 1e300), "huge");
}

Test(cli_amount, changes_have_a_sign_and_no_change_has_none)
{
    cr_assert_str_eq(shown(amount_change, 12), "+12");
    cr_assert_str_eq(shown(amount_change, -12), "-12");
    cr_assert_str_eq(shown(amount_change, 0), "0");
    cr_assert_str_eq(shown(amount_change, -0.2), "0");
    cr_assert_str_eq(shown(amount_change_bytes, 1258291.2), "+1.2M");
    cr_assert_str_eq(shown(amount_change_bytes, -2048), "-2.0K");
}

Test(cli_amount, what_is_not_known_is_a_dash_and_what_is_new_is_said_to_be)
{
    cr_assert_str_eq(shown(amount_change, NAN), "-");
    cr_assert_str_eq(shown(amount_change, INFINITY), "new");
    cr_assert_str_eq(shown(amount_rate, NAN), "-");
    cr_assert_str_eq(shown(amount_rate, INFINITY), "-");
}

Test(cli_amount, rates_below_ten_have_a_digit_behind_the_point)
{
    cr_assert_str_eq(shown(amount_rate, 0.44), "0.4");
    cr_assert_str_eq(shown(amount_rate, 0.01), "0");
    cr_assert_str_eq(shown(amount_rate, 12.4), "12");
}

Test(cli_amount, a_unit_is_the_largest_there_is_one_of)
{
    cr_assert_str_eq(amount_unit_of(36909875.2).name, "MB");
    cr_assert_str_eq(amount_unit_of(-2048).name, "KB");
    cr_assert_str_eq(amount_unit_of(1023).name, "B");
    cr_assert_str_eq(amount_unit_of(0).name, "B");
    cr_assert_str_eq(amount_unit_of(3e9).name, "GB");
}

/* ---- Changes ------------------------------------------------------------------------- */

Test(cli_page, a_first_look_has_no_changes)
{
    cr_assert(isnan(page_change(&page, "a", 1)));
    cr_assert(isnan(page_row_change(&page, "b", 1)));
}

Test(cli_page, a_change_is_since_the_look_before)
{
    look_put(&before, "a", 5);
    look_put(&before, "b", 5);
    page.before = &before;

    cr_assert(page_change(&page, "a", 7) == 2);
    cr_assert(page_row_change(&page, "b", 1) == -4);
}

Test(cli_page, a_row_that_was_not_there_is_new_and_a_figure_is_not_known)
{
    page.before = &before;

    cr_assert(isinf(page_row_change(&page, "a", 7)));
    cr_assert(isnan(page_change(&page, "a", 7)));
}

Test(cli_page, a_look_that_was_full_makes_nothing_new)
{
    char key[32];

    for (unsigned i = 0; i < LOOK_FIGURES; i++) {
        snprintf(key, sizeof key, "%u", i);
        look_put(&before, key, 1);
    }
    page.before = &before;

    cr_assert(isnan(page_row_change(&page, "a", 7)));
}

Test(cli_page, what_was_not_known_makes_no_change)
{
    look_put(&before, "a", NAN);
    page.before = &before;

    cr_assert(isnan(page_row_change(&page, "a", 7)));
    cr_assert(isnan(page_change(&page, "a", NAN)));
}

Test(cli_page, figures_of_threads_are_apart)
{
    look_put(&before, "0/a", 5);
    look_put(&before, "1/a", 50);
    page.before = &before;

    snprintf(page.prefix, sizeof page.prefix, "1/");
    cr_assert_float_eq(page_change(&page, "a", 51), 1, 0);
    snprintf(page.prefix, sizeof page.prefix, "0/");
    cr_assert_float_eq(page_change(&page, "a", 7), 2, 0);
}

Test(cli_page, a_long_name_is_cut_between_characters)
{
    char name[400];

    for (size_t i = 0; i < 3; i++) {
        memset(name, 'x', i);
        for (size_t k = i; k + 1 < sizeof name - 1; k += 2)
            memcpy(name + k, "\xC3\xA4", 2);
        name[398] = '\0';
        page_change(&page, name, 1);
    }

    for (uint32_t i = 0; i < now.keys.count; i++) {
        const struct slice *key = &now.keys.items[i];

        cr_assert_lt(key->len, PAGE_KEY_BYTES);
        text_clean(&printed, key->text, key->len, TEXT_UTF8);
    }
    cr_assert_eq(strstr(buf_text(&printed), "\xEF\xBF\xBD"), NULL);
}

/* ---- Lines --------------------------------------------------------------------------- */

Test(cli_page, a_long_line_is_broken_at_spaces)
{
    buf_puts(&line, "one two three four five six seven eight nine ten");
    page_line(&page, &line);

    cr_assert_str_eq(buf_text(&printed),
                     "one two three four five six seven eight\n  nine ten\n");
    cr_assert_eq(line.len, 0);
}

Test(cli_page, a_word_without_spaces_stands_alone_however_long)
{
    buf_puts(&line, "abc ");
    buf_fill(&line, 'x', 50);
    buf_puts(&line, " b");
    page_line(&page, &line);

    cr_assert_str_eq(buf_text(&printed),
                     "abc\n  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n  b\n");
}

Test(cli_page, a_warning_is_coloured_only_where_that_is_wanted)
{
    buf_puts(&line, "look");
    page_warning(&page, &line);
    page.colour = true;
    buf_puts(&line, "look");
    page_warning(&page, &line);

    cr_assert_str_eq(buf_text(&printed), "! look\n\033[1;33m! look\033[0m\n");
}

Test(cli_page, members_that_are_zero_are_left_out)
{
    page_members(&line, &page, load("{\"a\":1,\"b\":0,\"c\":null,\"d\":3}"), "x");
    buf_puts(&line, "|");
    page_members(&line, &page, load("{\"a\":0}"), "x");
    buf_puts(&line, "|");
    page_members(&line, &page, load("[1]"), "x");

    cr_assert_str_eq(buf_text(&line), "a 1, d 3|none|-");
}

Test(cli_page, a_member_that_has_fallen_to_zero_is_shown_once)
{
    look_put(&before, "x/a", 4);
    page.before = &before;
    page_members(&line, &page, load("{\"a\":0,\"b\":0}"), "x");

    cr_assert_str_eq(buf_text(&line), "a 0 (-4)");
}

/* ---- Tables -------------------------------------------------------------------------- */

PAGE_NUMBER(count, amount_count, "n", DOC_COUNT_MOST)
PAGE_TEXTUAL(name, "name")

static const struct table_column columns[] = {
    PAGE_WORDS("NAME", 8, name),
    PAGE_FIGURES("N", 3, 0, count),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("PER S", 5, 1, pagetable_cell_rate),
};

static const struct pagetable_list list = {
    .name = "rows",
    .noun = "rows",
    .parts = { "name" },
    .figure = "n",
    .counter = "n",
    .columns = columns,
    .count = 4,
};

static const char *table(const char *json)
{
    buf_clear(&printed);
    pagetable(&page, load(json), &list);
    return buf_text(&printed);
}

Test(cli_page, no_rows_make_no_table)
{
    cr_assert_str_eq(table("{\"rows\":[]}"), "");
    cr_assert_str_eq(table("{\"rows\":null}"), "");
    cr_assert_str_eq(table("{}"), "");
}

Test(cli_page, rows_have_their_changes)
{
    look_put(&before, "rows/a", 10);
    look_put(&before, "rows:n/a", 10);
    page.before = &before;

    cr_assert_str_eq(table("{\"rows\":[{\"name\":\"a\",\"n\":30},{\"name\":\"b\",\"n\":1}]}"),
                     "\nNAME       N CHANGE PER S\n"
                     "a         30    +20   2.0\n"
                     "b          1    new     -\n");
}

Test(cli_page, rows_of_one_name_have_no_changes)
{
    static const char two[] = "{\"rows\":[{\"name\":\"a\",\"n\":30},{\"name\":\"b\",\"n\":4},"
                              "{\"name\":\"a\",\"n\":3}]}";
    double value = 0;

    look_put(&before, "rows/a", 3);
    look_put(&before, "rows/b", 3);
    page.before = &before;

    cr_assert_str_eq(table(two), "\nNAME       N CHANGE PER S\n"
                                 "a         30      -     -\n"
                                 "b          4     +1     -\n"
                                 "a          3      -     -\n");
    cr_assert(look_find(&now, "rows/a", &value) && isnan(value));
}

Test(cli_page, what_is_cut_is_said_whoever_cut_it)
{
    static const char four[] = "{\"rows\":[{},{},{},{}]";
    char json[128];

    snprintf(json, sizeof json, "%s}", four);
    cr_assert(strstr(table(json), "\n... and 1 more rows\n"));
    snprintf(json, sizeof json, "%s,\"rows_total\":90}", four);
    cr_assert(strstr(table(json), "\n... and 87 more rows\n"));
    snprintf(json, sizeof json, "%s,\"rows_total\":-1}", four);
    cr_assert(strstr(table(json), "\n... and 1 more rows\n"));
    cr_assert(strstr(table("{\"rows\":[{}],\"rows_truncated\":true}"), "cut\n"));
}

Test(cli_page, rows_that_are_not_shown_are_remembered)
{
    double value = 0;

    table("{\"rows\":[{},{},{},{\"name\":\"d\",\"n\":4}]}");

    cr_assert(look_find(&now, "rows/d", &value));
    cr_assert_float_eq(value, 4, 0);
}

Test(cli_page, text_gives_way_before_columns_do)
{
    page.width = 28;
    cr_assert_str_eq(table("{\"rows\":[{\"name\":\"a name as long as a name\",\"n\":1}]}"),
                     "\nNAME          N CHANGE PER S\n"
                     "a name as …   1      -     -\n");
    page.width = 20;
    cr_assert_str_eq(table("{\"rows\":[{\"name\":\"a name as long as a name\",\"n\":1}]}"),
                     "\nNAME       N CHANGE\n"
                     "a name …   1      -\n");
}

/* ---- Collections --------------------------------------------------------------------- */

static const char *gc(const char *json)
{
    page.width = 200;
    buf_clear(&printed);
    load(json);
    page_gc(&page);
    return buf_text(&printed);
}

Test(cli_page, a_list_in_place_of_an_object_has_no_names)
{
    cr_expect(strstr(gc("{\"threads\":[{\"gc\":{\"pause_ms\":[{\"count\":7}]}}]}"), "\n-  "));
}

Test(cli_page, a_tiny_share_of_time_has_no_exponent)
{
    cr_expect(strstr(gc("{\"threads\":[{\"gc\":{\"time_share\":0.0000007}}]}"),
                     "less than 0.01% of the last minute"));
    cr_expect(strstr(gc("{\"threads\":[{\"gc\":{\"time_share\":0}}]}"), "0% of the last"));
}

Test(cli_page, a_slope_and_its_interval_are_in_a_unit_that_fits_all_three)
{
    cr_expect(strstr(gc("{\"threads\":[{\"gc\":{\"floor\":{\"bytes\":1048576,"
                        "\"slope_bytes_per_hour\":300,\"slope_low\":-3145728,"
                        "\"slope_high\":2097152}}}]}"),
                     "+0.0 MB/h (-3.0..2.0)"));
}

/* ---- Memory -------------------------------------------------------------------------- */

/* What is said of 64 MB more of anonymous memory beside this of the threads. */
static bool blames_native(const char *threads)
{
    char json[512];

    snprintf(json, sizeof json, "{\"process\":{\"rss_anon_bytes\":67108864},\"threads\":[%s]}",
             threads);
    buf_clear(&printed);
    look_fini(&now);
    load(json);
    page_heap(&page);
    return strstr(buf_text(&printed), "native memory") != NULL;
}

#define HEAP "\"heap\":{\"total_bytes\":1000,\"external_bytes\":10}"

Test(cli_page, native_memory_is_blamed_only_beside_fresh_figures_of_every_heap)
{
    look_put(&before, "process.rss_anon_bytes", 0);
    look_put(&before, "heap.total_bytes", 1000);
    look_put(&before, "heap.external_bytes", 10);
    page.before = &before;

    cr_expect(blames_native("{\"id\":0,\"age_ms\":900," HEAP "}"));
    cr_expect_not(blames_native("{\"id\":0,\"age_ms\":9000," HEAP "}"), "a blocked loop");
    cr_expect_not(blames_native("{\"id\":0," HEAP "}"));
    cr_expect_not(blames_native("{\"id\":0,\"age_ms\":9,\"heap\":null}"));
    cr_expect_not(blames_native("{\"id\":0,\"age_ms\":9," HEAP "},"
                                "{\"id\":1,\"age_ms\":null,\"heap\":null}"),
                  "a worker that has just begun");
}

/* ---- Traces -------------------------------------------------------------------------- */

static const struct tracelist_look narrow = { .width = 80, .top = 10 };

static const char *traced(const char *rows, const struct tracelist_look *look)
{
    struct buf json = { 0 };

    buf_printf(&json, "{\"what\":\"listeners\",\"rows\":%s}", rows);
    buf_clear(&printed);
    cr_assert(tracelist_print(&printed, load(buf_text(&json)), look));
    buf_fini(&json);
    return buf_text(&printed);
}

Test(cli_tracelist, what_is_no_trace_is_refused)
{
    cr_assert_not(tracelist_print(&printed, load("{}"), &narrow));
    cr_assert_not(tracelist_print(&printed, load("{\"what\":\"x\",\"rows\":{}}"), &narrow));
    cr_assert_not(tracelist_print(&printed, load("{\"rows\":[]}"), &narrow));
    cr_assert_eq(printed.len, 0);
}

Test(cli_tracelist, the_most_alive_stand_first_and_the_unknown_last)
{
    const char *shape = traced("[{\"what\":\"x\"},{\"what\":\"a\",\"alive\":2},"
                               "{\"what\":\"b\",\"alive\":3},{\"what\":\"c\",\"alive\":2}]",
                               &narrow);

    cr_assert_lt(strstr(shape, " b "), strstr(shape, " a "));
    cr_assert_lt(strstr(shape, " a "), strstr(shape, " c "));
    cr_assert_lt(strstr(shape, " c "), strstr(shape, " x "));
}

Test(cli_tracelist, the_first_frame_that_is_not_nodes_is_named)
{
    cr_assert(strstr(traced("[{\"frames\":[{\"file\":\"node:events\",\"function\":\"on\"},"
                            "{\"file\":\"file:///app/x.js\",\"function\":\"f\",\"line\":3,"
                            "\"column\":5},{\"file\":\"/app/y.js\"}]}]",
                            &narrow),
                     " f (/app/x.js:3:5)\n"));
}

Test(cli_tracelist, a_stack_of_nodes_own_names_its_innermost_frame)
{
    cr_assert(
        strstr(traced("[{\"frames\":[{\"file\":\"node:net\",\"function\":\"on\"}]}]", &narrow),
               " on (node:net)\n"));
    cr_assert(strstr(traced("[{\"frames\":[]}]", &narrow), " unknown place\n"));
}

Test(cli_tracelist, of_a_long_place_the_end_is_shown)
{
    struct tracelist_look look = { .width = 60, .top = 10 };
    const char *shape =
        traced("[{\"frames\":[{\"file\":\"/a/very/long/way/down/to/the/file.js\","
               "\"line\":3,\"function\":\"aFunctionOfALongName\"}]}]",
               &look);

    cr_assert(strstr(shape, "/file.js:3)\n"), "%s", shape);
}
