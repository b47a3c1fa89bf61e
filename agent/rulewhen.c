/* SPDX-License-Identifier: MIT */
/* Owns the language of triggers. A trigger that begins with its own word is one row. */
#include "rulewhen.h"

#include <string.h>

#include "rulevalue.h"
#include "text.h"
#include "verdict.h"

#define OUTLIER_Z 5
#define OVER_S (30 * 60.0)
#define OVER_LEAST_S 60.0
#define OVER_MOST_S (10 * 86400.0)
#define BLOCKED_LEAST_S 0.01
#define BLOCKED_MOST_S 86400.0

struct reading {
    struct ph_rulewords words;
    struct ph_rulefile_rule *rule;
    struct ph_ruleword word;    /* the last one read; "": the end */
};

#define bad(r, ...) ph_ruleword_bad(&(r)->words, &(r)->word, __VA_ARGS__)

static bool next(struct reading *r)
{
    return ph_rulewords_next(&r->words, &r->word);
}

static bool is(const struct reading *r, const char *word)
{
    return strcmp(r->word.text, word) == 0;
}

static bool at_end(const struct reading *r)
{
    return is(r, "") || bad(r, "'%s' is too much", r->word.text);
}

static bool take_operator(struct reading *r, bool above_only)
{
    static const char *const names[] = { [PH_OP_ABOVE] = ">",
                                         [PH_OP_AT_LEAST] = ">=",
                                         [PH_OP_BELOW] = "<",
                                         [PH_OP_AT_MOST] = "<=" };

    for (size_t i = 0; i < (above_only ? 1 : sizeof names / sizeof names[0]); i++) {
        if (!is(r, names[i]))
            continue;
        r->rule->op = (enum ph_op)i;
        return next(r);
    }
    if (is(r, ""))
        return bad(r, "'%s' is missing here", above_only ? ">" : "> VALUE");
    return bad(
        r, above_only ? "'%s' instead of '>'" : "'%s' is none of >, >=, <, <=", r->word.text);
}

/* ---- Figures ----------------------------------------------------------------------- */

/* Parts with a '.' between them. */
static bool take_figure(struct reading *r)
{
    const char *text = r->word.text;
    size_t n = strlen(text);

    if (n == 0)
        return bad(r, "the name of a figure is missing, as 'sockets.total'");
    if (n >= sizeof r->rule->figure)
        return bad(r, "the name of a figure has %zu bytes, the most are %zu", n,
                   sizeof r->rule->figure - 1);
    if (text[0] == '.' || text[n - 1] == '.' || strstr(text, ".."))
        return bad(r, "'%s' is not the name of a figure, as 'sockets.total'", text);
    memcpy(r->rule->figure, text, n + 1);
    return next(r);
}

/* Whether a part of the name ends so. */
static bool has_ending(const char *figure, const char *ending)
{
    size_t n = strlen(ending);

    for (const char *c = figure; (c = strstr(c, ending)) != NULL; c += n)
        if (c[n] == '\0' || c[n] == '.')
            return true;
    return false;
}

/* What a second is in the unit of the figure; 0: it is no time. */
static double second_of(const char *figure)
{
    if (has_ending(figure, "_ms"))
        return 1000;
    return has_ending(figure, "_s") || has_ending(figure, "_seconds") ? 1 : 0;
}

/* ---- Values ------------------------------------------------------------------------ */

/* The number at `text` with what may stand behind it, into rule->value. `share`: may it be a
 * percentage? */
