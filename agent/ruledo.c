/* SPDX-License-Identifier: MIT */
/* Owns the language of actions. A new one is one row of the table. */
#include "ruledo.h"

#include <string.h>

#include "rulevalue.h"

#define PROFILE_S 5
#define PROFILE_LEAST_S 0.1
#define PROFILE_MOST_S 300

struct reading {
    const struct ph_rulepiece *piece;
    struct ph_rulefile_error *err;
    struct ph_rulefile_do *out;
    size_t at;      /* in the piece */
    size_t used;    /* of out->text */
};

#define bad(r, at, ...) ph_rulepiece_bad((r)->err, (r)->piece, at, __VA_ARGS__)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char here(const struct reading *r)
{
    return r->piece->text[r->at];
}

static void skip_blanks(struct reading *r)
{
    while (is_blank(here(r)))
        r->at++;
}

static bool at_end(struct reading *r)
{
    skip_blanks(r);
    return here(r) == '\0' || bad(r, r->at, "'%s' is too much", r->piece->text + r->at);
}

static bool put(struct reading *r, char c)
{
    if (r->used == sizeof r->out->text)
        return bad(r, r->at, "an action of more than %zu bytes", sizeof r->out->text - 1);
    r->out->text[r->used++] = c;
    return true;
}

/* ---- Programs ---------------------------------------------------------------------- */

/* A word, or what stands between quotes; \ takes the next character as it is. */
static bool take_word(struct reading *r)
{
    size_t begin = r->at;
    char quote = '\0';

    for (; here(r) && (quote || !is_blank(here(r))); r->at++) {
        char c = here(r);

        if (quote ? c == quote : (c == '"' || c == '\'')) {
            quote = quote ? '\0' : c;
            continue;
        }
        if (c == '\\' && quote != '\'' && r->piece->text[r->at + 1])
            c = r->piece->text[++r->at];
        if (!put(r, c))
            return false;
    }
    if (quote)
        return bad(r, begin, "no %c at the end of what begins here", quote);
    return put(r, '\0');
}

static bool read_exec(struct reading *r)
{
    for (skip_blanks(r); here(r); skip_blanks(r)) {
        if (r->out->words == PH_RULEFILE_WORDS)
            return bad(r, r->at, "more than %u words", PH_RULEFILE_WORDS);
        if (!take_word(r))
            return false;
        r->out->words++;
    }
    if (r->out->words == 0 || r->out->text[0] == '\0')
        return bad(r, r->at, "the program is missing, as 'exec /usr/local/bin/page'");
    return true;
}

/* ---- Others ------------------------------------------------------------------------ */

static bool read_url(struct reading *r)
{
    size_t begin, host;
    const char *text;

    skip_blanks(r);
    begin = r->at;
    text = r->piece->text + begin;
    host = strncmp(text, "http://", 7) == 0 ? 7 : strncmp(text, "https://", 8) == 0 ? 8 : 0;
    if (host == 0)
        return bad(r, begin, "'%s' is not a URL that begins with http:// or https://", text);
    if (text[host] == '\0' || is_blank(text[host]) || text[host] == '/')
        return bad(r, begin + host, "the URL names no host");
    while (here(r) && !is_blank(here(r))) {
        if (!put(r, here(r)))
            return false;
        r->at++;
    }
    return put(r, '\0') && at_end(r);
}

static bool read_nothing(struct reading *r)
{
    return at_end(r);
}

/* The length of the blank-free text at r->at. */
static size_t word_length(const struct reading *r)
{
    return strcspn(r->piece->text + r->at, " \t");
}

static bool read_lasting(struct reading *r)
{
    char word[32] = "";
    size_t n, at;

    skip_blanks(r);
    at = r->at;
    n = word_length(r);
    if (n == 0)
        return true;
    memcpy(word, r->piece->text + at, n < sizeof word ? n : sizeof word - 1);
    if (!ph_rulevalue_duration(word, &r->out->lasts_s) || n >= sizeof word)
        return bad(r, at, "'%s' is not a duration, as '5s'", word);
    if (r->out->lasts_s < PROFILE_LEAST_S || r->out->lasts_s > PROFILE_MOST_S)
        return bad(r, at, "a profile lasts from 100ms to 5m, not '%s'", word);
    r->at += n;
    return at_end(r);
}

static bool read_capture(struct reading *r)
{
    static const char *const names[] = { "stack", "histogram", "profile" };
    char word[32] = "";
    const char *near;
    size_t n;

    skip_blanks(r);
    n = word_length(r);
    memcpy(word, r->piece->text + r->at, n < sizeof word ? n : sizeof word - 1);
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(word, names[i]) != 0)
            continue;
        memcpy(r->out->text, word, n + 1);
        r->at += n;
        r->out->lasts_s = i == 2 ? PROFILE_S : 0;
        return i == 2 ? read_lasting(r) : at_end(r);
    }
    near = ph_rulevalue_near(word, names, 3);
    if (near)
        return bad(r, r->at, "'%s' is nothing to capture; is it '%s'?", word, near);
    return bad(r, r->at, "what to capture is missing: stack, histogram or profile");
}

static const struct {
    const char *name;
    enum ph_do kind;
    bool (*read)(struct reading *r);
} actions[PH_DOS] = {
    { "exec", PH_DO_EXEC, read_exec },
    { "webhook", PH_DO_WEBHOOK, read_url },
    { "alertmanager", PH_DO_ALERTMANAGER, read_url },
    { "stdout", PH_DO_STDOUT, read_nothing },
    { "capture", PH_DO_CAPTURE, read_capture },
};

bool ph_ruledo_read(const struct ph_rulepiece *piece, struct ph_rulefile_do *out,
                    struct ph_rulefile_error *err)
{
    struct reading r = { .piece = piece, .err = err, .out = out };
    const char *names[PH_DOS], *near;
    char word[32] = "";
    size_t n = word_length(&r);

    *out = (struct ph_rulefile_do){ .line = piece->line, .column = piece->column[0] };
    memcpy(word, piece->text, n < sizeof word ? n : sizeof word - 1);
    for (size_t i = 0; i < PH_DOS; i++) {
        names[i] = actions[i].name;
        if (strcmp(word, names[i]) != 0)
            continue;
        out->kind = actions[i].kind;
        r.at = n;
        return actions[i].read(&r);
    }
    near = ph_rulevalue_near(word, names, PH_DOS);
    if (near)
        return bad(&r, 0, "'%s' is not an action; is it '%s'?", word, near);
    return bad(&r, 0, "'%s' is not an action: exec, webhook, alertmanager, stdout or capture",
               word);
}
