/* SPDX-License-Identifier: MIT */
#include "agent/text.h"

#include <criterion/criterion.h>
#include <string.h>

#define BAD "\xEF\xBF\xBD" /* U+FFFD */

static const char *written(void (*write)(struct ph_sink *, const char *), const char *text)
{
    static char shown[256];
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof shown - 1);
    write(&sink, text);
    memcpy(shown, sink.bytes ? sink.bytes : "", sink.len);
    shown[sink.len] = '\0';
    ph_sink_fini(&sink);
    return shown;
}

struct row {
    const char *text, *shown;
};

static void check_rows(void (*write)(struct ph_sink *, const char *), const struct row *rows,
                       size_t n)
{
    for (size_t i = 0; i < n; i++)
        cr_assert_str_eq(written(write, rows[i].text), rows[i].shown, "row %zu: %s", i,
                         written(write, rows[i].text));
}

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

Test(text, json_escapes_what_json_must)
{
    static const struct row rows[] = {
        { "", "\"\"" },
        { "plain", "\"plain\"" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "\n\t\x01\x1f", "\"\\u000a\\u0009\\u0001\\u001f\"" },
        { "\x7f", "\"\\u007f\"" },
        { "</script>", "\"</script>\"" },
    };

    check_rows(ph_text_json, rows, COUNT(rows));
}

Test(text, json_keeps_every_valid_character)
{
    static const struct row rows[] = {
        { "\xC2\x80", "\"\xC2\x80\"" },
        { "Zürich", "\"Zürich\"" },
        { "\xE0\xA0\x80", "\"\xE0\xA0\x80\"" },
        { "\xED\x9F\xBF", "\"\xED\x9F\xBF\"" },
        { "\xEE\x80\x80", "\"\xEE\x80\x80\"" },
        { "\xF0\x90\x80\x80", "\"\xF0\x90\x80\x80\"" },
        { "\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\"" },
    };

    check_rows(ph_text_json, rows, COUNT(rows));
}

Test(text, every_byte_that_is_not_utf8_is_replaced)
{
    static const struct row rows[] = {
        { "a\xFF"
          "b",
          "\"a" BAD "b\"" },
        { "\x80", "\"" BAD "\"" },
        { "\xC3", "\"" BAD "\"" },
        { "\xC3(", "\"" BAD "(\"" },
        { "\xE2\x82", "\"" BAD BAD "\"" },
        { "\xF0\x9F\x98", "\"" BAD BAD BAD "\"" },
        { "\xF8\x88\x80\x80\x80", "\"" BAD BAD BAD BAD BAD "\"" },
    };

    check_rows(ph_text_json, rows, COUNT(rows));
}

Test(text, overlong_forms_surrogates_and_the_beyond_are_not_utf8)
{
    static const struct row rows[] = {
        { "\xC0\x80", "\"" BAD BAD "\"" },
        { "\xC1\xBF", "\"" BAD BAD "\"" },
        { "\xE0\x80\xAF", "\"" BAD BAD BAD "\"" },
        { "\xE0\x9F\xBF", "\"" BAD BAD BAD "\"" },
        { "\xF0\x8F\xBF\xBF", "\"" BAD BAD BAD BAD "\"" },
        { "\xED\xA0\x80", "\"" BAD BAD BAD "\"" },
        { "\xED\xBF\xBF", "\"" BAD BAD BAD "\"" },
        { "\xF4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"" },
    };

    check_rows(ph_text_json, rows, COUNT(rows));
}

Test(text, labels_escape_quote_backslash_and_line_end)
{
    static const struct row rows[] = {
        { "", "" },
        { "10.0.0.7:443", "10.0.0.7:443" },
        { "a\"b\\c\nd", "a\\\"b\\\\c\\nd" },
        { "Zürich\xFF", "Zürich" BAD },
    };

    check_rows(ph_text_label, rows, COUNT(rows));
}

Test(text, help_keeps_its_quotes)
{
    static const struct row rows[] = { { "say \"hi\"\\\n", "say \"hi\"\\\\\\n" } };

    check_rows(ph_text_help, rows, COUNT(rows));
}

static const char *copied(size_t cap, const char *text)
{
    static char dst[64];

    memset(dst, '#', sizeof dst);
    ph_text_copy(dst, cap, text);
    cr_assert_eq(dst[cap], '#', "wrote beyond its room");
    cr_assert_lt(strlen(dst), cap);
    return dst;
}

Test(text, copy_takes_what_fits_whole)
{
    cr_assert_str_eq(copied(8, "1234567"), "1234567");
    cr_assert_str_eq(copied(8, ""), "");
    cr_assert_str_eq(copied(8, NULL), "");
    cr_assert_str_eq(copied(9, "a\xFFz"), "a?z");
}

Test(text, copy_cuts_at_a_character_and_says_so)
{
    cr_assert_str_eq(copied(8, "12345678"), "1234…");
    cr_assert_str_eq(copied(8, "ääää"), "ää…");
    cr_assert_str_eq(copied(8, "aääää"), "aä…", "half a character is none");
    cr_assert_str_eq(copied(8, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80…");
    cr_assert_str_eq(copied(8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "????…");
}

Test(text, random_bytes_become_valid_text_of_the_same_kind)
{
    unsigned seed = 1;

    for (int round = 0; round < 20000; round++) {
        char raw[17], once[64], twice[64];

        for (size_t i = 0; i < sizeof raw; i++) {
            seed = seed * 1103515245u + 12345u;
            raw[i] = (char)(seed >> 16);
        }
        raw[16] = '\0';
        ph_text_copy(once, 12, raw);
        ph_text_copy(twice, sizeof twice, once);

        cr_assert_str_eq(once, twice, "what was made valid stays as it is");
    }
}
