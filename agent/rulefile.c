/* SPDX-License-Identifier: MIT */
/* Owns the rules of a file and their keys. A new key is one row of the table. */
#include "rulefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ruledo.h"
#include "ruletext.h"
#include "rulevalue.h"
#include "rulewhen.h"
#include "text.h"

#define MISSES 100
#define LIMIT 16
#define FOR_S (7 * 86400.0)
#define COOLDOWN_S (30 * 86400.0)

enum key {
    WHEN,
    WHERE,
    FOR,
    MISSES_KEY,
    COOLDOWN,
    SEVERITY,
    SAYS,
    THREAD,
    LIMIT_KEY,
    DO,
    KEYS
};

/* The file, while it is read. The last rule of `file` is the one that is being read. */
struct reading {
    struct ph_rulefile file;
    size_t room;
    struct ph_rulefile_error *err;
    struct ph_ruletext text;
    struct ph_ruleline line;            /* the last one read */
    struct ph_rulepiece name;           /* of the rule */
    struct {
        unsigned line, column;
    } seen[KEYS];         /* where the rule has it; line 0: not */
    unsigned indent;                    /* of its keys; 0: it has none yet */
    bool listing;                       /* "do:" without a value: items may follow */
    unsigned item_indent;               /* of the first item; with `listed` */
    bool listed;
};

#define bad(r, piece, at, ...) ph_rulepiece_bad((r)->err, piece, at, __VA_ARGS__)

static struct ph_rulefile_rule *rule_of(struct reading *r)
{
    return &r->file.rule[r->file.n - 1];
}

/* Copy a value into a field. */
static bool copy(struct reading *r, const struct ph_rulepiece *from, char *to, size_t room)
{
    if (from->len >= room)
        return bad(r, from, room - 1, "more than %zu bytes", room - 1);
    memcpy(to, from->text, from->len + 1);
    return true;
}

/* ---- Values of keys ---------------------------------------------------------------- */

static bool read_when(struct reading *r, const struct ph_rulepiece *value)
{
    return ph_rulewhen_read(value, rule_of(r), r->err);
}

static bool is_of_label(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && c >= '0' && c <= '9');
}

/* "LABEL=PATTERN" from `at` to `end`; blanks around the parts do not count. */
static bool read_one_where(struct reading *r, const struct ph_rulepiece *value, size_t at,
                           size_t end)
{
    struct ph_rulefile_where *where = &rule_of(r)->where[rule_of(r)->n_where];
    const char *text = value->text;
    size_t label, n;

    for (; at < end && text[at] == ' '; at++)
        continue;
    for (label = at; at < end && is_of_label(text[at], at == label); at++)
        continue;
    n = at - label;
    for (; at < end && text[at] == ' '; at++)
        continue;
    where->differs = text[at] == '!';
    if (n == 0 || at + where->differs >= end || text[at + where->differs] != '=')
        return bad(r, value, at < end ? at : label, "not LABEL=PATTERN or LABEL!=PATTERN here");
    if (n >= sizeof where->label)
        return bad(r, value, label, "a label of more than %zu bytes", sizeof where->label - 1);
    memcpy(where->label, text + label, n);
    where->label[n] = '\0';
    for (at += where->differs + 1u; at < end && text[at] == ' '; at++)
        continue;
    for (; end > at && text[end - 1] == ' '; end--)
        continue;
    if (end - at >= sizeof where->pattern)
        return bad(r, value, at, "a pattern of more than %zu bytes", sizeof where->pattern - 1);
    memcpy(where->pattern, text + at, end - at);
    where->pattern[end - at] = '\0';
    rule_of(r)->n_where++;
    return true;
}

static bool read_where(struct reading *r, const struct ph_rulepiece *value)
{
    for (size_t at = 0; at <= value->len;) {
        size_t n = strcspn(value->text + at, ",");

        if (rule_of(r)->n_where == PH_RULEFILE_WHERES)
            return bad(r, value, at, "more than %u conditions", PH_RULEFILE_WHERES);
        if (!read_one_where(r, value, at, at + n))
            return false;
        at += n + 1;
    }
    return true;
}

