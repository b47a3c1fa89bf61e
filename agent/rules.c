/* SPDX-License-Identifier: MIT */
/* Owns the language of capture rules. Pure: text in, table out. A new trigger or action is
 * one row of a table. Numbers are read by hand: strtod() has a locale of its own. */
#include "rules.h"

#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "rulefile.h"
#include "status.h"
#include "text.h"
#include "watched.h"

#define LEAST_NS (10 * PH_NS_PER_MS)
#define MOST_NS (86400 * PH_NS_PER_S)
#define PROFILE_NS (5 * PH_NS_PER_S)
#define PROFILE_LEAST_NS (100 * PH_NS_PER_MS)
#define PROFILE_MOST_NS (300 * PH_NS_PER_S)
#define LIMIT 3u

/* The rule that is being read, in pieces of one copy of it. */
struct reading {
    struct ph_rule rule;
    char  pieces[PH_RULE_BYTES];
    porthole_error *err;
};

/* What was written, fit for a message of one line. */
static void copy_plain(char out[PH_RULE_BYTES], const char *text)
{
    ph_text_copy(out, PH_RULE_BYTES, text);
    for (char *c = out; *c; c++)
        if ((*c >= 0 && *c < ' ') || *c == 0x7f)
            *c = '?';
}

static enum porthole_status fail(const struct reading *r, const char *what, const char *text)
{
    char shown[PH_RULE_BYTES];

    copy_plain(shown, text);
    return ph_fail(r->err, PORTHOLE_EINVAL, "cannot use capture rule '%s': %s '%s'",
                   r->rule.text, what, shown);
}

/* ---- Numbers ----------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At most nine digits, and six more behind a point; `*rest` is what follows. */
static bool read_number(const char *text, double *value, const char **rest)
{
    double place = 1;
    const char *c = text;

    *value = 0;
    for (; is_digit(*c) && c - text < 9; c++)
        *value = *value * 10 + (*c - '0');
    if (c == text)
        return false;
    if (*c == '.') {
        const char *point = c++;

        for (; is_digit(*c) && c - point <= 6; c++)
            *value += (*c - '0') * (place /= 10);
        if (c == point + 1)
            return false;
    }
    *rest = c;
    return true;
}

static bool read_duration(const char *text, uint64_t least_ns, uint64_t most_ns, uint64_t *out)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = { { "", 1e9 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 } };
    const char *unit;
    double value;

    if (!read_number(text, &value, &unit))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double ns = value * units[i].ns;

        if (strcmp(unit, units[i].name) != 0)
            continue;
        if (!(ns >= (double)least_ns && ns <= (double)most_ns))
            return false;
        *out = (uint64_t)ns;
        return true;
    }
    return false;
}

/* A whole number and nothing else. */
static bool read_count(const char *text, unsigned least, unsigned most, unsigned *out)
{
    const char *rest;
    double value;

    if (strchr(text, '.') || !read_number(text, &value, &rest) || *rest || value < least ||
        value > most)
        return false;
    *out = (unsigned)value;
    return true;
}

/* ---- Triggers ---------------------------------------------------------------------- */

static bool read_over(const char *text, struct ph_rule *rule)
{
    return read_duration(text, LEAST_NS, MOST_NS, &rule->over_ns);
}

static bool read_percent(const char *text, struct ph_rule *rule)
{
    const char *rest;

    return read_number(text, &rule->over_percent, &rest) && strcmp(rest, "%") == 0 &&
           rule->over_percent > 0 && rule->over_percent <= 100;
}

static bool read_class(const char *text, struct ph_rule *rule)
{
    if (!*text)
        return true;
    rule->class_of = ph_class_named(text + 1);
    return *text == '=' && rule->class_of != PH_CLASSES;
}

static const struct {
    const char *name;       /* with the '>' if an operand must follow */
    const char *operand;    /* what it is called; NULL: there is none */
    bool (*read)(const char *text, struct ph_rule *rule);
} triggers[PH_TRIGGERS] = {
    [PH_TRIGGER_BLOCKED] = { "blocked>", "duration", read_over },
    [PH_TRIGGER_HEAP] = { "heap>", "percentage", read_percent },
    [PH_TRIGGER_NEAR_LIMIT] = { "near-heap-limit", NULL, NULL },
    [PH_TRIGGER_SUSPECT] = { "suspect", "class", read_class },
    [PH_TRIGGER_CONFIRMED] = { "confirmed", "class", read_class },
    [PH_TRIGGER_URGENT] = { "urgent", "class", read_class },
};

static enum porthole_status read_trigger(struct reading *r, const char *text)
{
    char what[48] = "bad ";

    for (size_t i = 0; i < PH_TRIGGERS; i++) {
        size_t n = strlen(triggers[i].name);

        if (strncmp(text, triggers[i].name, n) != 0 || (!triggers[i].read && text[n]))
            continue;
        r->rule.trigger = (enum ph_trigger)i;
        if (!triggers[i].read || triggers[i].read(text + n, &r->rule))
            return PORTHOLE_OK;
        ph_text_copy(what + 4, sizeof what - 4, triggers[i].operand);
        return fail(r, what, text + n);
    }
    return fail(r,
                "not a trigger (blocked>TIME, heap>PERCENT%, near-heap-limit, suspect[=CLASS], "
                "confirmed, urgent):",
                text);
}

