/* SPDX-License-Identifier: MIT */
#include "cli/units.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

struct row {
    double value;
    const char *text;
};

#define EACH(writer, rows)                                                   \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++) {              \
        char text[UNITS_BYTES];                                              \
\
        (writer)(text, (rows)[i].value);                                         \
        cr_assert_str_eq(text, (rows)[i].text, "%g: %s", (rows)[i].value, text); \
    }

Test(cli_units, bytes_go_by_1024)
{
    static const struct row rows[] = {
        { 0, "0" },       { 812, "812" },        { 1023, "1023" },       { 1024, "1.0K" },
        { 10189, "10K" }, { 118489088, "113M" }, { 1288490188, "1.2G" }, { NAN, "-" },
        { 1e30, "huge" },
    };

    EACH(units_bytes, rows)
}

Test(cli_units, counts_stay_whole_as_long_as_they_fit)
{
    static const struct row rows[] = {
        { 0, "0" }, { 99999, "99999" }, { 123456, "123k" }, { 1234567, "1.2M" }, { NAN, "-" },
    };

    EACH(units_count, rows)
}

Test(cli_units, ages_have_at_most_two_units)
{
    static const struct row rows[] = {
        { -5, "0s" },
        { 0, "0s" },
        { 99.9, "99s" },
        { 100, "1m40s" },
        { 599, "9m59s" },
        { 600, "10m" },
        { 5999, "99m" },
        { 14700, "4h05m" },
        { 86400 * 3 + 4 * 3600, "3d04h" },
        { 86400 * 120, "120d" },
        { 1e300, "9999d" },
        { NAN, "-" },
        { INFINITY, "-" },
    };

    EACH(units_age, rows)
}

Test(cli_units, milliseconds_become_seconds_when_they_are_many)
{
    static const struct row rows[] = {
        { 0, "0.0" }, { 3.25, "3.2" }, { 99.94, "99.9" }, { 812, "812" },
        { 1234, "1.2s" }, { 14000, "14s" }, { NAN, "-" },
    };

    EACH(units_ms, rows)
}

Test(cli_units, changes_carry_their_sign)
{
    static const struct row rows[] = {
        { 0, "0" },      { 0.04, "0" },     { 0.4, "+0.4" }, { -3, "-3.0" },
        { 12.4, "+12" }, { -1e5, "-100k" }, { NAN, "-" },
    };

    EACH(units_change, rows)
}

Test(cli_units, every_writer_fits_its_column)
{
    for (int step = 0; step < 200; step++) {
        double value = 1e-3 * pow(1.37, step);
        char text[UNITS_BYTES];

        units_bytes(text, value);
        cr_assert_leq(strlen(text), 5, "%g bytes: %s", value, text);
        units_count(text, value);
        cr_assert_leq(strlen(text), 5, "%g: %s", value, text);
        units_age(text, value);
        cr_assert_leq(strlen(text), 5, "%g s: %s", value, text);
        units_ms(text, value);
        cr_assert_leq(strlen(text), 6, "%g ms: %s", value, text);
        units_change(text, -value);
        cr_assert_leq(strlen(text), 6, "%g per minute: %s", value, text);
    }
}

Test(cli_units, durations_parse_with_and_without_unit)
{
    static const struct row rows[] = {
        { 2000, "2" }, { 2000, "2s" }, { 500, "500ms" }, { 300000, "5m" },
        { 5400000, "1.5h" }, { 86400000, "1d" }, { 500, "0.5" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double ms = -1;

        cr_assert(units_parse_duration(rows[i].text, &ms), "%s", rows[i].text);
        cr_assert_float_eq(ms, rows[i].value, 1e-9);
    }
}

Test(cli_units, what_is_no_duration_leaves_the_value_alone)
{
    static const char *const bad[] = {
        "",     "s",   "-1",  "+1",  " 1",   "1 ",    "1x", "0",
        "0x10", "1e3", "inf", "nan", "400d", "1m30s", ".5",
    };
    double ms = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(units_parse_duration(bad[i], &ms), "%s", bad[i]);
    cr_assert_float_eq(ms, 7, 0);
}

Test(cli_units, counts_parse_within_their_bounds_only)
{
    unsigned value = 7;

    cr_assert(units_parse_count("65535", 1, 65535, &value));
    cr_assert_eq(value, 65535);
    cr_assert_not(units_parse_count("65536", 1, 65535, &value));
    cr_assert_not(units_parse_count("0", 1, 65535, &value));
    cr_assert_not(units_parse_count("-1", 0, 65535, &value));
    cr_assert_not(units_parse_count("4294967297", 0, 65535, &value));
    cr_assert_not(units_parse_count("", 0, 65535, &value));
    cr_assert_eq(value, 65535);
}

Test(cli_units, amounts_may_have_a_suffix)
{
    static const char *const bad[] = {
        "", "0", "-1", "4X", "4GB", "1e3", "0x10", ".5", "1..2"
    };
    double value = -7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(units_parse_amount(bad[i], &value), "%s", bad[i]);
    cr_assert_float_eq(value, -7, 0);
    cr_assert(units_parse_amount("400", &value) && value == 400);
    cr_assert(units_parse_amount("1.5k", &value) && value == 1536);
    cr_assert(units_parse_amount("4G", &value) && value == 4294967296.0);
}
