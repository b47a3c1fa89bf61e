/* SPDX-License-Identifier: MIT */
/*
 * judgewhen: a trigger is one row of the table at the end.
 */
#include "judgewhen.h"

#include "agent/verdict.h"
#include "units.h"
#include "vitals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST 9007199254740992.0
#define NEAR_HEAP_LIMIT 0.9     /* of it: V8 does little but collect from there on */
#define COVERED 0.9             /* of the window of growth must have been seen */

static const char threads_prefix[] = "threads.";

/* ---- Figures ----------------------------------------------------------------------- */

static enum vital vital_of(const char *figure)
{
    return vitals_find(figure, strlen(figure));
}

const char *judgewhen_bare(const char *figure)
{
    size_t n = sizeof threads_prefix - 1;

    return strncmp(figure, threads_prefix, n) == 0 ? figure + n : figure;
}

static bool is_of(const char *path, const char *const *sections, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(sections[i]);

        if (strncmp(path, sections[i], n) == 0 && path[n] == '.' && path[n + 1] != '\0')
            return true;
    }
    return false;
}

bool judgewhen_is_of_threads(const char *path)
{
    static const char *const sections[] = { "threads",   "loop", "heap",     "gc",
                                            "handles", "listeners", "http", "resources" };

    return is_of(path, sections, sizeof sections / sizeof sections[0]);
}

bool judgewhen_is_figure(const char *path)
{
    static const char *const sections[] = { "service", "process", "sockets",
                                            "objects", "metrics", "porthole" };

    return vital_of(path) != VITAL_NONE || judgewhen_is_of_threads(path) ||
           is_of(path, sections, sizeof sections / sizeof sections[0]);
}

/* Of all threads: the highest of what cannot be added, else the sum. */
static double of_threads(const struct doc *state, const char *path)
{
    bool highest = strstr(path, "_ms") != NULL || strstr(path, "utilization") != NULL;
    const struct doc *threads = doc_at(state, "threads");
    double all = NAN;

    for (size_t i = 0; i < doc_count(threads); i++) {
        double one = doc_value(doc_at(doc_item(threads, i), path));

        if (isnan(one))
            continue;
        all = isnan(all) ? one : highest ? fmax(all, one) : all + one;
    }
    return all;
}

/* A name of an object's type or a metric is one key, whatever stands in it. */
static double of_state(const struct doc *state, const char *path)
{
    if (state == NULL)
        return NAN;
    if (judgewhen_is_of_threads(path))
        return of_threads(state, judgewhen_bare(path));
    return doc_value(doc_at(state, path));
}

static double of_csv(const struct judgewhen_view *view, const char *figure)
{
    size_t at = csv_column(view->csv, judgewhen_bare(figure));

    return at < view->csv->count ? view->cells[at] : NAN;
}

double judgewhen_value(const struct judgewhen_view *view, const char *figure)
{
    enum vital vital;

    if (view->csv != NULL)
        return of_csv(view, figure);
    vital = vital_of(figure);
    if (vital != VITAL_NONE)
        return view->answered && view->row != NULL ? view->row->last.v[vital] : NAN;
    return of_state(view->state, figure);
}

bool judgewhen_needs_state(const struct ph_rulefile_rule *rule)
{
    return rule->when == PH_WHEN_VERDICT ||
           (rule->figure[0] != '\0' && vital_of(rule->figure) == VITAL_NONE);
}

/* ---- Sentences --------------------------------------------------------------------- */

static void text_of(char out[UNITS_BYTES], const char *figure, double value)
{
    enum vital vital = vital_of(figure);
    enum vital_unit unit = vital == VITAL_NONE ? VITAL_COUNT : vitals[vital].unit;
    size_t n = strlen(figure);

    if (unit == VITAL_BYTES || (n > 6 && strcmp(figure + n - 6, "_bytes") == 0))
        units_bytes(out, value);
    else if (unit == VITAL_RATIO)
        snprintf(out, UNITS_BYTES, "%.3g%%", 100 * value);
    else if (unit == VITAL_MS)
        snprintf(out, UNITS_BYTES, "%.6g ms", value);
    else
        snprintf(out, UNITS_BYTES, "%.6g", value);
}

static const char *word_of(enum ph_op op)
{
    static const char *const words[] = { [PH_OP_ABOVE] = "above",
                                         [PH_OP_AT_LEAST] = "at least",
                                         [PH_OP_BELOW] = "below",
                                         [PH_OP_AT_MOST] = "at most" };

    return words[op];
}

static bool compare(enum ph_op op, double a, double b)
{
    switch (op) {
    case PH_OP_ABOVE:
        return a > b;
    case PH_OP_AT_LEAST:
        return a >= b;
    case PH_OP_BELOW:
        return a < b;
    default:
        return a <= b;
    }
}

