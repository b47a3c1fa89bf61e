/* SPDX-License-Identifier: MIT */
#include "agent/sink.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "scratch.h"

static const char *real(double value)
{
    static char text[64];
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof text - 1);
    ph_sink_real(&sink, value);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    return text;
}

Test(sink, appends_up_to_its_ceiling_to_the_byte)
{
    struct ph_sink sink;

    ph_sink_init(&sink, 5);
    ph_sink_text(&sink, "abc");
    ph_sink_put(&sink, "de", 2);

    cr_assert(!sink.failed);
    cr_assert_eq(sink.len, 5);
    cr_assert_arr_eq(sink.bytes, "abcde", 5);
    ph_sink_fini(&sink);
}

Test(sink, refuses_the_first_byte_beyond_and_everything_after)
{
    struct ph_sink sink;

    ph_sink_init(&sink, 5);
    ph_sink_text(&sink, "abcd");
    ph_sink_text(&sink, "ef");
    ph_sink_char(&sink, 'g');

    cr_assert(sink.failed, "sticky: 'g' alone would have fitted");
    cr_assert_eq(sink.len, 4, "nothing is appended in part");
    ph_sink_fini(&sink);
}

Test(sink, grows_without_losing_what_it_has)
{
    struct ph_sink sink;

    ph_sink_init(&sink, 100000);
    for (unsigned i = 0; i < 100000; i++)
        ph_sink_char(&sink, (char)('a' + i % 26));

    cr_assert(!sink.failed);
    cr_assert_eq(sink.len, 100000);
    for (unsigned i = 0; i < 100000; i++)
        cr_assert_eq(sink.bytes[i], (char)('a' + i % 26));
    ph_sink_fini(&sink);
}

Test(sink, a_zeroed_sink_with_a_ceiling_is_valid)
{
    struct ph_sink sink = { .max = 3 };

    ph_sink_text(&sink, "abc");

    cr_assert(!sink.failed);
    ph_sink_fini(&sink);
}

Test(sink, hands_its_bytes_over_once)
{
    struct ph_sink sink;
    size_t len = 0;
    char *bytes;

    ph_sink_init(&sink, 10);
    ph_sink_text(&sink, "abc");
    bytes = ph_sink_take(&sink, &len);

    cr_assert_eq(len, 3);
    cr_assert_null(ph_sink_take(&sink, &len), "it is empty now");
    ph_sink_text(&sink, "0123456789");
    cr_assert(!sink.failed, "and has all its room again");
    ph_sink_fini(&sink);
    free(bytes);
}

Test(sink, hands_nothing_over_after_a_failure)
{
    struct ph_sink sink;
    size_t len = 7;

    ph_sink_init(&sink, 3);
    ph_sink_text(&sink, "abc");
    ph_sink_text(&sink, "d");

    cr_assert_null(ph_sink_take(&sink, &len));
    cr_assert_eq(len, 7);
    ph_sink_fini(&sink);
}

Test(sink, fini_may_come_twice)
{
    struct ph_sink sink;

    ph_sink_init(&sink, 3);
    ph_sink_text(&sink, "abc");
    ph_sink_fini(&sink);
    ph_sink_fini(&sink);

    cr_assert_eq(sink.len, 0);
}

Test(sink, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_sink sink;

        ph_sink_init(&sink, 20000);
        for (unsigned i = 0; i < 20000; i++)
            ph_sink_char(&sink, 'x');

        cr_assert_eq(sink.failed, alloc_failed());
        ph_sink_fini(&sink);
    });
}

Test(sink, writes_integers_whole)
{
    static const struct {
        uint64_t value;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { 9, "9" },
        { 10, "10" },
        { 9007199254740993, "9007199254740993" },
        { UINT64_MAX, "18446744073709551615" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ph_sink sink;

        ph_sink_init(&sink, 20);
        ph_sink_u64(&sink, rows[i].value);

        cr_assert_eq(sink.len, strlen(rows[i].text));
        cr_assert_arr_eq(sink.bytes, rows[i].text, sink.len);
        ph_sink_fini(&sink);
    }
}

Test(sink, writes_reals_with_up_to_six_decimals)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { 0.5, "0.5" },
        { -2.25, "-2.25" },
        { 1.0 / 3, "0.333333" },
        { 0.9999999, "1" },
        { 1.9999996, "2" },
        { -0.9999999, "-1" },
        { 1234.000001, "1234.000001" },
        { 100.1, "100.1" },
        { 0.001, "0.001" },
        { 9007199254740991.0, "9007199254740991" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(real(rows[i].value), rows[i].text, "%.17g: %s", rows[i].value,
                         real(rows[i].value));
}

Test(sink, writes_what_is_no_number_as_zero)
{
    cr_assert_str_eq(real(NAN), "0");
    cr_assert_str_eq(real(INFINITY), "0");
    cr_assert_str_eq(real(-INFINITY), "0");
}

Test(sink, every_real_reads_back_as_what_it_was)
{
    for (int power = -150; power < 150; power++) {
        double value = pow(73.1, power);
        double back = strtod(real(-value), NULL);
        double off = value < 0.001 ? value * 5.1e-6 : 5.1e-7 + value * 2.3e-16;

        cr_assert_leq(fabs(back + value), value < 9007199254740992.0 ? off : 0, "%.17g: %s",
                      value, real(-value));
    }
}

/* glibc's own format of a compiled LC_NUMERIC: this machine may have no locale but C. */
static void make_comma_locale(void)
{
    static const struct {
        uint32_t magic, fields, offset[6];
        char text[8];
        uint32_t decimal_wide, thousands_wide;
        char codeset[8];
    } compiled = {
        0x20031115u ^ LC_NUMERIC, 6, { 32, 34, 35, 40, 44, 48 }, ",\0\0\0", ',', 0, "UTF-8"
    };

    mkdir(scratch_path("comma"), 0700);
    scratch_write("comma/LC_NUMERIC", &compiled, sizeof compiled);
    setenv("LOCPATH", scratch_path(""), 1);
}

static void remove_comma_locale(void)
{
    unlink(scratch_path("comma/LC_NUMERIC"));
    scratch_fini();
}

Test(sink, keeps_its_decimal_point_in_a_host_with_commas, .init = scratch_init,
     .fini = remove_comma_locale)
{
    char hosts[16];

    make_comma_locale();
    cr_assert_not_null(setlocale(LC_NUMERIC, "comma"));
    snprintf(hosts, sizeof hosts, "%.1f", 1.5);

    cr_assert_str_eq(hosts, "1,5", "or this test shows nothing: %s", hosts);
    cr_assert_str_eq(real(1.5), "1.5");
    cr_assert_str_eq(real(1.25e-7), "1.25e-07");
    cr_assert_str_eq(real(1.5e300), "1.5000000000000001e+300");
}
