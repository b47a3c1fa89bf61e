/* SPDX-License-Identifier: MIT */
/*
 * promrules: an expression is a figure by job and instance, times porthole_info, which is 1 and
 * brings the labels, compared with a number.
 */
#include "promrules.h"

#include "text.h"
#include "vitals.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROUND_S 15 /* between two of Prometheus's looks, usually: what `misses` counts */
#define POINTS 60  /* of a line that may grow */
#define RESTART_RANGE "5m"
#define WHO "job, instance, service, component, version"

static const char *const ops[] = {
    [PH_OP_ABOVE] = ">", [PH_OP_AT_LEAST] = ">=", [PH_OP_BELOW] = "<", [PH_OP_AT_MOST] = "<="
};

static const char *const severities[] = { [PH_SEVERITY_INFO] = "info",
                                          [PH_SEVERITY_WARNING] = "warning",
                                          [PH_SEVERITY_CRITICAL] = "critical" };

/* ---- Texts ------------------------------------------------------------------------------ */

static void put_regex(struct buf *out, const char *pattern)
{
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '*')
            buf_puts(out, ".*");
        else if (*c == '?')
            buf_puts(out, ".");
        else if (strchr("\\.+()[]{}|^$", *c) != NULL)
            buf_printf(out, "\\%c", *c);
        else
            buf_add(out, c, 1);
    }
}

/* In double quotes, for PromQL as for YAML. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_puts(out, "\"");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buf_printf(out, "\\%c", *c);
        else if ((unsigned char)*c < 0x20 || *c == 0x7F)
            buf_printf(out, "\\x%02x", (unsigned)*c);
        else
            buf_add(out, c, 1);
    }
    buf_puts(out, "\"");
}

static void put_matcher(struct buf *out, const char *label, const char *pattern, bool differs)
{
    bool glob = strpbrk(pattern, "*?") != NULL;
    struct buf regex = { 0 };

    if (out->len > 0)
        buf_puts(out, ", ");
    if (glob)
        put_regex(&regex, pattern);
    buf_printf(out, "%s%s", label, glob ? (differs ? "!~" : "=~") : (differs ? "!=" : "="));
    put_quoted(out, glob ? buf_text(&regex) : pattern);
    buf_fini(&regex);
}

/* Sentences become templates: {service} is {{ $labels.service }}. */
static void put_template(struct buf *out, const char *says, const char *trigger)
{
    static const char word[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    while (*says != '\0') {
        size_t len = *says == '{' ? strspn(says + 1, word) : 0;

        if (len > 0 && says[len + 1] == '}' && !isdigit((unsigned char)says[1])) {
            if (strncmp(says, "{says}", 6) == 0)
                buf_puts(out, trigger);
            else if (strncmp(says, "{value}", 7) == 0)
                buf_puts(out, "{{ $value | humanize }}");
            else if (strncmp(says, "{target}", 8) == 0)
                buf_puts(out, "{{ $labels.instance }}");
            else
                buf_printf(out, "{{ $labels.%.*s }}", (int)len, says + 1);
            says += len + 2;
        } else {
            buf_puts(out, *says == '{' ? "{{ \"{\" }}" : (char[]){ *says, '\0' });
            says++;
        }
    }
}

static void put_duration(struct buf *out, double seconds)
{
    buf_printf(out, seconds < 1 ? "%.0fms" : "%.0fs", seconds < 1 ? seconds * 1000 : seconds);
}

/* ---- Which processes -------------------------------------------------------------------- */

static bool is_label(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    }
    return true;
}

/* What only the process itself says, so that nobody says it when it is absent. */
static bool is_own(const char *label)
{
    return strcmp(label, "host") == 0 || strcmp(label, "ident") == 0 ||
           strcmp(label, "node") == 0;
}

/* @return NULL, or why it cannot be said. */
static const char *put_where(struct buf *out, const struct ph_rulefile_rule *rule)
{
    for (size_t i = 0; i < rule->n_where; i++) {
        const char *label = rule->where[i].label;

        if (!is_label(label) || strcmp(label, "state") == 0)
            return "'where' names no label of Prometheus";
        if (rule->when == PH_WHEN_ABSENT && is_own(label))
            return "host, ident and node are not known of a process that is absent";
        put_matcher(out, strcmp(label, "target") == 0 ? "instance" : label,
                    rule->where[i].pattern, rule->where[i].differs);
    }
    return NULL;
}

