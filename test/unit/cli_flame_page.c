/* SPDX-License-Identifier: MIT */
#include "cli/flame_page.h"
#include "cli/jsontext.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct buf out;

static void end(void)
{
    buf_fini(&out);
}

TestSuite(cli_flame_page, .fini = end);

static void page_of(const char *name)
{
    struct treefile profile;
    struct buf text = { 0 };
    char why[128];

    buf_puts(&text, "{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"");
    buf_puts(&text, name);
    buf_puts(&text, "\"}}]}");
    cr_assert(treefile_read(buf_text(&text), text.len, &profile, why), "%s", why);
    cr_assert(flame_page_write(&out, &profile));
    treefile_fini(&profile);
    buf_fini(&text);
}

static unsigned count(const char *what)
{
    unsigned n = 0;

    for (const char *at = buf_text(&out); (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

Test(cli_flame_page, is_whole_and_has_no_mark_left)
{
    page_of("f");

    cr_assert_eq(count("@STYLE@") + count("@PROFILE@") + count("@MODEL@") + count("@VIEW@"), 0);
    cr_assert_eq(count("<!DOCTYPE html>"), 1);
    cr_assert_eq(count("</html>"), 1);
    cr_assert_eq(count("default-src 'none'"), 1);
}

Test(cli_flame_page, names_nothing_outside_of_itself)
{
    page_of("f");

    cr_assert_eq(count("http://") + count("https://") + count("src=") + count("href="), 0);
}

Test(cli_flame_page, no_name_ends_the_script_it_stands_in)
{
    page_of("</script><script>alert(1)</script><!--");

    cr_assert_eq(count("<script"), 3);
    cr_assert_eq(count("</script"), 3);
    cr_assert_eq(count("\\u003c/script\\u003e\\u003cscript\\u003ealert(1)"), 1);
}

Test(cli_flame_page, no_name_is_taken_for_a_mark)
{
    page_of("@MODEL@@VIEW@@STYLE@");

    cr_assert_eq(count("@MODEL@@VIEW@@STYLE@"), 1);
    cr_assert_eq(count("const profile = JSON.parse"), 1);
}

static const char *quoted(const char *text)
{
    buf_clear(&out);
    jsontext_string(&out, text);
    return buf_text(&out);
}

Test(cli_flame_page, texts_are_escaped_into_plain_ascii)
{
    cr_assert_str_eq(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    cr_assert_str_eq(quoted("<&>\n\x1b\x7f"), "\"\\u003c\\u0026\\u003e\\u000a\\u001b\\u007f\"");
    cr_assert_str_eq(quoted("\xE2\x80\xA8\xE2\x80\xA9"), "\"\\u2028\\u2029\"");
    cr_assert_str_eq(quoted("\xC3\xA9\xF0\x9F\x98\x80"), "\"\\u00e9\\ud83d\\ude00\"");
}

Test(cli_flame_page, bytes_that_are_no_utf8_become_replacements_and_end_nothing)
{
    cr_assert_str_eq(quoted("\xFF"
                            "a"),
                     "\"\\ufffda\"");
    cr_assert_str_eq(quoted("\xC3"), "\"\\ufffd\"");
    cr_assert_str_eq(quoted("\xF0\x9F"), "\"\\ufffd\\ufffd\"");
    cr_assert_str_eq(quoted("\xC0\xAF"), "\"\\ufffd\\ufffd\"");
    cr_assert_str_eq(quoted("\xED\xA0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
}

Test(cli_flame_page, numbers_are_short_and_what_is_none_is_null)
{
    jsontext_number(&out, 0.1);
    buf_puts(&out, " ");
    jsontext_number(&out, 1e15);
    buf_puts(&out, " ");
    jsontext_number(&out, NAN);
    buf_puts(&out, " ");
    jsontext_number(&out, -INFINITY);
    buf_puts(&out, " ");
    jsontext_number(&out, -0.0);

    cr_assert_str_eq(buf_text(&out), "0.1 1e+15 null null 0");
}
