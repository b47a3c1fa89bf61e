/* SPDX-License-Identifier: MIT */
/*
 * units: numbers as people read them. Never the locale's decimal comma: main() sets
 * LC_CTYPE only.
 */
#include "units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "-" for what is not known; true if that was the answer. */
static bool unknown(char out[UNITS_BYTES], double value)
{
    if (isfinite(value))
        return false;
    snprintf(out, UNITS_BYTES, "-");
    return true;
}

static void scaled(char out[UNITS_BYTES], double value, double base, const char *suffixes)
{
    size_t step = 0, last = strlen(suffixes) - 1;

    while (value >= base - 0.5 && step < last) {
        value /= base;
        step++;
    }
    if (value >= 9999)
        snprintf(out, UNITS_BYTES, "huge");
    else
        snprintf(out, UNITS_BYTES, step > 0 && value < 9.95 ? "%.1f%c" : "%.0f%c", value,
                 suffixes[step]);
}

void units_bytes(char out[UNITS_BYTES], double bytes)
{
    if (unknown(out, bytes))
        return;
    if (bytes < 1023.5)
        snprintf(out, UNITS_BYTES, "%.0f", bytes);
    else
        scaled(out, bytes, 1024, "BKMGTPE");
}

void units_count(char out[UNITS_BYTES], double count)
{
    if (unknown(out, count))
        return;
    if (count < 99999.5)
        snprintf(out, UNITS_BYTES, "%.0f", count);
    else
        scaled(out, count, 1000, " kMGTPE");
}

void units_age(char out[UNITS_BYTES], double seconds)
{
    unsigned long s;

    if (unknown(out, seconds))
        return;
    s = seconds < 0 ? 0 : seconds > 8e9 ? 8000000000ul : (unsigned long)seconds;
    if (s < 100)
        snprintf(out, UNITS_BYTES, "%lus", s);
    else if (s < 600)
        snprintf(out, UNITS_BYTES, "%lum%02lus", s / 60, s % 60);
    else if (s < 6000)
        snprintf(out, UNITS_BYTES, "%lum", s / 60);
    else if (s < 36000)
        snprintf(out, UNITS_BYTES, "%luh%02lum", s / 3600 % 10, s / 60 % 60);
    else if (s < 86400)
        snprintf(out, UNITS_BYTES, "%luh", s / 3600);
    else if (s < 10 * 86400ul)
        snprintf(out, UNITS_BYTES, "%lud%02luh", s / 86400 % 10, s / 3600 % 24);
    else
        snprintf(out, UNITS_BYTES, "%lud", s / 86400 > 9999 ? 9999 : s / 86400);
}

void units_ms(char out[UNITS_BYTES], double ms)
{
    if (unknown(out, ms))
        return;
    if (ms < 99.95)
        snprintf(out, UNITS_BYTES, "%.1f", ms);
    else if (ms < 999.5)
        snprintf(out, UNITS_BYTES, "%.0f", ms);
    else if (ms < 9950)
        snprintf(out, UNITS_BYTES, "%.1fs", ms / 1000);
    else
        units_age(out, ms / 1000);
}

void units_change(char out[UNITS_BYTES], double per_minute)
{
    char size[UNITS_BYTES];
    double amount = fabs(per_minute);

    if (unknown(out, per_minute))
        return;
    if (amount < 0.05) {
        snprintf(out, UNITS_BYTES, "0");
        return;
    }
    if (amount < 9.95)
        snprintf(size, sizeof size, "%.1f", amount);
    else
        units_count(size, amount);
    snprintf(out, UNITS_BYTES, "%c%.14s", per_minute < 0 ? '-' : '+', size);
}

bool units_parse_duration(const char *text, double *ms)
{
    static const struct {
        const char *suffix;
        double ms;
    } units[] = { { "", 1e3 },   { "ms", 1 },     { "s", 1e3 },
                  { "m", 60e3 }, { "h", 3600e3 }, { "d", 86400e3 } };
    char *end;
    double value;

    /* strtod() alone would also take " 2", "-2", "0x2", "2e3" and "inf" */
    if (!isdigit((unsigned char)text[0]) || strpbrk(text, "xXeEpP") != NULL)
        return false;
    value = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double all = value * units[i].ms;

        if (strcmp(end, units[i].suffix) != 0)
            continue;
        if (!(all >= 1 && all <= 365 * 86400e3))
            return false;
        *ms = all;
        return true;
    }
    return false;
}

bool units_parse_amount(const char *text, double *value)
{
    static const char suffixes[] = "KMGT";
    size_t digits = strspn(text, "0123456789.");
    const char *suffix;
    double parsed;
    char *end;

    if (digits == 0 || !isdigit((unsigned char)text[0]))
        return false;
    parsed = strtod(text, &end);
    if (end != text + digits)
        return false;
    if (*end != '\0') {
        suffix = strchr(suffixes, toupper((unsigned char)*end));
        if (suffix == NULL || end[1] != '\0')
            return false;
        parsed *= ldexp(1, 10 * (int)(suffix - suffixes + 1));
    }
    if (!(parsed >= 1 && parsed <= 1e18))
        return false;
    *value = parsed;
    return true;
}

bool units_parse_count(const char *text, unsigned least, unsigned most, unsigned *value)
{
    size_t len = strlen(text);
    unsigned long number;

    if (len == 0 || len > 9 || strspn(text, "0123456789") != len)
        return false;
    number = strtoul(text, NULL, 10);
    if (number < least || number > most)
        return false;
    *value = (unsigned)number;
    return true;
}
