/* SPDX-License-Identifier: MIT */
/*
 * decimal: up to 15 digits, and the power of ten that stands for their point, are numbers that
 * a double holds exactly; so their quotient is rounded once, as strtod() rounds.
 */
#include "decimal.h"

#include <stdint.h>

#define MOST_DIGITS 15

bool decimal_short(const char *text, size_t len, double *out)
{
    static const double tens[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    const char *at = text, *end = text + len, *point = NULL;
    bool minus = len > 0 && *at == '-';
    uint64_t whole = 0;
    size_t digits;

    at += minus;
    digits = (size_t)(end - at);
    if (digits > MOST_DIGITS + 1)
        return false;
    for (const char *c = at; c < end; c++) {
        if (*c >= '0' && *c <= '9')
            whole = whole * 10 + (uint64_t)(*c - '0');
        else if (*c == '.' && point == NULL)
            point = c + 1;
        else
            return false;
    }
    digits -= point != NULL;
    if (digits == 0 || digits > MOST_DIGITS)
        return false;
    *out = (double)whole / tens[point != NULL ? end - point : 0];
    *out = minus ? -*out : *out;
    return true;
}