static bool read_duration(struct reading *r, const struct ph_rulepiece *value, double most,
                          double *out)
{
    if (!ph_rulevalue_duration(value->text, out))
        return bad(r, value, 0, "'%s' is not a duration, as '500ms', '10s', '30m' or '2h'",
                   value->text);
    return *out <= most ||
           bad(r, value, 0, "'%s' is more than %g days", value->text, most / 86400);
}

static bool read_for(struct reading *r, const struct ph_rulepiece *value)
{
    return read_duration(r, value, FOR_S, &rule_of(r)->for_s);
}

static bool read_cooldown(struct reading *r, const struct ph_rulepiece *value)
{
    return read_duration(r, value, COOLDOWN_S, &rule_of(r)->cooldown_s);
}

/* A whole number and nothing else. */
static bool read_count(struct reading *r, const struct ph_rulepiece *value, unsigned most,
                       unsigned *out)
{
    const char *rest;
    double number;

    if (strchr(value->text, '.') || !ph_rulevalue_number(value->text, false, &number, &rest) ||
        *rest)
        return bad(r, value, 0, "'%s' is not a whole number", value->text);
    if (number < 1 || number > most)
        return bad(r, value, 0, "'%s' is not within 1 .. %u", value->text, most);
    *out = (unsigned)number;
    return true;
}

static bool read_misses(struct reading *r, const struct ph_rulepiece *value)
{
    return read_count(r, value, MISSES, &rule_of(r)->misses);
}

static bool read_limit(struct reading *r, const struct ph_rulepiece *value)
{
    return read_count(r, value, LIMIT, &rule_of(r)->limit);
}

static const char *const severities[] = {
    [PH_SEVERITY_INFO] = "info",
    [PH_SEVERITY_WARNING] = "warning",
    [PH_SEVERITY_CRITICAL] = "critical",
};

static bool read_severity(struct reading *r, const struct ph_rulepiece *value)
{
    const char *near;

    for (int i = PH_SEVERITY_INFO; i <= PH_SEVERITY_CRITICAL; i++) {
        if (strcmp(value->text, severities[i]) != 0)
            continue;
        rule_of(r)->severity = (enum ph_severity)i;
        return true;
    }
    near = ph_rulevalue_near(value->text, severities, 3);
    if (near)
        return bad(r, value, 0, "'%s' is not a severity; is it '%s'?", value->text, near);
    return bad(r, value, 0, "'%s' is not a severity: info, warning, critical", value->text);
}

static bool read_says(struct reading *r, const struct ph_rulepiece *value)
{
    return copy(r, value, rule_of(r)->says, sizeof rule_of(r)->says);
}

static bool read_thread(struct reading *r, const struct ph_rulepiece *value)
{
    if (strcmp(value->text, "main") != 0 && strcmp(value->text, "any") != 0 &&
        (strspn(value->text, "0123456789") != value->len || value->len > 9))
        return bad(r, value, 0, "'%s' is not a thread: main, any, or its id", value->text);
    return copy(r, value, rule_of(r)->thread, sizeof rule_of(r)->thread);
}

static bool read_action(struct reading *r, const struct ph_rulepiece *value)
{
    struct ph_rulefile_rule *rule = rule_of(r);

    if (rule->n_do == PH_RULEFILE_DOS)
        return bad(r, value, 0, "more than %u actions", PH_RULEFILE_DOS);
    if (!ph_ruledo_read(value, &rule->action[rule->n_do], r->err))
        return false;
    rule->n_do++;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct reading *r, const struct ph_rulepiece *value);
} keys[KEYS] = {
    [WHEN] = { "when", read_when },
    [WHERE] = { "where", read_where },
    [FOR] = { "for", read_for },
    [MISSES_KEY] = { "misses", read_misses },
    [COOLDOWN] = { "cooldown", read_cooldown },
    [SEVERITY] = { "severity", read_severity },
    [SAYS] = { "says", read_says },
    [THREAD] = { "thread", read_thread },
    [LIMIT_KEY] = { "limit", read_limit },
    [DO] = { "do", read_action },
};

