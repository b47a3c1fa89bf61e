/* SPDX-License-Identifier: MIT */
#include "cli/sample.h"

#include "cli/jsonscan.h"
#include "cli/mem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sample sample;

static enum cause read_text(const char *text)
{
    return sample_read(text, strlen(text), &sample);
}

#define STATE(rest) "{\"porthole\":{\"schema\":1}" rest "}"

Test(cli_sample, reads_the_figures_of_the_process)
{
    enum cause cause = read_text(
        STATE(",\"service\":{\"name\":\"shop\",\"pid\":4121,\"uptime_s\":86.5},"
              "\"captured\":{\"at\":\"2026-11-20T23:06:57.250Z\",\"tick\":86},"
              "\"process\":{\"rss_bytes\":1048576,\"fds\":{\"open\":3,\"limit\":1024}},"
              "\"sockets\":{\"total\":5,\"tcp\":{\"established\":2}}"));

    cr_assert_eq(cause, CAUSE_NONE);
    cr_assert_str_eq(sample.service, "shop");
    cr_assert_float_eq(sample.pid, 4121, 0);
    cr_assert_float_eq(sample.captured_unix_s, 1795216017.25, 1e-6);
    cr_assert_float_eq(sample.v[VITAL_RSS], 1048576, 0);
    cr_assert_float_eq(sample.v[VITAL_FDS_LIMIT], 1024, 0);
    cr_assert_float_eq(sample.v[VITAL_ESTABLISHED], 2, 0);
}

Test(cli_sample, threads_are_summed_or_the_worst_of_them_counts)
{
    enum cause cause = read_text(
        STATE(",\"threads\":["
              "{\"loop\":{\"state\":\"idle\",\"utilization\":0.1,\"delay_ms\":{\"p99\":3}},"
              "\"heap\":{\"used_bytes\":10,\"limit_bytes\":100},\"listeners\":{\"total\":7}},"
              "{\"loop\":{\"state\":\"blocked\",\"blocked_ms\":900,\"utilization\":0.9},"
              "\"heap\":{\"used_bytes\":50,\"limit_bytes\":60}}]"));

    cr_assert_eq(cause, CAUSE_NONE);
    cr_assert_eq(sample.loop, SAMPLE_LOOP_BLOCKED);
    cr_assert_float_eq(sample.v[VITAL_UTILIZATION], 0.9, 1e-12);
    cr_assert_float_eq(sample.v[VITAL_DELAY_P99], 3, 0);
    cr_assert_float_eq(sample.v[VITAL_HEAP_USED], 60, 0);
    cr_assert_float_eq(sample.v[VITAL_HEAP_SHARE], 50.0 / 60, 1e-12);
    cr_assert_float_eq(sample.v[VITAL_LISTENERS], 7, 0);
    cr_assert_float_eq(sample.v[VITAL_THREADS], 2, 0);
}

Test(cli_sample, what_is_missing_or_null_is_unknown)
{
    cr_assert_eq(read_text(STATE(",\"process\":{\"rss_bytes\":null},\"threads\":[{}]")),
                 CAUSE_NONE);

    cr_assert(isnan(sample.v[VITAL_RSS]));
    cr_assert(isnan(sample.pid));
    cr_assert(isnan(sample.v[VITAL_HEAP_USED]));
    cr_assert(isnan(sample.captured_unix_s));
    cr_assert_eq(sample.loop, SAMPLE_LOOP_UNKNOWN);
    cr_assert_str_eq(sample.service, "");
}

Test(cli_sample, absurd_numbers_are_unknown)
{
    cr_assert_eq(read_text(STATE(",\"service\":{\"pid\":-1,\"uptime_s\":1e300},"
                                 "\"process\":{\"rss_bytes\":-5,\"fds\":[1]},"
                                 "\"sockets\":{\"total\":true,\"tcp\":{\"established\":\"9\"}},"
                                 "\"threads\":[{\"loop\":{\"utilization\":42}}]")),
                 CAUSE_NONE);

    cr_assert(isnan(sample.pid));
    cr_assert(isnan(sample.v[VITAL_UPTIME]));
    cr_assert(isnan(sample.v[VITAL_RSS]));
    cr_assert(isnan(sample.v[VITAL_FDS]));
    cr_assert(isnan(sample.v[VITAL_SOCKETS]));
    cr_assert(isnan(sample.v[VITAL_ESTABLISHED]));
    cr_assert(isnan(sample.v[VITAL_UTILIZATION]));
}

