/* SPDX-License-Identifier: MIT */
/*
 * jsonspan: a strict check that recurses nowhere, and readers that trust it. They still stop
 * at the end of what they were given.
 */
#include "jsonspan.h"

#include "decimal.h"

#include <endian.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- The check ------------------------------------------------------------------------ */

struct check {
    const char *at;
    const char *end;
    bool (*each)(void *user, char what, struct jsonspan token);
    void *user;
    bool plain; /* so far */
    enum cause wrong;
    size_t depth;
    char closers[JSONSPAN_DEPTH]; /* what ends each open container */
};

static bool fail(struct check *c, enum cause wrong)
{
    c->wrong = wrong;
    return false;
}

/* Tell who listens of the token from `begin` to here. */
static bool tell(struct check *c, char what, const char *begin)
{
    struct jsonspan token = { begin, (size_t)(c->at - begin) };

    return c->each == NULL || c->each(c->user, what, token) || fail(c, CAUSE_INTERNAL);
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Step to the next character that is no space. */
static bool reach(struct check *c)
{
    c->at = skip_space(c->at, c->end);
    return c->at < c->end || fail(c, CAUSE_TRUNCATED);
}

static bool check_escape(struct check *c)
{
    if (++c->at == c->end)
        return fail(c, CAUSE_TRUNCATED);
    if (*c->at != 'u')
        return strchr("\"\\/bfnrt", *c->at) != NULL && *c->at != '\0' ? true
                                                                      : fail(c, CAUSE_BAD_JSON);
    for (int i = 0; i < 4; i++) {
        if (++c->at == c->end)
            return fail(c, CAUSE_TRUNCATED);
        if (strchr("0123456789abcdefABCDEF", *c->at) == NULL || *c->at == '\0')
            return fail(c, CAUSE_BAD_JSON);
    }
    return true;
}

/* Past characters that are nothing but themselves, eight at a time. Any other sets the top bit
 * of its byte: it has it, or gets it when ' ' is taken from it, or 1 from what differs in it
 * from a quote or a backslash. What that borrows may mark the next byte, never one before. */
static const char *skip_plain(const char *at, const char *end)
{
    static const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;

    for (; end - at >= 8; at += 8) {
        uint64_t word, marks;

        memcpy(&word, at, 8);
        word = le64toh(word);
        marks = (word | (word - ones * ' ') | ((word ^ ones * '"') - ones) |
                 ((word ^ ones * '\\') - ones)) &
                tops;
        if (marks != 0)
            return at + __builtin_ctzll(marks) / 8;
    }
    while (at < end && *at >= ' ' && *at != '"' && *at != '\\' && (unsigned char)*at < 0x80)
        at++;
    return at;
}

static bool check_string(struct check *c)
{
    for (c->at++; (c->at = skip_plain(c->at, c->end)) < c->end; c->at++) {
        if (*c->at == '"') {
            c->at++;
            return true;
        }
        if ((unsigned char)*c->at < ' ')
            return fail(c, CAUSE_BAD_JSON);
        c->plain = false;
        if (*c->at == '\\' && !check_escape(c))
            return false;
    }
    return fail(c, CAUSE_TRUNCATED);
}

static bool check_word(struct check *c, const char *word)
{
    for (; *word != '\0'; word++, c->at++) {
        if (c->at == c->end)
            return fail(c, CAUSE_TRUNCATED);
        if (*c->at != *word)
            return fail(c, CAUSE_BAD_JSON);
    }
    return true;
}

static bool check_digits(struct check *c)
{
    const char *at = c->at, *begin = at;

    while (at < c->end && *at >= '0' && *at <= '9')
        at++;
    c->at = at;
    return at > begin || fail(c, at == c->end ? CAUSE_TRUNCATED : CAUSE_BAD_JSON);
}

static bool check_number(struct check *c)
{
    const char *first;

    c->at += *c->at == '-';
    first = c->at;
    if (!check_digits(c))
        return false;
    if (*first == '0' && c->at > first + 1)
        return fail(c, CAUSE_BAD_JSON);
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!check_digits(c))
            return false;
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-'))
            c->at++;
        return check_digits(c);
    }
    return true;
}

