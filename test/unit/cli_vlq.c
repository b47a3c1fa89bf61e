/* SPDX-License-Identifier: MIT */
#include "cli/vlq.h"

#include <criterion/criterion.h>
#include <string.h>

static int32_t value;

/* Characters that one number takes of `text`; 0 if there is none. */
static size_t taken(const char *text)
{
    const char *at = text;

    value = -77;
    return vlq_read(&at, text + strlen(text), &value) ? (size_t)(at - text) : 0;
}

Test(cli_vlq, the_sign_is_the_lowest_bit)
{
    cr_assert_eq(taken("A"), 1);
    cr_assert_eq(value, 0);
    cr_assert_eq(taken("C"), 1);
    cr_assert_eq(value, 1);
    cr_assert_eq(taken("D"), 1);
    cr_assert_eq(value, -1);
    cr_assert_eq(taken("e"), 1);
    cr_assert_eq(value, 15);
}

Test(cli_vlq, further_digits_are_higher)
{
    cr_assert_eq(taken("gB"), 2);
    cr_assert_eq(value, 16);
    cr_assert_eq(taken("hB"), 2);
    cr_assert_eq(value, -16);
    cr_assert_eq(taken("w+B"), 3);
    cr_assert_eq(value, 1000);
}

Test(cli_vlq, the_largest_number_has_32_bits)
{
    cr_assert_eq(taken("+/////D"), 7);
    cr_assert_eq(value, INT32_MAX);
    cr_assert_eq(taken("//////D"), 7);
    cr_assert_eq(value, -INT32_MAX);

    cr_assert_eq(taken("ggggggE"), 0, "one bit more");
    cr_assert_eq(taken("gggggggA"), 0, "one digit more");
    cr_assert_eq(taken("ggggggggggggggggggggggggggggggggA"), 0);
    cr_assert_eq(value, -77);
}

Test(cli_vlq, what_is_cut_or_no_digit_is_no_number)
{
    cr_assert_eq(taken(""), 0);
    cr_assert_eq(taken("g"), 0);
    cr_assert_eq(taken("g,"), 0);
    cr_assert_eq(taken("!"), 0);
    cr_assert_eq(taken("\xff"), 0);
}

Test(cli_vlq, a_number_ends_where_it_ends)
{
    cr_assert_eq(taken("CgBD"), 1);
    cr_assert_eq(value, 1);
}

static const char *decoded(struct buf *out, const char *text)
{
    buf_clear(out);
    return vlq_base64(out, text, strlen(text)) ? buf_text(out) : NULL;
}

Test(cli_vlq, base64_with_and_without_padding)
{
    struct buf out = { 0 };

    cr_assert_str_eq(decoded(&out, ""), "");
    cr_assert_str_eq(decoded(&out, "Zg=="), "f");
    cr_assert_str_eq(decoded(&out, "Zm8="), "fo");
    cr_assert_str_eq(decoded(&out, "Zm8"), "fo");
    cr_assert_str_eq(decoded(&out, "Zm9v"), "foo");
    cr_assert_str_eq(decoded(&out, "Pz8_Pj4-"), "??"
                                                "?>>>");
    cr_assert_str_eq(decoded(&out, "Pz8/Pj4+"), "??"
                                                "?>>>");
    buf_fini(&out);
}

Test(cli_vlq, base64_refuses_all_else)
{
    struct buf out = { 0 };

    cr_assert_null(decoded(&out, "Z"));
    cr_assert_null(decoded(&out, "Zm9v!"));
    cr_assert_null(decoded(&out, "Zm 9v"));
    cr_assert_null(decoded(&out, "Zm=9v"));
    buf_fini(&out);
}

Test(cli_vlq, base64_stops_at_the_ceiling)
{
    struct buf out = { .limit = 2 };

    cr_assert_null(decoded(&out, "Zm9v"));
    buf_fini(&out);
}
