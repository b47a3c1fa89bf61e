/* SPDX-License-Identifier: MIT */
/* Owns the question whether JSON from the host may be handed out as it is. One pass over the
 * bytes, with one bit for each open bracket. */
#include "jcheck.h"

#include <stdint.h>
#include <string.h>

#include "text.h"

#define EXPONENT_MAX 100000 /* what a number's exponent is counted up to */

struct check {
    const char *at, *end; /* at `end` there is a NUL */
    uint64_t objects[PH_JCHECK_DEPTH / 64]; /* a bit for each level: is it an object? */
    unsigned depth;
    bool has_nulls;
};

static void skip_space(struct check *c)
{
    while (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')
        c->at++;
}

/* ---- Strings ----------------------------------------------------------------------- */

/* Four hexadecimal digits at `s`; -1 if they are none. */
static int read_hex(const char *s)
{
    int code = 0;

    for (int i = 0; i < 4; i++) {
        const char *digit = s[i] ? strchr("0123456789abcdef", s[i] | 0x20) : NULL;

        /* `| 0x20` makes digits of a few control characters. */
        if (!digit || s[i] < '0')
            return -1;
        code = code * 16 + (int)(digit - "0123456789abcdef");
    }
    return code;
}

/* Behind the 'u' of an escape: a character, or both halves of one. */
static bool skip_code(struct check *c, bool is_key)
{
    int code = read_hex(c->at), low;

    if (code < 0 || (code == 0 && is_key) || (code >= 0xDC00 && code <= 0xDFFF))
        return false;
    c->at += 4;
    if (code < 0xD800 || code > 0xDBFF)
        return true;
    low = c->at[0] == '\\' && c->at[1] == 'u' ? read_hex(c->at + 2) : -1;
    c->at += 6;
    return low >= 0xDC00 && low <= 0xDFFF;
}

static bool skip_escape(struct check *c, bool is_key)
{
    char kind = c->at[1];

    if (!kind || !strchr("\"\\/bfnrtu", kind))
        return false;
    c->at += 2;
    return kind != 'u' || skip_code(c, is_key);
}

static bool skip_string(struct check *c, bool is_key)
{
    if (*c->at++ != '"')
        return false;
    while (*c->at != '"') {
        size_t n = ph_text_utf8(c->at);

        if ((unsigned char)*c->at < 0x20 || n == 0)
            return false; /* the end, too */
        if (*c->at != '\\')
            c->at += n;
        else if (!skip_escape(c, is_key))
            return false;
    }
    c->at++;
    return true;
}

/* ---- Numbers ----------------------------------------------------------------------- */

/* Digits, as long as they come. The significant ones go to `kept`, as far as that reaches;
 * how many there were in all is the result. */
static int skip_digits(struct check *c, char kept[18], int *n_kept, int *leading)
{
    int n = 0;

    for (; *c->at >= '0' && *c->at <= '9'; c->at++, n++) {
        if (*n_kept == 0 && *c->at == '0') {
            ++*leading;
        } else if (*n_kept < 17) {
            kept[(*n_kept)++] = *c->at;
            kept[*n_kept] = '\0';
        }
    }
    return n;
}

static bool skip_exponent(struct check *c, int *out)
{
    bool negative;
    int value = 0;

    *out = 0;
    if (*c->at != 'e' && *c->at != 'E')
        return true;
    c->at++;
    negative = *c->at == '-';
    if (*c->at == '-' || *c->at == '+')
        c->at++;
    if (*c->at < '0' || *c->at > '9')
        return false;
    for (; *c->at >= '0' && *c->at <= '9'; c->at++)
        if (value < EXPONENT_MAX)
            value = value * 10 + (*c->at - '0');
    *out = negative ? -value : value;
    return true;
}

/* The largest double is 1.7976931348623157e308; what is above becomes infinite, at which
 * parsers fail. */
static bool skip_number(struct check *c)
{
    char kept[18] = "";
    int n_kept = 0, whole, exponent, zeros = 0, ignored = 0;

    if (*c->at == '-')
        c->at++;
    if (c->at[0] == '0' && c->at[1] >= '0' && c->at[1] <= '9')
        return false;
    whole = skip_digits(c, kept, &n_kept, &ignored);
    if (whole == 0)
        return false;
    whole = n_kept ? whole - 1 : -1;
    if (*c->at == '.') {
        c->at++;
        if (skip_digits(c, kept, &n_kept, &zeros) == 0)
            return false;
    }
    if (!skip_exponent(c, &exponent))
        return false;
    exponent += whole - zeros; /* of the first significant digit */
    return n_kept == 0 || exponent < 308 ||
           (exponent == 308 && strcmp(kept, "17976931348623157") <= 0);
}

/* ---- Structure --------------------------------------------------------------------- */

static bool in_object(const struct check *c)
{
    return c->depth > 0 &&
           (c->objects[(c->depth - 1) / 64] >> ((c->depth - 1) % 64) & UINT64_C(1));
}

static bool open(struct check *c)
{
    uint64_t bit = UINT64_C(1) << (c->depth % 64);
    uint64_t *word = &c->objects[c->depth / 64];

    if (c->depth == PH_JCHECK_DEPTH)
        return false;
    *word = *c->at++ == '{' ? *word | bit : *word & ~bit;
    c->depth++;
    return true;
}

static bool skip_word(struct check *c)
{
    static const char *const words[] = { "null", "true", "false" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i]);

        if (strncmp(c->at, words[i], n) != 0)
            continue;
        c->at += n;
        c->has_nulls |= i == 0 && c->depth == 1 && in_object(c);
        return true;
    }
    return false;
}

/* A key and its colon, where one must be. */
static bool skip_key(struct check *c)
{
    skip_space(c);
    if (!skip_string(c, true))
        return false;
    skip_space(c);
    return *c->at++ == ':';
}

/* A value, or the beginning of one: `*opened` then. */
static bool skip_value(struct check *c, bool *opened)
{
    skip_space(c);
    *opened = *c->at == '{' || *c->at == '[';
    if (*opened)
        return open(c);
    if (*c->at == '"')
        return skip_string(c, false);
    if (*c->at == '-' || (*c->at >= '0' && *c->at <= '9'))
        return skip_number(c);
    return skip_word(c);
}

/* Behind a value: close what ends here, until a comma asks for one more. False if that is
 * not what is there; `*more` is false at the end of all. */
static bool skip_ends(struct check *c, bool *more)
{
    *more = false;
    while (c->depth > 0) {
        skip_space(c);
        if (*c->at == ',') {
            c->at++;
            *more = true;
            return !in_object(c) || skip_key(c);
        }
        if (*c->at++ != (in_object(c) ? '}' : ']'))
            return false;
        c->depth--;
    }
    return true;
}

/* Just inside of a bracket: is it closed again at once? */
static bool is_empty(struct check *c)
{
    skip_space(c);
    if (*c->at != (in_object(c) ? '}' : ']'))
        return false;
    c->at++;
    c->depth--;
    return true;
}

bool ph_jcheck(const char *json, size_t len, bool *has_nulls)
{
    struct check c = { .at = json, .end = json + len };
    bool opened, more = true;

    while (more) {
        if (!skip_value(&c, &opened))
            return false;
        if (opened && !is_empty(&c)) {
            if (in_object(&c) && !skip_key(&c))
                return false;
            continue;
        }
        if (!skip_ends(&c, &more))
            return false;
    }
    skip_space(&c);
    *has_nulls = c.has_nulls;
    return c.at == c.end;
}