static bool check_scalar(struct check *c)
{
    const char *begin = c->at;

    switch (*begin) {
    case '"':
        return check_string(c) && tell(c, '"', begin);
    case 't':
        return check_word(c, "true") && tell(c, 't', begin);
    case 'f':
        return check_word(c, "false") && tell(c, 'f', begin);
    case 'n':
        return check_word(c, "null") && tell(c, 'n', begin);
    default:
        return check_number(c) && tell(c, '0', begin);
    }
}

/* A key and its colon; `c` stands before it. */
static bool check_key(struct check *c)
{
    const char *begin;

    if (!reach(c))
        return false;
    if (*c->at != '"')
        return fail(c, CAUSE_BAD_JSON);
    begin = c->at;
    if (!check_string(c) || !tell(c, ':', begin) || !reach(c))
        return false;
    return *c->at++ == ':' || fail(c, CAUSE_BAD_JSON);
}

/* Open a container; `*empty` if it ends at once. */
static bool check_open(struct check *c, bool *empty)
{
    char closer = *c->at == '{' ? '}' : ']';

    if (c->depth == JSONSPAN_DEPTH)
        return fail(c, CAUSE_TOO_BIG);
    c->at++;
    if (!tell(c, c->at[-1], c->at - 1) || !reach(c))
        return false;
    *empty = *c->at == closer;
    if (*empty) {
        c->at++;
        return tell(c, closer, c->at - 1);
    }
    c->closers[c->depth++] = closer;
    return closer == ']' || check_key(c);
}

/* Behind a value: close what ends here, and step over the comma if a value follows. */
static bool check_behind(struct check *c)
{
    while (c->depth > 0) {
        char closer = c->closers[c->depth - 1];

        if (!reach(c))
            return false;
        if (*c->at == ',') {
            c->at++;
            return closer == ']' || check_key(c);
        }
        if (*c->at != closer)
            return fail(c, CAUSE_BAD_JSON);
        c->at++;
        c->depth--;
        if (!tell(c, closer, c->at - 1))
            return false;
    }
    return true;
}

static bool check_document(struct check *c)
{
    do {
        bool empty = true;

        if (!reach(c))
            return false;
        if (*c->at != '{' && *c->at != '[') {
            if (!check_scalar(c))
                return false;
        } else if (!check_open(c, &empty)) {
            return false;
        }
        if (empty && !check_behind(c))
            return false;
    } while (c->depth > 0);
    return true;
}

/* The whole text; `c` says how it went. */
static struct jsonspan check_text(struct check *c, const char *text, size_t len)
{
    const char *begin = skip_space(text, text + len);

    c->at = text;
    c->end = text + len;
    c->plain = true;
    if (check_document(c)) {
        struct jsonspan whole = { begin, (size_t)(c->at - begin) };

        c->at = skip_space(c->at, c->end);
        if (c->at == c->end)
            return whole;
        c->wrong = CAUSE_BAD_JSON;
    }
    return (struct jsonspan){ c->at, 0 };
}

enum cause jsonspan_read(const char *text, size_t len, struct jsonspan *out)
{
    struct check c;

    c.each = NULL;
    c.wrong = CAUSE_NONE;
    c.depth = 0;
    *out = check_text(&c, text, len);
    return c.wrong;
}

enum cause jsonspan_tell(const char *text, size_t len,
                         bool (*each)(void *user, char what, struct jsonspan token), void *user,
                         bool *plain)
{
    struct check c;

    c.each = each;
    c.user = user;
    c.wrong = CAUSE_NONE;
    c.depth = 0;
    check_text(&c, text, len);
    *plain = c.plain;
    return c.wrong;
}

/* ---- Walks ---------------------------------------------------------------------------- */

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return at < end ? at + 1 : end;
}

static const char *skip_container(const char *at, const char *end)
{
    size_t depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = skip_string(at, end);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
        if (depth == 0)
            break;
    }
    return at;
}

static struct jsonspan take_value(struct jsonspan_walk *walk)
{
    const char *begin = skip_space(walk->at, walk->end), *at = begin;