static bool read_value(struct reading *r, const char *text, bool share)
{
    struct ph_rulefile_rule *rule = r->rule;
    const char *suffix;
    double scale = 1;

    if (!ph_rulevalue_number(text, rule->when == PH_WHEN_THRESHOLD, &rule->value, &suffix))
        return bad(r, *text ? "'%s' is not a number" : "a number is missing here", text);
    if (strcmp(suffix, "%") == 0) {
        if (!share)
            return bad(r, "'%s': only the value of a figure itself can be a share", text);
        if (rule->value <= 0 || rule->value > 100)
            return bad(r, "'%s' is not above 0 %% and up to 100 %%", text);
        rule->percent = true;
        scale = 0.01;
    } else if (*suffix && (scale = ph_rulevalue_scale(suffix)) <= 0) {
        scale = ph_rulevalue_unit(suffix);
        if (scale <= 0)
            return bad(r, "'%s' is no unit; k M G T Ki Mi Gi Ti, %%, ms s m h d are", suffix);
        scale *= second_of(rule->figure);
        if (scale <= 0)
            return bad(r, "'%s' is a time, and '%s' is none%s", text, rule->figure,
                       strcmp(suffix, "m") == 0 ? "; a million is M" : "");
    }
    rule->value *= scale;
    return true;
}

static bool take_value(struct reading *r, bool share)
{
    return read_value(r, r->word.text, share) && next(r);
}

/* VALUE/UNIT: into units per hour. */
static bool take_growth(struct reading *r)
{
    struct ph_ruleword whole = r->word;
    char *slash = strchr(r->word.text, '/');
    double unit_s;

    if (!slash)
        return bad(r,
                   is(r, "") ? "a number is missing here, as '100/h'"
                             : "no '/h', '/min', '/s' or '/day' behind '%s'",
                   r->word.text);
    *slash = '\0';
    unit_s = ph_rulevalue_unit(slash + 1);
    if (unit_s < 1) {
        r->word.at += (size_t)(slash + 1 - r->word.text);
        return bad(r, "'%s' instead of s, min, h or day", slash + 1);
    }
    if (!read_value(r, r->word.text, false))
        return false;
    r->rule->value *= 3600 / unit_s;
    r->word = whole;
    return next(r);
}

static bool take_duration(struct reading *r, double least, double most, double *out)
{
    if (!ph_rulevalue_duration(r->word.text, out))
        return bad(r,
                   is(r, "") ? "a duration is missing here, as '30m'"
                             : "'%s' is not a duration, as '500ms', '10s', '30m' or '2h'",
                   r->word.text);
    if (*out < least || *out > most)
        return bad(r, "'%s' is not within %g s and %g days", r->word.text, least, most / 86400);
    return next(r);
}

/* ---- Triggers ---------------------------------------------------------------------- */

static bool read_alone(struct reading *r)
{
    return at_end(r);
}

static bool read_blocked(struct reading *r)
{
    return take_operator(r, true) &&
           take_duration(r, BLOCKED_LEAST_S, BLOCKED_MOST_S, &r->rule->value) && at_end(r);
}

static bool read_outlier(struct reading *r)
{
    r->rule->value = OUTLIER_Z;
    if (!take_figure(r))
        return false;
    if (is(r, ""))
        return true;
    return take_operator(r, true) && take_value(r, false) && at_end(r);
}

static bool take_grade(struct reading *r)
{
    const char *names[PH_URGENT];
    const char *near;

    for (int grade = PH_SUSPECT; grade <= PH_URGENT; grade++) {
        names[grade - 1] = ph_grade_name((enum ph_grade)grade);
        if (!is(r, names[grade - 1]))
            continue;
        r->rule->grade = grade;
        return next(r);
    }
    near = ph_rulevalue_near(r->word.text, names, PH_URGENT);
    if (near)
        return bad(r, "'%s' is not a grade; is it '%s'?", r->word.text, near);
    return bad(r, "'%s' is not a grade: suspect, confirmed, urgent", r->word.text);
}

static bool read_verdict(struct reading *r)
{
    size_t n;

    if (!take_grade(r))
        return false;
    if (is(r, ""))
        return true;
    if (!is(r, "of"))
        return bad(r, "'%s' instead of 'of NAME'", r->word.text);
    if (!next(r))
        return false;
    n = strlen(r->word.text);
    if (n == 0 || n >= sizeof r->rule->of)
        return bad(r, n ? "too long a name" : "the name of a class or a series is missing");
    memcpy(r->rule->of, r->word.text, n + 1);
    return next(r) && at_end(r);
}

