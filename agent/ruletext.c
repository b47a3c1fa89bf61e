/* SPDX-License-Identifier: MIT */
/* Owns how a rule file is cut into lines, keys and values. Every column is counted here. */
#include "ruletext.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* One line, while it is read. */
struct cursor {
    const char *line, *end, *at;
    unsigned number;
    struct ph_rulefile_error *err;
};

static unsigned column_of(const char *line, const char *at)
{
    unsigned column = 1;

    for (; line < at; line++)
        column += ((unsigned char)*line & 0xC0) != 0x80;
    return column;
}

/* Says it of the file; what is cut ends in an ellipsis. */
static void say(struct ph_rulefile_error *err, const char *format, va_list args)
{
    char text[2 * sizeof err->text];

    vsnprintf(text, sizeof text, format, args);
    ph_text_copy(err->text, sizeof err->text, text);
}

__attribute__((format(printf, 3, 4))) static bool bad(const struct cursor *c, const char *at,
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(c->err, format, args);
    va_end(args);
    c->err->line = c->number;
    c->err->column = column_of(c->line, at);
    return false;
}

bool ph_rulepiece_bad(struct ph_rulefile_error *err, const struct ph_rulepiece *piece,
                      size_t at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(err, format, args);
    va_end(args);
    err->line = piece->line;
    err->column = piece->column[at < piece->len ? at : piece->len];
    return false;
}

/* ---- Characters -------------------------------------------------------------------- */

/* Controls, other ends of lines, and marks of byte order are not YAML; of 1 to 4 bytes. */
static bool is_odd(const char *s, size_t n)
{
    unsigned char c = (unsigned char)s[0];

    if (n == 1)
        return (c < ' ' && c != '\t' && c != '\n' && !(c == '\r' && s[1] == '\n')) || c == 0x7f;
    return (n == 2 && c == 0xC2 && (unsigned char)s[1] < 0xA0) ||
           (n == 3 && (memcmp(s, "\xE2\x80\xA8", 3) == 0 || memcmp(s, "\xE2\x80\xA9", 3) == 0 ||
                       memcmp(s, "\xEF\xBB\xBF", 3) == 0 || memcmp(s, "\xEF\xBF\xBE", 3) == 0 ||
                       memcmp(s, "\xEF\xBF\xBF", 3) == 0));
}

bool ph_ruletext_check(const char *text, size_t len, struct ph_rulefile_error *err)
{
    struct cursor c = { .line = text, .number = 1, .err = err };

    for (const char *at = text; at < text + len;) {
        size_t n = ph_text_utf8(at);

        if (n == 0)
            return bad(&c, at, "not UTF-8");
        if (is_odd(at, n))
            return bad(&c, at, "a character that cannot be seen; files are plain text");
        at += n;
        if (at[-1] == '\n') {
            c.line = at;
            c.number++;
        }
    }
    return true;
}

/* ---- Values ------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_break(const struct cursor *c, const char *at)
{
    return at >= c->end || is_blank(*at);
}

static void begin_piece(const struct cursor *c, struct ph_rulepiece *out)
{
    out->len = 0;
    out->text[0] = '\0';
    out->line = c->number;
    out->column[0] = (unsigned short)column_of(c->line, c->at);
}

static void end_piece(const struct cursor *c, struct ph_rulepiece *out)
{
    out->text[out->len] = '\0';
    out->column[out->len] = (unsigned short)column_of(c->line, c->at);
}

/* Lines are shorter than a piece has room. */
static void take(struct cursor *c, struct ph_rulepiece *out)
{
    out->column[out->len] = (unsigned short)column_of(c->line, c->at);
    out->text[out->len++] = *c->at++;
}

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && is_blank(*c->at))
        c->at++;
}

static bool read_plain(struct cursor *c, struct ph_rulepiece *out)
{
    const char *begin = c->at;
    bool odd = strchr("*&!|>%@`{}[],#", *c->at) != NULL ||
               (strchr("-?:", *c->at) && is_break(c, c->at + 1));

    if (odd)
        return bad(c, c->at, "a value cannot begin with '%c'; put it in quotes", *c->at);
    while (c->at < c->end && !(*c->at == '#' && c->at > begin && is_blank(c->at[-1]))) {
        if (*c->at == ':' && is_break(c, c->at + 1))
            return bad(c, c->at, "a ': ' inside of a value; put the value in quotes");
        take(c, out);
    }
    while (out->len && is_blank(out->text[out->len - 1])) {
        out->len--;
        c->at--;
    }
    end_piece(c, out);
    skip_blanks(c);
    return true;
}

