/* SPDX-License-Identifier: MIT */
#include "cli/words.h"

#include "cli/trail.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct doc *state;
static struct buf out;

static void load(const char *text)
{
    doc_free(state);
    state = NULL;
    cr_assert_eq(doc_read(text, strlen(text), &state), CAUSE_NONE, "%s", text);
    buf_clear(&out);
}

static const char *words(const char *text)
{
    load(text);
    words_state(&out, state, TEXT_UTF8);
    return buf_text(&out);
}

static const char *who(const char *text)
{
    load(text);
    words_who(&out, state, TEXT_UTF8);
    return buf_text(&out);
}

static void end(void)
{
    doc_free(state);
    buf_fini(&out);
}

TestSuite(cli_words, .fini = end);
TestSuite(cli_trail, .fini = end);

Test(cli_words, says_who_it_was)
{
    cr_assert_str_eq(who("{\"service\":{\"name\":\"shop\",\"version\":\"2\",\"ident\":\"h/1\","
                         "\"component\":\"web\",\"node\":\"v20\",\"host\":\"h\"}}"),
                     "shop 2 (h/1), component web, node v20 on h");
    cr_assert_str_eq(who("{\"service\":{\"name\":7}}"), "?");
    cr_assert_str_eq(who("{}"), "?");
}

Test(cli_words, figures_of_a_line_are_joined_and_unknown_ones_left_out)
{
    cr_assert_str_eq(words("{\"process\":{\"rss_bytes\":1048576,\"malloc_bytes\":null,"
                           "\"fds\":{\"limit\":9}}}"),
                     "  memory     rss 1.0M\n  files      limit 9\n");
    cr_assert_str_eq(words("{\"sockets\":{\"total\":3,\"tcp\":{\"established\":2}}}"),
                     "  sockets    3 in all, 2 established\n");
}

Test(cli_words, absurd_figures_are_left_out)
{
    cr_assert_str_eq(words("{\"process\":{\"rss_bytes\":-1,\"fds\":[],\"cpu_user_s\":\"1\"},"
                           "\"sockets\":{\"total\":1e300,\"by_peer\":7},\"threads\":{}}"),
                     "");
    cr_assert_str_eq(words("{\"threads\":[{\"id\":0,\"name\":\"main\",\"loop\":{"
                           "\"utilization\":1e6}}]}"),
                     "\nthread 0 (main)\n");
}

Test(cli_words, lists_are_cut)
{
    words("{\"objects\":{\"a\":{\"count\":1},\"b\":{\"count\":0},\"c\":{\"count\":3},"
          "\"d\":{\"count\":4},\"e\":{\"count\":5},\"f\":{\"count\":6},\"g\":{\"count\":7},"
          "\"h\":{\"count\":8}}}");

    cr_assert_str_eq(buf_text(&out), "  objects    a 1, c 3, d 4, e 5, f 6, g 7, ...\n");
}

Test(cli_words, blocks_end_in_the_last_stack)
{
    words("{\"threads\":[{\"id\":0,\"name\":\"main\",\"loop\":{\"blocks\":{\"count\":2,"
          "\"longest_ms\":700,\"recent\":[{\"at\":\"t\",\"ms\":700,\"top\":\"f (x:1:2)\"}],"
          "\"last_stack\":[{\"function\":\"f\",\"file\":\"x\"}]}}}]}");

    cr_assert_str_eq(buf_text(&out), "\nthread 0 (main)\n"
                                     "  blocks     2, longest 700 ms\n"
                                     "    t: 700 ms, f (x:1:2)\n"
                                     "  stack of the last one:\n"
                                     "    at f (x)\n");
}