/* ---- Rules ------------------------------------------------------------------------- */

static bool has_capture(const struct ph_rulefile_rule *rule)
{
    for (size_t i = 0; i < rule->n_do; i++)
        if (rule->action[i].kind == PH_DO_CAPTURE)
            return true;
    return false;
}

/* The rule is complete: does it say what it has to? */
static bool end_rule(struct reading *r)
{
    static const enum key of_captures[] = { THREAD, LIMIT_KEY };

    if (r->file.n == 0)
        return true;
    if (!r->seen[WHEN].line)
        return bad(r, &r->name, 0, "rule '%s' has no 'when:'", r->name.text);
    if (r->seen[DO].line && rule_of(r)->n_do == 0) {
        r->err->line = r->seen[DO].line;
        r->err->column = r->seen[DO].column;
        ph_text_copy(r->err->text, sizeof r->err->text, "nothing to do behind 'do:'");
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        enum key key = of_captures[i];

        if (!r->seen[key].line || has_capture(rule_of(r)))
            continue;
        r->err->line = r->seen[key].line;
        r->err->column = r->seen[key].column;
        snprintf(r->err->text, sizeof r->err->text,
                 "'%s' is for captures, and this rule has no 'do: capture ...'",
                 keys[key].name);
        return false;
    }
    return true;
}

static bool make_room(struct reading *r)
{
    size_t room = r->room ? 2 * r->room : 8;
    struct ph_rulefile_rule *rules;

    if (r->file.n < r->room)
        return true;
    rules = realloc(r->file.rule, room * sizeof *rules);
    if (!rules) {
        *r->err = (struct ph_rulefile_error){ .text = "out of memory" };
        return false;
    }
    r->file.rule = rules;
    r->room = room;
    return true;
}

static bool begin_rule(struct reading *r)
{
    const struct ph_rulepiece *name = &r->line.key;
    struct ph_rulefile_rule rule = { .line = name->line, .severity = PH_SEVERITY_WARNING };

    for (size_t i = 0; i < r->file.n; i++)
        if (strcmp(r->file.rule[i].name, name->text) == 0)
            return bad(r, name, 0, "there is a rule '%s' already, in line %u", name->text,
                       r->file.rule[i].line);
    if (r->line.value.len)
        return bad(r, &r->line.value, 0, "a rule's keys belong into lines of their own");
    if (r->file.n == PH_RULEFILE_RULES)
        return bad(r, name, 0, "more than %u rules", PH_RULEFILE_RULES);
    if (!copy(r, name, rule.name, sizeof rule.name) || !make_room(r))
        return false;
    r->file.rule[r->file.n++] = rule;
    r->name = *name;
    memset(r->seen, 0, sizeof r->seen);
    r->indent = 0;
    r->listing = false;
    return true;
}

static bool unknown_key(struct reading *r)
{
    const char *names[KEYS], *near;

    for (size_t i = 0; i < KEYS; i++)
        names[i] = keys[i].name;
    near = ph_rulevalue_near(r->line.key.text, names, KEYS);
    if (near)
        return bad(r, &r->line.key, 0, "'%s' is not a key of a rule; is it '%s'?",
                   r->line.key.text, near);
    return bad(r, &r->line.key, 0,
               "'%s' is not a key of a rule: when, where, for, misses, "
               "cooldown, severity, says, thread, limit, do",
               r->line.key.text);
}