/* ---- Expressions ------------------------------------------------------------------------ */

static void put_vital(struct buf *out, enum vital vital)
{
    buf_printf(out, "max by (job, instance) (%s)", vitals[vital].prom);
}

/* The rate of each series before they are summed: a counter that begins anew is seen. */
static void put_rate(struct buf *out, enum vital vital)
{
    static const char sum[] = "sum by (instance, job) (";
    const char *prom = vitals[vital].prom;

    if (strncmp(prom, sum, sizeof sum - 1) == 0)
        buf_printf(out, "%srate(%.*s[2m]))", sum, (int)(strlen(prom) - sizeof sum),
                   prom + sizeof sum - 1);
    else
        buf_printf(out, "max by (job, instance) (rate(%s[2m]))", prom);
}

/* FUNCTION((figure)[RANGE:STEP] OFFSET) */
static void put_over(struct buf *out, const char *function, enum vital vital, const double s[2])
{
    double step_s = fmax(1, ceil(s[0] / POINTS));

    buf_printf(out, "%s((", function);
    put_vital(out, vital);
    buf_puts(out, ")[");
    put_duration(out, s[0]);
    buf_puts(out, ":");
    put_duration(out, step_s);
    buf_puts(out, "]");
    if (s[1] > 0) {
        buf_puts(out, " offset ");
        put_duration(out, s[1]);
    }
    buf_puts(out, ")");
}

/*
 * The slope less twice its standard error: scatter around the line, over the root of the
 * points and the spread of their moments, which of evenly spaced ones is over^2 / 12.
 */
static void put_growth(struct buf *out, enum vital vital, double over_s)
{
    const double whole[2] = { over_s, 0 };
    double spread = over_s * over_s / 12;

    buf_puts(out, "3600 * (");
    put_over(out, "deriv", vital, whole);
    buf_puts(out, " - 2 * sqrt(clamp_min(");
    put_over(out, "stdvar_over_time", vital, whole);
    buf_puts(out, " - ");
    put_over(out, "deriv", vital, whole);
    buf_printf(out, " ^ 2 * %.15g, 0) / ", spread);
    put_over(out, "count_over_time", vital, whole);
    buf_printf(out, " / %.15g))", spread);
}

/* In both halves at least half of it, and not while the process is young. */
static void put_growth_guards(struct buf *out, const struct ph_rulefile_rule *rule,
                              enum vital vital)
{
    const double halves[2][2] = { { rule->over_s / 2, 0 },
                                  { rule->over_s / 2, rule->over_s / 2 } };

    for (size_t i = 0; i < 2; i++) {
        buf_puts(out, " and on (job, instance) 3600 * ");
        put_over(out, "deriv", vital, halves[i]);
        buf_printf(out, " > %.15g", rule->value / 2);
    }
    buf_printf(out,
               " and on (job, instance) time() - max by (job, instance) "
               "(process_start_time_seconds) >= %.15g",
               rule->over_s);
}

static void put_verdict(struct buf *out, const struct ph_rulefile_rule *rule)
{
    static const char series[] = "porthole_suspect_slope_per_hour";
    static const char *const grades[] = { "suspect|confirmed|urgent",
                                          "suspect|confirmed|urgent", "confirmed|urgent",
                                          "urgent" };
    size_t least = rule->grade < 0 ? 0 : rule->grade > 3 ? 3 : (size_t)rule->grade;
    const char *const by[] = { "class", "series" };
    size_t n = rule->of[0] != '\0' ? 2 : 1;

    buf_puts(out, "count by (job, instance) (");
    for (size_t i = 0; i < n; i++) {
        struct buf matcher = { 0 };

        if (rule->of[0] != '\0')
            put_matcher(&matcher, by[i], rule->of, false);
        buf_printf(out, "%s%s{grade=~\"%s\"%s%s}", i > 0 ? " or " : "", series, grades[least],
                   matcher.len > 0 ? ", " : "", buf_text(&matcher));
        buf_fini(&matcher);
    }
    buf_puts(out, ")");
}

