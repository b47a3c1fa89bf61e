/* SPDX-License-Identifier: MIT */
#include "cli/jsonspan.h"
#include "cli/jsonwrite.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cause check(const char *text)
{
    struct jsonspan span;

    return jsonspan_read(text, strlen(text), &span);
}

static struct jsonspan read_one(const char *text)
{
    struct jsonspan span = { NULL, 0 };

    cr_assert_eq(jsonspan_read(text, strlen(text), &span), CAUSE_NONE, "%s", text);
    return span;
}

Test(cli_jsonspan, takes_what_is_json)
{
    static const char *const good[] = {
        "0",           "-0.5e+10", " [ ] ", "{}",      "\"\\u12aF\\n\"",
        "true",        "null",     "[1,2]", "[[],{}]", "{\"a\":[{}]}",
        "{\"\":\"\"}", "1E5",      "-1",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_assert_eq(check(good[i]), CAUSE_NONE, "%s", good[i]);
}

Test(cli_jsonspan, refuses_what_is_none)
{
    static const char *const bad[] = {
        "01",    "00",        "+1",        "1.x",     "[1,]",      "{,}",       "{\"a\"}x",
        "{a:1}", "\"\\x\"",   "\"\t\"",    "tru3",    "[1}",       "{\"a\":1]", "[]]",
        "nulll", "\"\\u00g0\"", "{\"a\" 1}", "'a'",   "-a",        "1 2",       ".5",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(check(bad[i]), CAUSE_BAD_JSON, "%s", bad[i]);
}

Test(cli_jsonspan, every_beginning_of_a_document_is_truncated)
{
    static const char whole[] = "{\"a\":[1,true,\"x\\u0041\\n\",{\"b\":null}],\"c\":-1.5e3}";
    struct jsonspan span;

    for (size_t len = 0; len < sizeof whole - 1; len++) {
        char *part = malloc(len + 1); /* of its own, so that ASan sees a read beyond it */

        memcpy(part, whole, len);
        cr_assert_eq(jsonspan_read(part, len, &span), CAUSE_TRUNCATED, "%zu", len);
        free(part);
    }
}

Test(cli_jsonspan, depth_has_a_ceiling)
{
    char text[2 * JSONSPAN_DEPTH + 3];
    struct jsonspan span;

    memset(text, '[', JSONSPAN_DEPTH + 1);
    memset(text + JSONSPAN_DEPTH + 1, ']', JSONSPAN_DEPTH + 1);
    cr_assert_eq(jsonspan_read(text, 2 * JSONSPAN_DEPTH + 2, &span), CAUSE_TOO_BIG);
    cr_assert_eq(jsonspan_read(text + 1, 2 * JSONSPAN_DEPTH, &span), CAUSE_NONE);
}

Test(cli_jsonspan, walks_members_and_finds_the_last_of_a_name)
{
    struct jsonspan document =
        read_one(" { \"a\" : 1 , \"b\" : [ \"]\\\"\" , {} ] , \"\\u0061\" : 2 } ");
    struct jsonspan_walk walk = jsonspan_begin(document);
    struct jsonspan key, value;

    cr_assert(jsonspan_next(&walk, &key, &value));
    cr_assert(jsonspan_next(&walk, &key, &value));
    cr_assert_eq(value.len, strlen("[ \"]\\\"\" , {} ]"));
    cr_assert(jsonspan_next(&walk, &key, &value));
    cr_assert_not(jsonspan_next(&walk, &key, &value));
    cr_assert_eq(jsonspan_number(jsonspan_find(document, "a")), 2);
    cr_assert(isnan(jsonspan_number(jsonspan_find(document, "b"))));
    cr_assert_eq(jsonspan_kind(jsonspan_find(document, "c")), '\0');
}

Test(cli_jsonspan, decodes_escapes_and_mends_lone_surrogates)
{
    static const char want[] =
        "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBDx\xEF\xBF\xBD";
    struct buf out = { 0 };

    jsonspan_text(&out, read_one("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"
                                 "\\ud83dx\\ude00\""));

    cr_assert_str_eq(buf_text(&out), want);
    buf_fini(&out);
}

Test(cli_jsonspan, what_is_written_anew_reads_the_same)
{
    static const char text[] = "{\"a\":[1.50,{\"\":null}],\"\\u0000\":\"\\u001b\\\"\x7F\xFF\"}";
    static const char want[] =
        "{\"a\":[1.50,{\"\":null}],\"\\u0000\":\"\\u001b\\\"\\u007f\\ufffd\"}";
    struct buf out = { 0 };
    struct jsonwrite write = { .out = &out, .ascii = true };

    jsonwrite_value(&write, read_one(text));

    cr_assert_str_eq(buf_text(&out), want);
    buf_fini(&out);
}

Test(cli_jsonspan, random_text_is_never_read_beyond_its_end)
{
    static const char alphabet[] = "{}[],:\"\\u0019aftnrue-.eE \n";
    unsigned seed = 11;

    for (int round = 0; round < 200000; round++) {
        size_t len = (seed >> 8) % 24;
        char *text = malloc(len + 1);
        struct jsonspan span;

        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        seed = seed * 1103515245u + 12345u;
        if (jsonspan_read(text, len, &span) == CAUSE_NONE) {
            struct buf out = { 0 };
            struct jsonwrite write = { .out = &out, .ascii = true };

            jsonwrite_value(&write, span);
            cr_assert_eq(check(buf_text(&out)), CAUSE_NONE);
            buf_fini(&out);
        }
        free(text);
    }
}

Test(cli_jsonspan, short_numbers_are_rounded_as_strtod_rounds)
{
    unsigned long long state = 3;

    for (int i = 0; i < 100000; i++) {
        char digits[32];
        int len;

        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        len = snprintf(digits, sizeof digits, "%s%llu.%0*llu", i % 2 == 0 ? "" : "-",
                       (state >> 20) % 1000000, 1 + i % 12, (state >> 40) % 10);
        cr_assert_eq(jsonspan_number((struct jsonspan){ digits, (size_t)len }),
                     strtod(digits, NULL), "%s", digits);
    }
}

static bool count_token(void *user, char what, struct jsonspan token)
{
    *(size_t *)user += what == '"' ? token.len : 0;
    return true;
}

/* Strings are gone through eight bytes at a time. */
Test(jsonspan, sees_what_is_special_at_every_place_of_a_string)
{
    static const struct {
        char text[3];
        enum cause cause;
        bool plain;
    } specials[] = {
        { "\\n", CAUSE_NONE, false },     { "\xC3\xA9", CAUSE_NONE, false },
        { "\x80", CAUSE_NONE, false },     { "\x1F", CAUSE_BAD_JSON, true },
        { "\\q", CAUSE_BAD_JSON, false }, { "\"x", CAUSE_BAD_JSON, true },
        { "#!", CAUSE_NONE, true },        { "\x7F ", CAUSE_NONE, true },
    };

    for (size_t s = 0; s < sizeof specials / sizeof specials[0]; s++) {
        for (int before = 0; before < 20; before++) {
            for (int behind = 0; behind < 20; behind++) {
                char text[64];
                size_t told = 0;
                bool plain;
                int len = snprintf(text, sizeof text, "[\"%.*s%s%.*s\"]", before,
                                   "aaaaaaaaaaaaaaaaaaaa", specials[s].text, behind,
                                   "aaaaaaaaaaaaaaaaaaaa");
                enum cause cause = jsonspan_tell(text, (size_t)len, count_token, &told, &plain);

                cr_assert_eq(cause, specials[s].cause, "%s", text);
                cr_assert(cause != CAUSE_NONE || plain == specials[s].plain, "%s", text);
                cr_assert(cause != CAUSE_NONE || told == (size_t)len - 2, "%s", text);
            }
        }
    }
}