/* The quote that opens it has been passed. '' inside of '...', and \" and \\ inside of "...",
 * are characters. */
static bool read_quoted(struct cursor *c, struct ph_rulepiece *out)
{
    const char *open = c->at++;

    for (; c->at < c->end; take(c, out)) {
        bool more = c->at + 1 < c->end;

        if (*open == '"' && *c->at == '\\') {
            if (!more || !strchr("\"\\", c->at[1]))
                return bad(c, c->at, "only '\\\"' and '\\\\' are understood behind a '\\'");
            c->at++;
        } else if (*c->at == *open) {
            if (*open == '"' || !more || c->at[1] != *open)
                break;
            c->at++;
        }
    }
    if (c->at >= c->end)
        return bad(c, open, "no %c at the end of what begins here", *open);
    end_piece(c, out);
    c->at++;
    skip_blanks(c);
    if (c->at < c->end && !(*c->at == '#' && is_blank(c->at[-1])))
        return bad(c, c->at, "more text behind the closing %c", *open);
    return true;
}

static bool read_value(struct cursor *c, struct ph_rulepiece *out)
{
    while (c->at < c->end && *c->at == ' ')
        c->at++;
    if (c->at < c->end && is_blank(*c->at))
        return bad(c, c->at, "a tab; put blanks before a value");
    begin_piece(c, out);
    if (c->at >= c->end || (*c->at == '#' && is_blank(c->at[-1])))
        return true;
    if (*c->at == '"' || *c->at == '\'')
        return read_quoted(c, out);
    return read_plain(c, out);
}

/* ---- Lines ------------------------------------------------------------------------- */

static bool is_of_key(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
}

static bool read_key(struct cursor *c, struct ph_rulepiece *out)
{
    const char *begin = c->at;

    begin_piece(c, out);
    while (c->at < c->end && is_of_key(*c->at))
        take(c, out);
    end_piece(c, out);
    if (c->at == begin)
        return bad(c, begin, "a name is missing here: letters, digits, '-' and '_', then ':'");
    if (c->at >= c->end || *c->at != ':')
        return bad(c, c->at, "no ':' behind '%s'; names have letters, digits, '-' and '_'",
                   out->text);
    c->at++;
    return is_break(c, c->at) || bad(c, c->at, "no blank behind '%s:'", out->text);
}

static bool read_line(struct cursor *c, struct ph_ruleline *out)
{
    while (c->at < c->end && *c->at == ' ')
        c->at++;
    if (is_blank(*c->at))
        return bad(c, c->at, "a tab; lines are indented by blanks");
    out->indent = (unsigned)(c->at - c->line);
    out->item = *c->at == '-' && is_break(c, c->at + 1);
    if (!out->item)
        return read_key(c, &out->key) && read_value(c, &out->value);
    begin_piece(c, &out->key);
    c->at++;
    return read_value(c, &out->value);
}

/* A line without anything but blanks and a comment; or "---" before everything else. */
static bool is_idle(const struct ph_ruletext *text, const struct cursor *c)
{
    const char *at = c->line;

    while (at < c->end && is_blank(*at))
        at++;
    if (at == c->end || *at == '#')
        return true;
    if (text->begun || c->end - c->line < 3 || memcmp(c->line, "---", 3) != 0)
        return false;
    for (at = c->line + 3; at < c->end && is_blank(*at);)
        at++;
    return at == c->end;
}

/* The next line, without its end. */
static void cut_line(struct ph_ruletext *text, struct cursor *c)
{
    const char *line = text->text + text->at;
    const char *end = memchr(line, '\n', text->len - text->at);

    *c = (struct cursor){ .line = line, .at = line, .number = ++text->line, .err = text->err };
    c->end = end ? end : text->text + text->len;
    text->at += (size_t)(c->end - line) + (end != NULL);
    if (c->end > line && c->end[-1] == '\r' && end)
        c->end--;
}

enum ph_ruletext_answer ph_ruletext_next(struct ph_ruletext *text, struct ph_ruleline *out)
{
    struct cursor c;
    bool good;

    do {
        if (text->at >= text->len)
            return PH_RULETEXT_END;
        cut_line(text, &c);
        if (c.end - c.line >= (ptrdiff_t)PH_RULETEXT_BYTES) {
            bad(&c, c.line, "a line of more than %u bytes", PH_RULETEXT_BYTES - 1);
            return PH_RULETEXT_BAD;
        }
        good = is_idle(text, &c);
        text->begun = text->begun || (good && c.end > c.line && *c.line == '-');
    } while (good);
    text->begun = true;
    return read_line(&c, out) ? PH_RULETEXT_LINE : PH_RULETEXT_BAD;
}