/* The left side of the comparison; NULL, or why it cannot be said. */
static const char *put_figure(struct buf *out, const struct ph_rulefile_rule *rule,
                              enum vital vital)
{
    const struct vital_info *info = vital != VITAL_NONE ? &vitals[vital] : NULL;

    if (info == NULL || info->prom == NULL)
        return "Prometheus has no such figure";
    if (rule->when == PH_WHEN_RATE)
        return info->counter ? (put_rate(out, vital), NULL) : "only counters have a rate";
    if (rule->when == PH_WHEN_GROWS)
        return put_growth(out, vital, rule->over_s), NULL;
    put_vital(out, vital);
    if (!rule->percent || (info->unit == VITAL_RATIO && info->limit == VITAL_NONE))
        return NULL;
    if (info->limit == VITAL_NONE || vitals[info->limit].prom == NULL)
        return "the figure has no limit";
    buf_puts(out, " / ");
    put_vital(out, info->limit);
    return NULL;
}

struct comparison {
    enum vital vital;
    const char *op;
    double value;
};

static const char *put_left(struct buf *out, const struct ph_rulefile_rule *rule,
                            struct comparison *is)
{
    switch (rule->when) {
    case PH_WHEN_VERDICT:
        *is = (struct comparison){ VITAL_NONE, ">", 0 };
        return put_verdict(out, rule), NULL;
    case PH_WHEN_RESTARTED:
        *is = (struct comparison){ VITAL_NONE, ">", 0 };
        buf_puts(out, "max by (job, instance) (changes(process_start_time_seconds"
                      "[" RESTART_RANGE "]))");
        return NULL;
    case PH_WHEN_BLOCKED:
        *is = (struct comparison){ VITAL_BLOCKED, ">", rule->value * 1000 };
        break;
    case PH_WHEN_NEAR_HEAP_LIMIT:
        *is = (struct comparison){ VITAL_HEAP_SHARE, ">", 0.9 };
        break;
    case PH_WHEN_THRESHOLD:
    case PH_WHEN_RATE:
    case PH_WHEN_GROWS:
        is->vital = vitals_find(rule->figure, strlen(rule->figure));
        is->op = ops[rule->op];
        is->value = rule->value;
        break;
    default:
        return "Prometheus cannot compare a process with its peers as we do";
    }
    return put_figure(out, rule, is->vital);
}

static const char *put_expression(struct buf *out, const struct ph_rulefile_rule *rule)
{
    struct comparison is = { VITAL_NONE, ">", 0 };
    struct buf where = { 0 };
    const char *wrong = put_where(&where, rule);

    if (wrong == NULL && rule->when == PH_WHEN_ABSENT) {
        buf_puts(out, "max by (" WHO ") (up{");
        buf_add(out, buf_text(&where), where.len);
        buf_puts(out, "}) == 0");
    } else if (wrong == NULL) {
        buf_puts(out, "(");
        wrong = put_left(out, rule, &is);
        buf_puts(out, ") * on (job, instance) group_left (service, component, version) "
                      "max by (" WHO ") (porthole_info{");
        buf_add(out, buf_text(&where), where.len);
        buf_printf(out, "}) %s %.15g", is.op, is.value);
    }
    if (wrong == NULL && rule->when == PH_WHEN_GROWS)
        put_growth_guards(out, rule, is.vital);
    buf_fini(&where);
    return wrong;
}

/* ---- The file --------------------------------------------------------------------------- */

/* "sockets-grow" is SocketsGrow. */
static void put_name(struct buf *out, const char *name)
{
    bool first = true;

    for (const char *c = name; *c != '\0'; c++) {
        char letter = first ? (char)toupper((unsigned char)*c) : *c;

        first = *c == '-' || *c == '_';
        if (!first)
            buf_add(out, &letter, 1);
    }
}

