/* SPDX-License-Identifier: MIT */
#include "cli/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *cleaned(const char *text, size_t len, enum text_charset charset)
{
    static struct buf out;

    buf_clear(&out);
    text_clean(&out, text, len, charset);
    return buf_text(&out);
}

#define CLEAN(literal) cleaned(literal, sizeof(literal) - 1, TEXT_UTF8)

Test(cli_text, leaves_ordinary_text_alone)
{
    cr_assert_str_eq(CLEAN("api-3 \"x\" \\ ~"), "api-3 \"x\" \\ ~");
    cr_assert_str_eq(CLEAN("Zürich 東京 e\xCC\x81"), "Zürich 東京 e\xCC\x81");
}

Test(cli_text, shows_control_characters_instead_of_sending_them)
{
    cr_assert_str_eq(CLEAN("a\x1b[31mb\x7f\n\t"), "a\\x1b[31mb\\x7f\\x0a\\x09");
    cr_assert_str_eq(CLEAN("a\0b"), "a\\x00b");
    cr_assert_str_eq(CLEAN("\xC2\x9B"), "\\x9b", "C1 drives terminals as well");
}

Test(cli_text, shows_what_would_hide_or_reorder)
{
    /* misleading on purpose: NOLINTBEGIN(misc-misleading-bidirectional) */
    cr_assert_str_eq(CLEAN("\xE2\x80\xAE"), "\\u{202e}");
    cr_assert_str_eq(CLEAN("\xE2\x80\xA8\xE2\x81\xA6\xE2\x80\x8B"),
                     "\\u{2028}\\u{2066}\\u{200b}");
    cr_assert_str_eq(CLEAN("\xF3\xA0\x81\x81"), "\\u{e0041}");
    cr_assert_str_eq(CLEAN("\xEF\xBB\xBF"), "\\u{feff}");
    /* NOLINTEND(misc-misleading-bidirectional) */
}

Test(cli_text, replaces_what_is_no_utf8)
{
    cr_assert_str_eq(CLEAN("\xFF"), "\xEF\xBF\xBD");
    cr_assert_str_eq(CLEAN("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD", "overlong");
    cr_assert_str_eq(CLEAN("\xE2\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD", "cut");
    cr_assert_str_eq(CLEAN("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
                     "surrogate");
    cr_assert_str_eq(CLEAN("\xF4\x90\x80\x80"),
                     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    cr_assert_str_eq(CLEAN("\xEF\xBF\xBE"), "\xEF\xBF\xBD", "noncharacter");
}

Test(cli_text, ascii_has_only_ascii)
{
    cr_assert_str_eq(cleaned("é\xFF", 3, TEXT_ASCII), "\\u{e9}?");
}

Test(cli_text, cleaning_twice_changes_nothing_and_lets_no_control_byte_through)
{
    unsigned seed = 1;

    for (int round = 0; round < 20000; round++) {
        char raw[24];
        struct buf once = { 0 }, twice = { 0 };

        for (size_t i = 0; i < sizeof raw; i++) {
            seed = seed * 1103515245u + 12345u;
            raw[i] = (char)(seed >> 16);
        }
        text_clean(&once, raw, sizeof raw, TEXT_UTF8);
        text_clean(&twice, buf_text(&once), once.len, TEXT_UTF8);

        cr_assert_str_eq(buf_text(&once), buf_text(&twice));
        for (size_t i = 0; i < once.len; i++)
            cr_assert((unsigned char)once.data[i] >= 0x20 && once.data[i] != 0x7F);
        buf_fini(&once);
        buf_fini(&twice);
    }
}

Test(cli_text, documents_keep_their_lines)
{
    struct buf out = { 0 };

    text_clean_lines(&out, "a\n\tb\r\x1b", 6, TEXT_UTF8);

    cr_assert_str_eq(buf_text(&out), "a\n\tb\\x0d\\x1b");
    buf_fini(&out);
}

Test(cli_text, width_counts_columns_not_bytes)
{
    cr_assert_eq(text_width("abc"), 3);
    cr_assert_eq(text_width("Zürich"), 6);
    cr_assert_eq(text_width("東京"), 4);
    cr_assert_eq(text_width("e\xCC\x81"), 1);
    cr_assert_eq(text_width(""), 0);
}

static const char *fitted(const char *text, size_t width, enum text_align align)
{
    static struct buf out;

    buf_clear(&out);
    text_fit(&out, text, width, align, TEXT_UTF8);
    return buf_text(&out);
}

Test(cli_text, fit_pads_and_cuts_to_the_exact_width)
{
    cr_assert_str_eq(fitted("ab", 4, TEXT_LEFT), "ab  ");
    cr_assert_str_eq(fitted("ab", 4, TEXT_RIGHT), "  ab");
    cr_assert_str_eq(fitted("abcdef", 4, TEXT_LEFT), "abc…");
    cr_assert_str_eq(fitted("東京都", 4, TEXT_LEFT), "東… ", "half a character is none");
    cr_assert_str_eq(fitted("abc", 0, TEXT_LEFT), "");
    cr_assert_str_eq(fitted("abc", 1, TEXT_LEFT), "…");
}

Test(cli_text, fit_in_the_middle_keeps_both_ends)
{
    cr_assert_str_eq(fitted("ab", 4, TEXT_MIDDLE), "ab  ");
    cr_assert_str_eq(fitted("abcd", 4, TEXT_MIDDLE), "abcd");
    cr_assert_str_eq(fitted("abcdefgh", 5, TEXT_MIDDLE), "abc…h");
    cr_assert_str_eq(fitted("abcdefgh", 6, TEXT_MIDDLE), "abcd…h");
    cr_assert_str_eq(fitted("abcdefgh", 2, TEXT_MIDDLE), "a…");
    cr_assert_str_eq(fitted("abcdefgh", 1, TEXT_MIDDLE), "…");
    cr_assert_str_eq(fitted("abc", 0, TEXT_MIDDLE), "");
    cr_assert_str_eq(fitted("東京都都", 6, TEXT_MIDDLE), "東京… ");
    cr_assert_str_eq(fitted("東京都都", 7, TEXT_MIDDLE), "東京…都");
    cr_assert_str_eq(fitted("東京都都", 4, TEXT_MIDDLE), "東… ");
}

Test(cli_text, distance_counts_typing_errors)
{
    cr_assert_eq(text_distance("top", "top"), 0);
    cr_assert_eq(text_distance("tpo", "top"), 1);
    cr_assert_eq(text_distance("stat", "state"), 1);
    cr_assert_eq(text_distance("", "ps"), 2);
    cr_assert_gt(text_distance("0123456789012345678901234567890123", "x"), 1000);
}
