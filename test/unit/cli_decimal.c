/* SPDX-License-Identifier: MIT */
#include "cli/decimal.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double value;

static bool takes(const char *text)
{
    value = -1;
    return decimal_short(text, strlen(text), &value);
}

Test(cli_decimal, what_it_takes_is_what_strtod_says)
{
    static const char signs[] = "0123456789.-";
    struct dice dice = { 5 };
    char text[20];
    size_t taken = 0;

    for (int i = 0; i < 200000; i++) {
        size_t len = 1 + (size_t)(dice_roll(&dice) * 18);
        char *end;

        for (size_t c = 0; c < len; c++)
            text[c] = signs[(size_t)(dice_roll(&dice) * (c == 0 ? 12 : 11))];
        text[len] = '\0';
        if (!takes(text))
            continue;
        taken++;
        cr_assert_eq(value, strtod(text, &end), "%s", text);
        cr_assert_eq(*end, '\0', "%s", text);
    }
    cr_assert_gt(taken, 50000);
}

Test(cli_decimal, a_point_may_stand_anywhere_and_zero_keeps_its_sign)
{
    cr_assert(takes("5.") && value == 5);
    cr_assert(takes(".5") && value == 0.5);
    cr_assert(takes("-0.25") && value == -0.25);
    cr_assert(takes("-0") && value == 0 && signbit(value));
    cr_assert(takes("123456789012345") && value == 123456789012345.0);
    cr_assert(takes(".000000000000001") && value == 1e-15);
}

Test(cli_decimal, all_else_is_for_strtod)
{
    static const char *const others[] = { "",
                                          "-",
                                          ".",
                                          "-.",
                                          "1e3",
                                          "1.2.3",
                                          "--1",
                                          "+1",
                                          " 1",
                                          "1 ",
                                          "0x1",
                                          "nan",
                                          "1-",
                                          "1,2",
                                          "1234567890123456",
                                          "-.1234567890123456" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        cr_assert_not(takes(others[i]), "%s", others[i]);
        cr_assert_eq(value, -1);
    }
}