static void put_alert(struct buf *out, const struct ph_rulefile *rules, size_t index)
{
    struct buf name = { 0 }, other = { 0 };
    unsigned same = 1;

    put_name(&name, rules->rule[index].name);
    for (size_t i = 0; i < index; i++) {
        buf_clear(&other);
        put_name(&other, rules->rule[i].name);
        same += strcmp(buf_text(&other), buf_text(&name)) == 0;
    }
    if (same > 1)
        buf_printf(&name, "%u", same);
    put_quoted(out, buf_text(&name));
    buf_fini(&name);
    buf_fini(&other);
}

static void put_annotations(struct buf *out, const struct ph_rulefile_rule *rule)
{
    static const char usual[] = "{service} {target}: {says}, now {value}";
    struct buf trigger = { 0 }, text = { 0 };

    put_template(&trigger, rule->trigger, "");
    put_template(&text, rule->says[0] != '\0' ? rule->says : usual, buf_text(&trigger));
    buf_puts(out, "        annotations:\n          summary: ");
    put_quoted(out, buf_text(&text));
    buf_puts(out, "\n          rule: ");
    put_quoted(out, buf_text(&trigger));
    buf_puts(out, "\n");
    buf_fini(&trigger);
    buf_fini(&text);
}

static double held_s(const struct ph_rulefile_rule *rule)
{
    unsigned misses = rule->misses > 0 ? rule->misses : rule->when == PH_WHEN_ABSENT ? 3 : 1;

    return fmax(rule->for_s, (misses - 1) * (double)ROUND_S);
}

/* A comment of one line. */
static void put_comment(struct buf *out, const char *name, const char *what)
{
    buf_puts(out, "      # ");
    text_clean(out, name, strlen(name), TEXT_UTF8);
    buf_puts(out, ": ");
    text_clean(out, what, strlen(what), TEXT_UTF8);
    buf_puts(out, "\n");
}

static const char *put_rule(struct buf *out, const struct ph_rulefile *rules, size_t index)
{
    const struct ph_rulefile_rule *rule = &rules->rule[index];
    struct buf expression = { 0 };
    const char *wrong = put_expression(&expression, rule);

    put_comment(out, rule->name, rule->trigger);
    if (wrong != NULL) {
        put_comment(out, "left out", wrong);
        buf_fini(&expression);
        return wrong;
    }
    if (rule->when == PH_WHEN_NEAR_HEAP_LIMIT)
        put_comment(out, "note", "V8's own warning is not in /metrics: 90 % of the limit");
    if (rule->when == PH_WHEN_ABSENT)
        put_comment(out, "note", "of every job, and not of what discovery names no longer");
    buf_puts(out, "      - alert: ");
    put_alert(out, rules, index);
    buf_puts(out, "\n        expr: >-\n          ");
    buf_add(out, buf_text(&expression), expression.len);
    buf_puts(out, "\n");
    if (held_s(rule) > 0) {
        buf_puts(out, "        for: ");
        put_duration(out, held_s(rule));
        buf_puts(out, "\n");
    }
    buf_puts(out, "        labels:\n          severity: ");
    put_quoted(out, severities[rule->severity]);
    buf_puts(out, "\n");
    put_annotations(out, rule);
    buf_fini(&expression);
    return NULL;
}

int promrules_write(struct buf *out, const struct ph_rulefile *rules,
                    char error[PROMRULES_ERROR])
{
    int left_out = 0;

    error[0] = '\0';
    buf_puts(out,
             "# Made by 'porthole rules --prometheus'. Rules are judged by Prometheus; what "
             "is\n# sent where, and how often, is for Alertmanager to say.\n"
             "groups:\n  - name: porthole\n    rules:\n");
    for (size_t i = 0; i < rules->n; i++) {
        const char *wrong = put_rule(out, rules, i);

        if (wrong != NULL && left_out++ == 0)
            snprintf(error, PROMRULES_ERROR, "rule '%s' is left out: %s", rules->rule[i].name,
                     wrong);
    }
    if (left_out > 1)
        snprintf(error + strlen(error), PROMRULES_ERROR - strlen(error),
                 "; and %d more, see the comments", left_out - 1);
    return left_out;
}