static void settle(struct judge_reading *out, double value, bool holds)
{
    out->value = value;
    out->holds = isnan(value) ? JUDGE_UNKNOWN : holds ? JUDGE_YES : JUDGE_NO;
}

/* ---- Triggers ---------------------------------------------------------------------- */

/* What is read, and what it is read into. */
struct look {
    const struct ph_rulefile_rule *rule;
    const struct judgewhen_view *view;
    struct judgewhen_trail *trail;
    struct judge_reading *out;
};

/* Only such a reading becomes an alert, or its end. A sentence is dearer than all else here,
 * and of a hundred thousand rows nearly all are calm. */
static bool is_heard(const struct look *l)
{
    return l->out->holds == JUDGE_YES || l->view->fires;
}

#define SAYS(l, ...)                                                         \
    do {                                                                     \
        if (is_heard(l))                                                     \
            snprintf((l)->out->says, sizeof(l)->out->says, __VA_ARGS__);     \
    } while (0)

static void read_share(struct look *l)
{
    enum vital vital = vital_of(l->rule->figure);
    double share = judgewhen_value(l->view, l->rule->figure);
    bool of_limit = vital != VITAL_NONE && vitals[vital].limit != VITAL_NONE;
    const char *limit = of_limit ? vitals[vitals[vital].limit].name : "";

    if (of_limit) {
        double most = judgewhen_value(l->view, limit);

        share = most > 0 ? share / most : NAN;
    }
    settle(l->out, share, compare(l->rule->op, share, l->rule->value));
    SAYS(l, "%s is %.3g%%%s%s, %s %.4g%%", l->rule->figure, 100 * share, of_limit ? " of " : "",
         limit, word_of(l->rule->op), 100 * l->rule->value);
}

static void read_threshold(struct look *l)
{
    double value;
    char is[UNITS_BYTES], than[UNITS_BYTES];

    if (l->rule->percent) {
        read_share(l);
        return;
    }
    value = judgewhen_value(l->view, l->rule->figure);
    settle(l->out, value, compare(l->rule->op, value, l->rule->value));
    if (!is_heard(l))
        return;
    text_of(is, l->rule->figure, value);
    text_of(than, l->rule->figure, l->rule->value);
    SAYS(l, "%s is %s, %s %s", l->rule->figure, is, word_of(l->rule->op), than);
}

/* A restart, and a clock or a counter that went back, begin everything anew. */
static double rate_of(struct look *l)
{
    struct judgewhen_trail *trail = l->trail;
    double value = judgewhen_value(l->view, l->rule->figure), rate = NAN;

    if (isnan(value))
        return NAN;
    if (trail->seen && trail->restarts == l->view->restarts && value >= trail->last_v &&
        l->view->t_s > trail->last_t)
        rate = (value - trail->last_v) / (l->view->t_s - trail->last_t);
    trail->last_t = l->view->t_s;
    trail->last_v = value;
    trail->restarts = l->view->restarts;
    trail->seen = true;
    return rate;
}

static void read_rate(struct look *l)
{
    double rate = rate_of(l);

    settle(l->out, rate, compare(l->rule->op, rate, l->rule->value));
    SAYS(l, "%s goes up by %.4g/s, %s %.4g/s", l->rule->figure, rate, word_of(l->rule->op),
         l->rule->value);
}

void judgewhen_add(const struct ph_rulefile_rule *rule, struct judgewhen_trail *trail,
                   unsigned restarts, const double point[2])
{
    double t = point[0], v = point[1], apart = rule->over_s / (PH_SEN_MOST - 4);
    size_t old = 0;

    if (trail->restarts != restarts || (trail->count && t < trail->t[trail->count - 1]))
        trail->count = 0;
    trail->restarts = restarts;
    if (isnan(v) || isnan(t) || (trail->count && t - trail->t[trail->count - 1] < apart))
        return;
    while (old < trail->count &&
           (t - trail->t[old] > rule->over_s + apart || trail->count - old == PH_SEN_MOST))
        old++;
    trail->fitted = false;
    trail->count -= old;
    memmove(trail->t, trail->t + old, trail->count * sizeof *trail->t);
    memmove(trail->v, trail->v + old, trail->count * sizeof *trail->v);
    trail->t[trail->count] = t;
    trail->v[trail->count++] = v;
}

/* The lower end raises an alert, the slope itself ends it: else one that is just about proven
 * would come and go. */