static bool read_grows(struct reading *r)
{
    r->rule->over_s = OVER_S;
    if (!take_operator(r, true) || !take_growth(r))
        return false;
    if (is(r, ""))
        return true;
    if (!is(r, "over"))
        return bad(r, "'%s' instead of 'over DURATION'", r->word.text);
    return next(r) && take_duration(r, OVER_LEAST_S, OVER_MOST_S, &r->rule->over_s) &&
           at_end(r);
}

static const struct {
    const char *name;
    enum ph_when when;
    bool (*read)(struct reading *r);
} triggers[] = {
    { "verdict", PH_WHEN_VERDICT, read_verdict },
    { "outlier", PH_WHEN_OUTLIER, read_outlier },
    { "blocked", PH_WHEN_BLOCKED, read_blocked },
    { "absent", PH_WHEN_ABSENT, read_alone },
    { "restarted", PH_WHEN_RESTARTED, read_alone },
    { "near-heap-limit", PH_WHEN_NEAR_HEAP_LIMIT, read_alone },
};

#define TRIGGERS (sizeof triggers / sizeof triggers[0])

/* The trigger that is meant by a word that is none; NULL: a figure may be. Of those only
 * 'threads' has no '.'. */
static const char *near_trigger(const char *word)
{
    const char *names[TRIGGERS];

    for (size_t i = 0; i < TRIGGERS; i++)
        names[i] = triggers[i].name;
    return strchr(word, '.') ? NULL : ph_rulevalue_near(word, names, TRIGGERS);
}

static bool read_figure(struct reading *r)
{
    const char *near = near_trigger(r->word.text);

    if (near)
        return bad(r, "'%s' is not a trigger; is it '%s'?", r->word.text, near);
    if (!take_figure(r))
        return false;
    if (is(r, "grows")) {
        r->rule->when = PH_WHEN_GROWS;
        return next(r) && read_grows(r);
    }
    r->rule->when = is(r, "rate") ? PH_WHEN_RATE : PH_WHEN_THRESHOLD;
    if (r->rule->when == PH_WHEN_RATE && !next(r))
        return false;
    if (is(r, ""))
        return bad(r, "nothing that '%s' is compared with, as '> 100'", r->rule->figure);
    if (r->rule->when == PH_WHEN_THRESHOLD && !strchr("<>=!", r->word.text[0]))
        return bad(r, "'%s' instead of >, >=, <, <=, 'rate' or 'grows'", r->word.text);
    return take_operator(r, false) && take_value(r, r->rule->when == PH_WHEN_THRESHOLD) &&
           at_end(r);
}

bool ph_rulewhen_read(const struct ph_rulepiece *piece, struct ph_rulefile_rule *rule,
                      struct ph_rulefile_error *err)
{
    struct reading r = { .words = { .piece = piece, .err = err }, .rule = rule };

    rule->when_line = piece->line;
    rule->when_column = piece->column[0];
    if (piece->len >= sizeof rule->trigger)
        return ph_rulepiece_bad(err, piece, sizeof rule->trigger - 1,
                                "a trigger of %zu bytes, the most are %zu", piece->len,
                                sizeof rule->trigger - 1);
    memcpy(rule->trigger, piece->text, piece->len + 1);
    if (!next(&r))
        return false;
    for (size_t i = 0; i < TRIGGERS; i++) {
        if (!is(&r, triggers[i].name))
            continue;
        rule->when = triggers[i].when;
        return next(&r) && triggers[i].read(&r);
    }
    return read_figure(&r);
}

const char *ph_rulewhen_name(enum ph_when when)
{
    for (size_t i = 0; i < TRIGGERS; i++)
        if (triggers[i].when == when)
            return triggers[i].name;
    return when == PH_WHEN_GROWS ? "grows" : when == PH_WHEN_RATE ? "rate" : "threshold";
}
