/* SPDX-License-Identifier: MIT */
/* Owns how words, numbers and durations are written in rule files. */
#include "rulevalue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define MOST_DIGITS 15
#define NEAR_BYTES 64u

/* ---- Words ------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_comparison(char c)
{
    return c != '\0' && strchr("<>=!", c) != NULL;
}

bool ph_rulewords_next(struct ph_rulewords *words, struct ph_ruleword *out)
{
    const char *text = words->piece->text;
    size_t n = 0;
    int depth = 0;
    bool compares;

    while (is_blank(text[words->at]))
        words->at++;
    out->at = words->at;
    compares = is_comparison(text[words->at]);
    for (; text[words->at]; words->at++) {
        char c = text[words->at];

        if (depth <= 0 && (is_blank(c) || is_comparison(c) != compares))
            break;
        depth += (c == '[') - (c == ']');
        if (n == sizeof out->text - 1)
            return ph_rulepiece_bad(words->err, words->piece, out->at,
                                    "a word of more than %zu bytes", n);
        out->text[n++] = text[words->at];
    }
    out->text[n] = '\0';
    return true;
}

bool ph_ruleword_bad(const struct ph_rulewords *words, const struct ph_ruleword *word,
                     const char *format, ...)
{
    char text[2 * sizeof words->err->text];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ph_rulepiece_bad(words->err, words->piece, word->at, "%s", text);
}

/* ---- Numbers ----------------------------------------------------------------------- */

bool ph_rulevalue_number(const char *text, bool sign, double *value, const char **rest)
{
    bool negative = sign && *text == '-';
    const char *c = text + negative;
    unsigned digits = 0, behind = 0;
    double whole = 0, place = 1;

    for (; *c >= '0' && *c <= '9'; c++, digits++)
        whole = whole * 10 + (*c - '0');
    if (digits && *c == '.') {
        for (c++; *c >= '0' && *c <= '9'; c++, behind++) {
            whole = whole * 10 + (*c - '0');
            place *= 10;
        }
        if (behind == 0)
            return false;
    }
    if (digits == 0 || digits + behind > MOST_DIGITS)
        return false;
    *value = (negative ? -whole : whole) / place;
    *rest = c;
    return true;
}

double ph_rulevalue_unit(const char *unit)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "ms", 1e-3 }, { "s", 1 },      { "m", 60 },     { "min", 60 },
                  { "h", 3600 },  { "d", 86400 }, { "day", 86400 } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0)
            return units[i].seconds;
    return 0;
}

bool ph_rulevalue_duration(const char *text, double *seconds)
{
    const char *unit;
    double value, factor;

    if (!ph_rulevalue_number(text, false, &value, &unit))
        return false;
    factor = *unit ? ph_rulevalue_unit(unit) : 1;
    *seconds = value * factor;
    return factor > 0;
}

double ph_rulevalue_scale(const char *suffix)
{
    static const char letters[] = "kMGT";
    const char *found = *suffix ? strchr(letters, *suffix == 'K' ? 'k' : *suffix) : NULL;
    bool binary = found && suffix[1] == 'i';
    double scale = 1;

    if (!found || suffix[1 + binary] != '\0' || (*suffix == 'k' && binary) ||
        (*suffix == 'K' && !binary))
        return 0;
    for (const char *c = letters; c <= found; c++)
        scale *= binary ? 1024 : 1000;
    return scale;
}

/* ---- Names ------------------------------------------------------------------------- */

/* How many letters have to be changed, left out, put in or swapped (Damerau 1964, Levenshtein
 * 1966). Both shorter than NEAR_BYTES. */
static unsigned distance(const char *a, const char *b)
{
    unsigned char rows[3][NEAR_BYTES + 1];
    unsigned char *before = rows[0], *last = rows[1], *now = rows[2];
    size_t n = strlen(b);

    for (size_t j = 0; j <= n; j++)
        last[j] = (unsigned char)j;
    for (size_t i = 0; a[i]; i++) {
        unsigned char *spare = before;

        now[0] = (unsigned char)(i + 1);
        for (size_t j = 0; j < n; j++) {
            unsigned least = last[j] + (a[i] != b[j]);

            least = last[j + 1] + 1u < least ? last[j + 1] + 1u : least;
            least = now[j] + 1u < least ? now[j] + 1u : least;
            if (i && j && a[i] == b[j - 1] && a[i - 1] == b[j] && before[j - 1] + 1u < least)
                least = before[j - 1] + 1u;
            now[j + 1] = (unsigned char)least;
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[n];
}

const char *ph_rulevalue_near(const char *word, const char *const *names, size_t n)
{
    const char *nearest = NULL;
    size_t len = strlen(word);
    unsigned best = len < 4   ? 2
                    : len < 9 ? 3
                              : 4; /* what is no nearer than that is not meant */

    if (len >= NEAR_BYTES)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        unsigned far = strlen(names[i]) < NEAR_BYTES ? distance(word, names[i]) : best;

        if (far >= best)
            continue;
        best = far;
        nearest = names[i];
    }
    return nearest;
}