Test(cli_sample, says_what_is_wrong_with_a_document)
{
    cr_assert_eq(read_text(""), CAUSE_TRUNCATED);
    cr_assert_eq(read_text("{\"porthole\":{\"schema\":1}"), CAUSE_TRUNCATED);
    cr_assert_eq(read_text("{not json"), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("{} x"), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("\"text\""), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("{\"a\":1e999}"), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("{\"a\":\"\xff\"}"), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("[]"), CAUSE_NOT_PORTHOLE);
    cr_assert_eq(read_text("{\"porthole\":7}"), CAUSE_NOT_PORTHOLE);
    cr_assert_eq(read_text("{\"porthole\":{\"schema\":0}}"), CAUSE_NOT_PORTHOLE);
}

Test(cli_sample, a_later_schema_is_read_as_far_as_it_is_known)
{
    cr_assert_eq(read_text("{\"porthole\":{\"schema\":2},\"service\":{\"name\":\"x\"}}"),
                 CAUSE_NONE);

    cr_assert_str_eq(sample.service, "x");
}

Test(cli_sample, long_names_are_cut_between_characters)
{
    char text[512] = "{\"porthole\":{\"schema\":1},\"service\":{\"name\":\"x";

    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s", "é");
    snprintf(text + strlen(text), sizeof text - strlen(text), "\"}}");

    cr_assert_eq(read_text(text), CAUSE_NONE);
    cr_assert_eq(strlen(sample.service), 63);
    cr_assert_str_eq(sample.service + 61, "é");

    memmove(strchr(text, 'x'), strchr(text, 'x') + 1, strlen(strchr(text, 'x')));
    cr_assert_eq(read_text(text), CAUSE_NONE);
    cr_assert_eq(strlen(sample.service), 62, "not half an é");
}

Test(cli_sample, a_nul_inside_a_name_does_not_end_it)
{
    cr_assert_eq(read_text(STATE(",\"service\":{\"name\":\"a\\u0000b\"}")), CAUSE_NONE);

    cr_assert_str_eq(sample.service, "a\xEF\xBF\xBD"
                                     "b");
}

Test(cli_sample, too_many_values_are_refused_before_parsing)
{
    size_t len = 3 * (JSONSCAN_VALUES + 2);
    char *text = mem_new(len + 1, 1);

    text[0] = '[';
    for (size_t i = 1; i < len; i++)
        text[i] = "{},"[i % 3];

    cr_assert_eq(sample_read(text, len, &sample), CAUSE_TOO_BIG);
    free(text);
}

Test(cli_sample, depth_is_refused_before_parsing)
{
    char text[JSONSCAN_DEPTH + 2];

    memset(text, '[', sizeof text);

    cr_assert_eq(sample_read(text, sizeof text, &sample), CAUSE_TOO_BIG);
}

Test(cli_sample, brackets_inside_strings_do_not_count)
{
    cr_assert_eq(
        read_text(STATE(",\"service\":{\"name\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[\"}")),
        CAUSE_NONE);
}

Test(cli_sample, every_prefix_of_a_document_is_refused_or_read)
{
    static const char whole[] =
        STATE(",\"service\":{\"name\":\"sh\xC3\xB6p\\u00e9\"},\"threads\":[{\"loop\":{}}]");

    for (size_t len = 0; len + 1 < sizeof whole - 1; len++) {
        char *text = mem_text(whole, len);

        cr_assert_neq(sample_read(text, len, &sample), CAUSE_NONE, "%zu bytes", len);
        free(text);
    }
}

Test(cli_sample, delays_of_all_threads_are_put_together_by_octave)
{
    cr_assert_eq(read_text(STATE(",\"threads\":["
                                 "{\"loop\":{\"delay_ms\":{\"buckets\":[[1,90],[16,5]]}}},"
                                 "{\"loop\":{\"delay_ms\":{\"buckets\":[[1,10]]}}},{}]")),
                 CAUSE_NONE);

    cr_assert_eq(sample.delays[3], 100);
    cr_assert_eq(sample.delays[7], 5);
}