static bool read_key(struct reading *r)
{
    const struct ph_rulepiece *key = &r->line.key;
    size_t i = 0;

    if (r->indent && r->line.indent != r->indent)
        return bad(r, key, 0, "indented by %u, the key above by %u", r->line.indent, r->indent);
    r->indent = r->line.indent;
    while (i < KEYS && strcmp(keys[i].name, key->text) != 0)
        i++;
    if (i == KEYS)
        return unknown_key(r);
    if (r->seen[i].line)
        return bad(r, key, 0, "'%s' again; the rule has it in line %u", key->text,
                   r->seen[i].line);
    r->seen[i].line = key->line;
    r->seen[i].column = key->column[0];
    r->listing = i == DO && r->line.value.len == 0;
    r->listed = false;
    if (r->listing)
        return true;
    if (r->line.value.len == 0)
        return bad(r, &r->line.value, 0, "nothing behind '%s:'", key->text);
    return keys[i].read(r, &r->line.value);
}

static bool read_item(struct reading *r)
{
    if (!r->listing)
        return bad(r, &r->line.key, 0, "a list belongs only behind 'do:'");
    if (r->line.indent < r->indent || (r->listed && r->line.indent != r->item_indent))
        return bad(r, &r->line.key, 0, "indented by %u, %s by %u", r->line.indent,
                   r->listed ? "the item above" : "its 'do:'",
                   r->listed ? r->item_indent : r->indent);
    if (r->line.value.len == 0)
        return bad(r, &r->line.value, 0, "nothing behind '-'");
    r->listed = true;
    r->item_indent = r->line.indent;
    return read_action(r, &r->line.value);
}

static bool read_line(struct reading *r)
{
    if (r->line.item)
        return read_item(r);
    if (r->line.indent == 0)
        return end_rule(r) && begin_rule(r);
    if (r->file.n == 0)
        return bad(r, &r->line.key, 0, "a file begins with the name of a rule, not indented");
    return read_key(r);
}

static bool read_all(struct reading *r)
{
    enum ph_ruletext_answer answer;

    while ((answer = ph_ruletext_next(&r->text, &r->line)) == PH_RULETEXT_LINE)
        if (!read_line(r))
            return false;
    return answer == PH_RULETEXT_END && end_rule(r);
}

/* ---- Files ------------------------------------------------------------------------- */

static bool refuse(struct ph_rulefile_error *err, const char *text)
{
    *err = (struct ph_rulefile_error){ 0 };
    ph_text_copy(err->text, sizeof err->text, text);
    return false;
}

/* `own` has a NUL behind it. */
static bool parse(const char *own, size_t len, struct ph_rulefile *out,
                  struct ph_rulefile_error *err)
{
    size_t mark = strncmp(own, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of byte order */
    struct reading *r;
    bool good;

    if (!ph_ruletext_check(own + mark, len - mark, err))
        return false;
    r = calloc(1, sizeof *r);
    if (!r)
        return refuse(err, "out of memory");
    r->err = err;
    r->text = (struct ph_ruletext){ .text = own + mark, .len = len - mark, .err = err };
    good = read_all(r);
    if (good)
        *out = r->file;
    else
        ph_rulefile_fini(&r->file);
    free(r);
    return good;
}

bool ph_rulefile_parse(const char *text, size_t len, struct ph_rulefile *out,
                       struct ph_rulefile_error *err)
{
    char *own;
    bool good;

    if (len > PH_RULEFILE_BYTES)
        return refuse(err, "more than 256 KiB");
    own = malloc(len + 1);
    if (!own)
        return refuse(err, "out of memory");
    memcpy(own, text, len);
    own[len] = '\0';
    good = parse(own, len, out, err);
    free(own);
    return good;
}

void ph_rulefile_fini(struct ph_rulefile *file)
{
    free(file->rule);
    *file = (struct ph_rulefile){ 0 };
}

/* The character behind this one. */
static const char *behind(const char *c)
{
    size_t n = ph_text_utf8(c);

    return c + (n ? n : 1);
}

bool ph_rulefile_matches(const char *pattern, const char *text)
{
    const char *star = NULL,
               *from = NULL; /* what to do if it does not fit: '*' takes one more */

    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == '?') {
            pattern++;
            text = behind(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = from = behind(from);
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

const char *ph_rulefile_severity(enum ph_severity severity)
{
    return severities[severity];
}