Test(cli_words, nothing_in_a_state_can_drive_a_terminal)
{
    static const char override[] = { '\xE2', '\x80', '\xAE', '\0' }; /* U+202E */

    words("{\"objects\":{\"\\u001b[2J\":{\"count\":1}},"
          "\"sockets\":{\"by_peer\":[{\"peer\":\"\\r\\n\\u009b\",\"count\":1}]},"
          "\"threads\":[{\"name\":\"\\u202e\",\"loop\":{\"state\":\"\\u0007\",\"blocks\":{"
          "\"recent\":[{\"at\":\"\\u001b\",\"top\":\"\\u001b\"}]}},"
          "\"listeners\":{\"top\":[{\"emitter\":\"\\u001b\",\"event\":\"\\u001b\"}]}}]}");

    for (const char *c = buf_text(&out); *c != '\0'; c++)
        cr_assert(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7F), "%s", c);
    cr_assert_null(strstr(buf_text(&out), override));
    cr_assert_null(strstr(buf_text(&out), "\xC2\x9B"));
}

/* ---- The trail ----------------------------------------------------------------------- */

#define ROWS 100

static struct porthole_record_row rows[ROWS];

static void fill(void)
{
    for (uint64_t i = 0; i < ROWS; i++) {
        rows[i] = (struct porthole_record_row){ .sequence = i + 1,
                                                .written_unix_ns = i * 1000000000u };
        for (int f = 0; f < PORTHOLE_FIGURES; f++)
            rows[i].figure[f] = NAN;
    }
}

static const char *table(size_t count)
{
    buf_clear(&out);
    trail_table(&out, rows, count, TEXT_ASCII);
    return buf_text(&out);
}

Test(cli_trail, a_figure_shows_its_way)
{
    fill();
    for (int i = 0; i < ROWS; i++)
        rows[i].figure[PORTHOLE_FIGURE_HANDLES] = i;

    cr_assert_str_eq(table(ROWS), "the last 99s, in 100 ticks:\n"
                                  "  TRAIL       FIRST   LAST  CHANGE   MOST LEAST TO MOST\n"
                                  "  handles         0     99     +99     99 "
                                  "__....:::::----====++++****###\n");
}

Test(cli_trail, counters_show_what_they_gain)
{
    fill();
    for (int i = 0; i < ROWS; i++) {
        rows[i].figure[PORTHOLE_FIGURE_CPU_S] = i * 0.5;
        rows[i].figure[PORTHOLE_FIGURE_FULL_GCS] = i < 50 ? 7 : 9;
    }

    cr_assert_not_null(strstr(table(ROWS), "  full gcs        0      0       0      2 "));
    cr_assert_not_null(strstr(table(ROWS), "  cpu           50%    50%      0%    50% "));
}

Test(cli_trail, counters_that_begin_anew_and_clocks_that_jump_gain_nothing)
{
    fill();
    rows[0].figure[PORTHOLE_FIGURE_CPU_S] = 9;
    rows[1].figure[PORTHOLE_FIGURE_CPU_S] = 1;
    rows[2].figure[PORTHOLE_FIGURE_CPU_S] = 2;
    rows[2].written_unix_ns = 0;

    cr_assert_null(strstr(table(3), "cpu"));
}

Test(cli_trail, without_any_figure_there_is_no_table)
{
    fill();

    cr_assert_str_eq(table(ROWS), "");
    cr_assert_str_eq(table(0), "");
}

Test(cli_trail, every_line_fits_into_80_columns)
{
    fill();
    for (int i = 0; i < ROWS; i++) {
        for (int f = 0; f < PORTHOLE_FIGURES; f++)
            rows[i].figure[f] = i % 2 == 0 ? 1e18 : 0;
    }

    for (const char *line = table(ROWS); *line != '\0'; line = strchr(line, '\n') + 1)
        cr_assert_leq(strcspn(line, "\n"), 80, "%.90s", line);
}

static const char *signs(const double *values, size_t count)
{
    buf_clear(&out);
    trail_signs(&out, values, count, TEXT_ASCII);
    return buf_text(&out);
}

Test(cli_trail, signs_go_from_the_least_to_the_most)
{
    const double values[] = { 0, 1, 2, 3, 4, 5, 6, 7, NAN, 3 };

    cr_assert_str_eq(signs(values, 10), "_.:-=+*# -");
}

Test(cli_trail, noise_is_no_movement)
{
    const double values[] = { 100, 100.5, 100, 0.0 };

    cr_assert_str_eq(signs(values, 3), "___");
    cr_assert_str_eq(signs(values, 4), "###_");
    cr_assert_str_eq(signs(values + 3, 1), "_");
}