static void read_grows(struct look *l)
{
    struct judgewhen_trail *trail = l->trail;
    char low[UNITS_BYTES], slope[UNITS_BYTES];
    double slopes[PH_SEN_PAIRS];

    judgewhen_add(l->rule, trail, l->view->restarts,
                  (double[2]){ l->view->t_s, judgewhen_value(l->view, l->rule->figure) });
    l->out->holds = JUDGE_UNKNOWN;
    l->out->value = NAN;
    if (!l->view->answered || trail->count < PH_SEN_LEAST ||
        trail->t[trail->count - 1] - trail->t[0] < COVERED * l->rule->over_s ||
        l->view->t_s - trail->t[trail->count - 1] > l->rule->over_s / 2)
        return;
    trail->fitted =
        trail->fitted || ph_sen_judge(trail->t, trail->v, trail->count, slopes, &trail->fit);
    settle(l->out, trail->fit.low * 3600,
           (l->view->fires ? trail->fit.slope : trail->fit.low) * 3600 > l->rule->value);
    if (!is_heard(l))
        return;
    text_of(slope, l->rule->figure, trail->fit.slope * 3600);
    text_of(low, l->rule->figure, trail->fit.low * 3600);
    SAYS(l, "%s grows by %s an hour, at least %s", l->rule->figure, slope, low);
}

static int grade_of(const char *name)
{
    for (int grade = PH_SUSPECT; grade <= PH_URGENT; grade++)
        if (strcmp(name, ph_grade_name((enum ph_grade)grade)) == 0)
            return grade;
    return PH_NO_GRADE;
}

static void read_verdict(struct look *l)
{
    const struct doc *all = doc_at(l->view->state, "suspects");
    int worst = PH_NO_GRADE;

    l->out->value = NAN;
    l->out->holds = doc_is_array(l->view->state, "suspects") ? JUDGE_NO : JUDGE_UNKNOWN;
    for (size_t i = 0; i < doc_count(all); i++) {
        const struct doc *one = doc_item(all, i);
        const char *series = doc_text(one, "series", NULL), *of = l->rule->of;
        int grade = grade_of(doc_text(one, "grade", NULL));

        if (grade < l->rule->grade || grade <= worst ||
            (*of && !ph_rulefile_matches(of, series) &&
             !ph_rulefile_matches(of, doc_text(one, "class", NULL))))
            continue;
        worst = grade;
        l->out->holds = JUDGE_YES;
        l->out->value = doc_value(doc_at(one, "slope_per_hour"));
        SAYS(l, "%s: %s", doc_text(one, "grade", NULL), doc_text(one, "says", NULL));
    }
}

static void read_outlier(struct look *l)
{
    const struct fleet_row *row = l->view->row;
    bool is_one = row != NULL && row->outlier == vital_of(l->rule->figure);
    double z = is_one ? row->outlier_z : 0;

    if (row == NULL || !l->view->answered)
        z = NAN;
    else if (isnan(z))
        z = 0;
    settle(l->out, z, fabs(z) > l->rule->value);
    SAYS(l, "%s moves unlike that of its peers: %.3g deviations", l->rule->figure, z);
}

static void read_blocked(struct look *l)
{
    double ms = judgewhen_value(l->view, vitals[VITAL_BLOCKED].name);

    settle(l->out, ms / 1000, ms > 1000 * l->rule->value);
    SAYS(l, "its event loop has not turned for %.3g s", ms / 1000);
}

static void read_absent(struct look *l)
{
    l->out->holds = l->view->answered ? JUDGE_NO : JUDGE_YES;
    l->out->value = NAN;
    SAYS(l, l->view->answered ? "it answers" : "it does not answer");
}

static void read_restarted(struct look *l)
{
    l->out->holds = !l->view->answered ? JUDGE_UNKNOWN
                    : l->view->restarted ? JUDGE_YES
                                         : JUDGE_NO;
    l->out->value = l->view->restarts;
    SAYS(l, "it has been restarted");
}

static void read_near_heap_limit(struct look *l)
{
    double share = judgewhen_value(l->view, vitals[VITAL_HEAP_SHARE].name);

    settle(l->out, share, share >= NEAR_HEAP_LIMIT);
    SAYS(l, "its heap is at %.3g%% of its limit", 100 * share);
}

void judgewhen_read(const struct ph_rulefile_rule *rule, const struct judgewhen_view *view,
                    struct judgewhen_trail *trail, struct judge_reading *out)
{
    static void (*const reads[PH_WHENS])(struct look *) = {
        [PH_WHEN_THRESHOLD] = read_threshold,
        [PH_WHEN_RATE] = read_rate,
        [PH_WHEN_GROWS] = read_grows,
        [PH_WHEN_VERDICT] = read_verdict,
        [PH_WHEN_OUTLIER] = read_outlier,
        [PH_WHEN_BLOCKED] = read_blocked,
        [PH_WHEN_ABSENT] = read_absent,
        [PH_WHEN_RESTARTED] = read_restarted,
        [PH_WHEN_NEAR_HEAP_LIMIT] = read_near_heap_limit,
    };
    struct look look = { rule, view, trail, out };

    *out = (struct judge_reading){ .holds = JUDGE_UNKNOWN, .value = NAN };
    reads[rule->when](&look);
}
