/* SPDX-License-Identifier: MIT */
#include "agent/jcheck.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* From a buffer of just that size, so that ASan sees who reads beyond. */
static bool check_bytes(const char *json, size_t len, bool *has_nulls)
{
    char *copy = malloc(len + 1);
    bool ok, ignored;

    cr_assert_not_null(copy);
    memcpy(copy, json, len);
    copy[len] = '\0';
    ok = ph_jcheck(copy, len, has_nulls ? has_nulls : &ignored);
    free(copy);
    return ok;
}

static bool check(const char *json)
{
    return check_bytes(json, strlen(json), NULL);
}

static const char *const valid[] = {
    "0",
    "-0",
    "\"\"",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    " \t\r\n[ ] \n",
    "[1,2.5,-3e4,1E+2,1e-2,0.1]",
    "{\"a\":{\"b\":[{\"c\":null}]},\"d\":\"\"}",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDE00\"",
    "\"\\u0000\"",
    "\"\x7F\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"",
    "[[],{},[{}],{\"\":[]}]",
    "1.7976931348623157e308",
    "-179769313486231570000e288",
    "0e999999999999",
    "0.000e500",
    "1e-999",
    "{\"__proto__\":1,\"\\u0001\":2}",
};

Test(jcheck, takes_what_is_json)
{
    for (size_t i = 0; i < COUNT(valid); i++)
        cr_assert(check(valid[i]), "%s", valid[i]);
}

static const char *const invalid[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "[",
    "]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1]]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{,}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1]",
    "[1}",
    "{1:2}",
    "1 2",
    "01",
    "-",
    "-01",
    "+1",
    ".5",
    "1.",
    "1.e5",
    "1e",
    "1e+",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "\"",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\n\"",
    "\"\t\"",
    "// x\n1",
    "\xEF\xBB\xBF{}",
};

Test(jcheck, refuses_what_is_not)
{
    for (size_t i = 0; i < COUNT(invalid); i++)
        cr_assert_not(check(invalid[i]), "%s", invalid[i]);
}

/* JSON, and yet the command's parser could not read it. */
Test(jcheck, refuses_what_pollers_choke_on)
{
    static const char *const rows[] = {
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\u0041\"",
        "{\"\\u0000\":1}",
        "{\"a\\u0000b\":1}",
        "[{\"x\\u0000\":1}]",
        "1e309",
        "-1e400",
        "[1e99999999999]",
        "17976931348623158e292",
        "1.7976931348623158e308",
        "\"\xC0\x80\"",
        "\"\xED\xA0\x80\"",
        "\"\xF5\x80\x80\x80\"",
        "\"\xC3\"",
        "\"\x80\"",
        "\"\xE2\x82\"",
        "\"\xFF\"",
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_assert_not(check(rows[i]), "%s", rows[i]);
}

Test(jcheck, refuses_a_nul_anywhere)
{
    static const char text[] = "{\"a\":[1,\"b\"]}";

    for (size_t i = 0; i < sizeof text - 1; i++) {
        char holed[sizeof text];

        memcpy(holed, text, sizeof text);
        holed[i] = '\0';
        cr_assert_not(check_bytes(holed, sizeof text - 1, NULL), "at %zu", i);
    }
    cr_assert_not(check_bytes("1\0", 2, NULL));
}

/* Scalars may be cut and still be something: 12 out of 123. */
Test(jcheck, refuses_every_prefix_of_a_bracketed_document)
{
    for (size_t i = 0; i < COUNT(valid); i++) {
        size_t len = strlen(valid[i]);

        if (valid[i][0] != '[' && valid[i][0] != '{' && valid[i][0] != '"')
            continue;
        for (size_t n = 0; n < len; n++)
            cr_assert_not(check_bytes(valid[i], n, NULL), "%.*s", (int)n, valid[i]);
    }
}

Test(jcheck, never_takes_what_the_commands_parser_refuses)
{
    static const char alphabet[] = "{}[]\",:\\u0dD8c1-.eE+ ntrualsef/\x80\xC3\xA4\xED\xA0";
    uint64_t state = 88172645463325252u;
    char text[14];
    size_t taken = 0;

    for (int round = 0; round < 400000; round++) {
        size_t n = 1 + (size_t)round % (sizeof text - 1);

        for (size_t i = 0; i < n; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text[i] = alphabet[state % (sizeof alphabet - 1)];
        }
        text[n] = '\0';
        if (check_bytes(text, n, NULL)) {
            json_t *json = json_loadb(
                text, n, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);

            cr_assert_not_null(json, "%s", text);
            json_decref(json);
            taken++;
        }
    }
    cr_assert_gt(taken, 1000, "or nothing was tried");
}

Test(jcheck, goes_as_deep_as_it_says_and_no_deeper)
{
    static char text[2 * PH_JCHECK_DEPTH + 2];

    memset(text, '[', PH_JCHECK_DEPTH);
    memset(text + PH_JCHECK_DEPTH, ']', PH_JCHECK_DEPTH);
    cr_assert(check_bytes(text, 2 * (size_t)PH_JCHECK_DEPTH, NULL));
    memset(text, '[', PH_JCHECK_DEPTH + 1);
    memset(text + PH_JCHECK_DEPTH + 1, ']', PH_JCHECK_DEPTH + 1);
    cr_assert_not(check_bytes(text, 2 * (size_t)PH_JCHECK_DEPTH + 2, NULL));
    memset(text, '[', sizeof text);
    cr_assert_not(check_bytes(text, sizeof text, NULL));
}

Test(jcheck, tells_of_nulls_at_the_top_only)
{
    static const struct {
        const char *json;
        bool has_nulls;
    } rows[] = {
        { "{\"a\":null}", true },
        { "{\"a\":1,\"b\":null,\"c\":2}", true },
        { "{\"a\":[null]}", false },
        { "{\"a\":{\"b\":null}}", false },
        { "[null]", false },
        { "null", false },
        { "{\"a\":\"null\"}", false },
        { "{\"null\":1}", false },
        { "{\"a\":[{}],\"b\":null}", true },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool has_nulls = !rows[i].has_nulls;

        cr_assert(check_bytes(rows[i].json, strlen(rows[i].json), &has_nulls));
        cr_assert_eq(has_nulls, rows[i].has_nulls, "%s", rows[i].json);
    }
}