    if (at < walk->end && *at == '"')
        at = skip_string(at, walk->end);
    else if (at < walk->end && (*at == '{' || *at == '['))
        at = skip_container(at, walk->end);
    else
        while (at < walk->end && strchr(",]} \t\r\n", *at) == NULL)
            at++;
    walk->at = at;
    return (struct jsonspan){ begin, (size_t)(at - begin) };
}

struct jsonspan_walk jsonspan_begin(struct jsonspan container)
{
    char kind = jsonspan_kind(container);

    if (kind != '{' && kind != '[')
        return (struct jsonspan_walk){ NULL, NULL, false };
    return (struct jsonspan_walk){ container.text + 1, container.text + container.len - 1,
                                   kind == '{' };
}

bool jsonspan_next(struct jsonspan_walk *walk, struct jsonspan *key, struct jsonspan *value)
{
    walk->at = skip_space(walk->at, walk->end);
    if (walk->at == walk->end)
        return false;
    *key = (struct jsonspan){ NULL, 0 };
    if (walk->object) {
        *key = take_value(walk);
        walk->at = skip_space(walk->at, walk->end);
        walk->at += walk->at < walk->end; /* the colon */
    }
    *value = take_value(walk);
    walk->at = skip_space(walk->at, walk->end);
    walk->at += walk->at < walk->end; /* the comma */
    return true;
}

struct jsonspan jsonspan_find(struct jsonspan object, const char *name)
{
    struct jsonspan_walk walk = jsonspan_begin(object);
    struct jsonspan key, value, found = { NULL, 0 };
    struct slice wanted = { name, strlen(name) };

    while (walk.object && jsonspan_next(&walk, &key, &value)) {
        struct buf scratch = { 0 };

        if (slice_equal(jsonspan_slice(key, &scratch), wanted))
            found = value;
        buf_fini(&scratch);
    }
    return found;
}

/* ---- Values --------------------------------------------------------------------------- */

char jsonspan_kind(struct jsonspan value)
{
    char c = value.len > 0 ? value.text[0] : '\0';
    bool named = c == '{' || c == '[' || c == '"' || c == 't' || c == 'f' || c == 'n';

    return named || c == '\0' ? c : '0';
}

double jsonspan_number(struct jsonspan value)
{
    char digits[512];
    double number;

    if (jsonspan_kind(value) != '0' || value.len >= sizeof digits)
        return NAN;
    if (decimal_short(value.text, value.len, &number))
        return number;
    memcpy(digits, value.text, value.len);
    digits[value.len] = '\0';
    return strtod(digits, NULL);
}

static uint32_t four_digits(const char *at)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        uint32_t c = (unsigned char)at[i];

        value = value << 4 | (c <= '9' ? c & 15u : (c & 15u) + 9);
    }
    return value;
}

static void add_utf8(struct buf *out, uint32_t c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

    for (size_t i = len; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3F));
    bytes[0] = (char)(leads[len] | c);
    buf_add(out, bytes, len);
}

/* The character that "\uXXXX" at `at` stands for; returns the place behind it. */
static const char *add_unicode(struct buf *out, const char *at, const char *end)
{
    uint32_t c = four_digits(at + 2), low;

    at += 6;
    if (c >= 0xD800 && c < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        low = four_digits(at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            add_utf8(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
            return at + 6;
        }
    }
    add_utf8(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    return at;
}

void jsonspan_text(struct buf *out, struct jsonspan string)
{
    static const char codes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *at = string.text + 1, *end = string.text + string.len - 1;

    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));

        if (escape == NULL)
            escape = end;
        buf_add(out, at, (size_t)(escape - at));
        at = escape;
        if (at == end)
            break;
        if (at[1] == 'u') {
            at = add_unicode(out, at, end);
        } else {
            buf_add(out, &meanings[strchr(codes, at[1]) - codes], 1);
            at += 2;
        }
    }
}

struct slice jsonspan_slice(struct jsonspan string, struct buf *scratch)
{
    if (memchr(string.text, '\\', string.len) == NULL)
        return (struct slice){ string.text + 1, string.len - 2 };
    buf_clear(scratch);
    jsonspan_text(scratch, string);
    return (struct slice){ buf_text(scratch), scratch->len };
}