Test(cli_sample, absurd_octaves_count_for_nothing)
{
    cr_assert_eq(read_text(STATE(",\"threads\":[{\"loop\":{\"delay_ms\":{\"buckets\":"
                                 "[[-1,5],[1,-5],[1,1e30],[0,1],7,[],[\"x\",{}],null]}}}]")),
                 CAUSE_NONE);

    for (size_t i = 0; i < SAMPLE_OCTAVES; i++)
        cr_assert_eq(sample.delays[i], 0);
}

/* ---- Both readers -------------------------------------------------------------------- */

static const char rich[] =
    STATE(",\"service\":{\"name\":\"shop\",\"component\":null,\"pid\":4121,\"uptime_s\":86.5},"
          "\"captured\":{\"at\":\"2026-11-20T23:06:57.250Z\",\"tick\":86},\"process\":{"
          "\"rss_bytes\":1048576,\"cpu_user_s\":0.140878,\"fds\":{\"open\":3,\"limit\":1024}},"
          "\"threads\":[{\"loop\":{\"state\":\"idle\",\"utilization\":0.002196,\"delay_ms\":{"
          "\"p99\":3.60448,\"buckets\":[[0.125,12],[4,7]]}},\"heap\":{\"used_bytes\":50,"
          "\"limit_bytes\":60}},{\"loop\":{\"state\":\"blocked\"},\"gc\":{\"pause_s\":1e-3}}],"
          "\"sockets\":{\"total\":6,\"tcp\":{\"established\":2}},\"suspects\":[{\"series\":"
          "\"rss\",\"class\":\"memory\",\"grade\":\"urgent\",\"says\":\"grows\","
          "\"slope_per_hour\":12.5},{\"grade\":\"suspect\"}]");

/* sample_read() may take a short way; sample_of() never does. */
static void agree(const char *text, size_t len)
{
    struct sample of_text, of_document;
    struct doc *state = NULL;
    enum cause read = sample_read(text, len, &of_text), of = doc_read(text, len, &state);

    if (of == CAUSE_NONE)
        of = sample_of(state, &of_document);
    doc_free(state);
    cr_assert_eq(read, of, "%d, %d: %.*s", (int)read, (int)of, (int)len, text);
    if (read == CAUSE_NONE)
        cr_assert_eq(memcmp(&of_text, &of_document, sizeof of_text), 0, "%.*s", (int)len, text);
}

Test(cli_sample, both_readers_agree_on_every_prefix)
{
    for (size_t len = 0; len < sizeof rich; len++)
        agree(rich, len);
}

Test(cli_sample, both_readers_agree_when_a_piece_is_replaced)
{
    static const char *const pieces[] = {
        "",
        "null",
        "1e999",
        "-5",
        "[]",
        "{}",
        "\"\\u0000\"",
        "\"\xFF\"",
        "true",
        "[[1]]",
        "\"a\\\"b\"",
        "\"idle\"",
        "1e3",
        "-0",
        "\"[]\":1,",
        "}",
        "]",
        "[4,7,9]",
        "{\"\":1}",
        "\"grade\":\"urgent\",",
        "\"threads\":[],",
    };

    for (size_t at = 0; at < sizeof rich - 1; at++) {
        size_t whole = strcspn(rich + at + 1, ",]}");

        for (size_t i = 0; i < 2 * (sizeof pieces / sizeof pieces[0]); i++) {
            size_t left_out = i % 2 == 0 ? 0 : whole;
            char text[sizeof rich + 64];
            int len = snprintf(text, sizeof text, "%.*s%s%s", (int)at + 1, rich, pieces[i / 2],
                               rich + at + 1 + left_out);

            agree(text, (size_t)len);
        }
    }
}

Test(cli_sample, both_readers_agree_on_bytes_at_random)
{
    static const char bytes[] = "0123456789.-eE,:[]{}\"\\ax\xC3 ";
    unsigned long long state = 7;

    for (int round = 0; round < 20000; round++) {
        char text[sizeof rich];

        memcpy(text, rich, sizeof rich);
        for (int i = 0; i < 1 + round % 3; i++) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            text[(state >> 33) % (sizeof rich - 1)] = bytes[(state >> 20) % (sizeof bytes - 1)];
        }
        agree(text, sizeof rich - 1);
    }
}