static enum porthole_status read_thread(struct reading *r, const char *text)
{
    unsigned id = 0;

    if (strcmp(text, "any") == 0)
        r->rule.thread = PH_RULE_ANY_THREAD;
    else if (strcmp(text, "main") != 0 && !read_count(text, 0, INT32_MAX, &id))
        return fail(r, "not a thread (main, any or its id):", text);
    else
        r->rule.thread = (int)id;
    return PORTHOLE_OK;
}

/* ---- Actions ----------------------------------------------------------------------- */

static const char *const actions[PH_ACTIONS] = {
    [PH_ACTION_STACK] = "stack",
    [PH_ACTION_PROFILE] = "profile",
    [PH_ACTION_HISTOGRAM] = "histogram",
};

/* `operand` is NULL if there is no '='. */
static enum porthole_status read_action(struct reading *r, const char *name,
                                        const char *operand)
{
    for (size_t i = 0; i < PH_ACTIONS; i++) {
        if (strcmp(name, actions[i]) != 0)
            continue;
        r->rule.action = (enum ph_action)i;
        if (!operand)
            return PORTHOLE_OK;
        if (i != PH_ACTION_PROFILE)
            return fail(r, "no '=' goes with", name);
        if (read_duration(operand, PROFILE_LEAST_NS, PROFILE_MOST_NS, &r->rule.lasts_ns))
            return PORTHOLE_OK;
        return fail(r, "bad duration", operand);
    }
    return fail(r, "not an action (stack, profile, histogram):", name);
}

/* ---- A rule ------------------------------------------------------------------------ */

/* Cut the text at `at`; what is behind it, or NULL if there is none. */
static char *split(char *text, char at)
{
    char *found = strchr(text, at);

    if (found)
        *found++ = '\0';
    return found;
}

static enum porthole_status read_rule(struct reading *r)
{
    char *action = split(r->pieces, ':');
    char *thread = split(r->pieces, '@');
    char *limit = action ? split(action, '/') : NULL;
    char *operand = action ? split(action, '=') : NULL;
    enum porthole_status rc;

    rc = read_trigger(r, r->pieces);
    if (rc == PORTHOLE_OK && thread)
        rc = read_thread(r, thread);
    if (rc == PORTHOLE_OK && !action)
        rc = fail(r, "no ':' and action behind", r->pieces);
    if (rc == PORTHOLE_OK)
        rc = read_action(r, action, operand);
    if (rc == PORTHOLE_OK && limit && !read_count(limit, 1, PH_RULE_FILES, &r->rule.limit))
        rc = fail(r, "bad limit", limit);
    return rc;
}

static const char blanks[] = " \t\r\n";

/* The next rule's place and length without the blanks around it. */
static const char *next_rule(const char *text, size_t *n)
{
    const char *end = text + strcspn(text, ",");

    text += strspn(text, blanks);
    while (end > text && strchr(blanks, end[-1]))
        end--;
    *n = end > text ? (size_t)(end - text) : 0;
    return text;
}

static enum porthole_status take_rule(const char *text, size_t n, struct ph_rules *rules,
                                      porthole_error *err)
{
    struct reading r = {
        .rule = { .lasts_ns = PROFILE_NS, .limit = LIMIT, .class_of = PH_CLASSES }, .err = err
    };
    enum porthole_status rc;

    memcpy(r.pieces, text, n < sizeof r.pieces ? n : sizeof r.pieces - 1);
    copy_plain(r.rule.text, r.pieces);
    if (n == 0)
        return ph_fail(err, PORTHOLE_EINVAL, "cannot use capture rule '': it is empty");
    if (n >= sizeof r.pieces)
        return ph_fail(err, PORTHOLE_EINVAL,
                       "cannot use capture rule '%s…': longer than %u bytes", r.rule.text,
                       PH_RULE_BYTES - 1);
    if (rules->n == PH_RULES)
        return ph_fail(err, PORTHOLE_EINVAL,
                       "cannot use capture rule '%s': there are %u before it, the most there "
                       "can be",
                       r.rule.text, PH_RULES);
    rc = read_rule(&r);
    if (rc == PORTHOLE_OK)
        rules->rule[rules->n++] = r.rule;
    return rc;
}

enum porthole_status ph_rules_parse(const char *text, struct ph_rules *out, porthole_error *err)
{
    struct ph_rules rules = { 0 };
    bool more = text && text[strspn(text, blanks)];

    while (more) {
        size_t n;
        const char *rule = next_rule(text, &n);
        enum porthole_status rc = take_rule(rule, n, &rules, err);

        if (rc)
            return rc;
        text += strcspn(text, ",");
        more = *text == ',';
        text += more;
    }
    *out = rules;
    return PORTHOLE_OK;
}

void ph_rules_fini(struct ph_rules *rules)
{
    ph_rulefile_fini(&rules->file);
    *rules = (struct ph_rules){ 0 };
}
