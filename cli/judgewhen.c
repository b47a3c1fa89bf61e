/* SPDX-License-Identifier: MIT */
/*
 * judgewhen: a trigger is one row of the table at the end.
 */
#include "judgewhen.h"

#include "agent/figure.h"
#include "agent/verdict.h"
#include "statefigure.h"
#include "units.h"
#include "vitals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST 9007199254740992.0

/* ---- Figures ----------------------------------------------------------------------- */

static enum vital vital_of(const char *figure)
{
    return vitals_find(figure, strlen(figure));
}

static double of_csv(const struct judgewhen_view *view, const char *figure)
{
    size_t at = csv_column(view->csv, ph_figure_bare(figure));

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
    return statefigure_read(view->state, figure);
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

static void settle(struct judge_reading *out, double value, bool holds)
{
    out->value = value;
    out->holds = isnan(value) ? PH_HOLDS_UNKNOWN : holds ? PH_HOLDS_YES : PH_HOLDS_NO;
}

/* What is read, and what it is read into. */
struct look {
    const struct ph_rulefile_rule *rule;
    const struct judgewhen_view *view;
    struct judge_reading *out;
};

/* Only such a reading becomes an alert, or its end. A sentence is dearer than all else here,
 * and of a hundred thousand rows nearly all are calm. */
static bool is_heard(const struct look *l)
{
    return l->out->holds == PH_HOLDS_YES || l->view->fires;
}

#define SAYS(l, ...)                                                         \
    do {                                                                     \
        if (is_heard(l))                                                     \
            snprintf((l)->out->says, sizeof(l)->out->says, __VA_ARGS__);     \
    } while (0)

static void say_share(const struct look *l, double share)
{
    const char *limit = ph_figure_limit(l->rule->figure);

    SAYS(l, "%s is %.3g%%%s%s, %s %.4g%%", l->rule->figure, 100 * share, limit ? " of " : "",
         limit ? limit : "", word_of(l->rule->op), 100 * l->rule->value);
}

static void say_value(const struct look *l, double value)
{
    char is[UNITS_BYTES], than[UNITS_BYTES];

    text_of(is, l->rule->figure, value);
    text_of(than, l->rule->figure, l->rule->value);
    SAYS(l, "%s is %s, %s %s", l->rule->figure, is, word_of(l->rule->op), than);
}

static void say_growth(const struct look *l, const struct ph_rulereading *reading)
{
    char low[UNITS_BYTES], slope[UNITS_BYTES];

    if (reading->holds == PH_HOLDS_UNKNOWN) {
        SAYS(l, "not enough history of %s", l->rule->figure);
        return;
    }
    text_of(slope, l->rule->figure, reading->slope);
    text_of(low, l->rule->figure, reading->value);
    SAYS(l, "%s grows by %s an hour, at least %s", l->rule->figure, slope, low);
}

static void say(const struct look *l, const struct ph_rulereading *reading)
{
    if (!is_heard(l))
        return;
    switch (l->rule->when) {
    case PH_WHEN_THRESHOLD:
        if (l->rule->percent)
            say_share(l, reading->value);
        else
            say_value(l, reading->value);
        break;
    case PH_WHEN_RATE:
        SAYS(l, "%s goes up by %.4g/s, %s %.4g/s", l->rule->figure, reading->value,
             word_of(l->rule->op), l->rule->value);
        break;
    case PH_WHEN_GROWS:
        say_growth(l, reading);
        break;
    case PH_WHEN_BLOCKED:
        SAYS(l, "its event loop has not turned for %.3g s", reading->value);
        break;
    default:
        SAYS(l, "its heap is at %.3g%% of its limit", 100 * reading->value);
    }
}

/* ---- What is not about figures ------------------------------------------------------ */

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
    l->out->holds = doc_is_array(l->view->state, "suspects") ? PH_HOLDS_NO : PH_HOLDS_UNKNOWN;
    for (size_t i = 0; i < doc_count(all); i++) {
        const struct doc *one = doc_item(all, i);
        const char *series = doc_text(one, "series", NULL), *of = l->rule->of;
        int grade = grade_of(doc_text(one, "grade", NULL));

        if (grade < l->rule->grade || grade <= worst ||
            (*of && !ph_rulefile_matches(of, series) &&
             !ph_rulefile_matches(of, doc_text(one, "class", NULL))))
            continue;
        worst = grade;
        l->out->holds = PH_HOLDS_YES;
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

static void read_absent(struct look *l)
{
    l->out->holds = l->view->answered ? PH_HOLDS_NO : PH_HOLDS_YES;
    l->out->value = NAN;
    SAYS(l, l->view->answered ? "it answers" : "it does not answer");
}

static void read_restarted(struct look *l)
{
    l->out->holds = !l->view->answered ? PH_HOLDS_UNKNOWN
                    : l->view->restarted ? PH_HOLDS_YES
                                         : PH_HOLDS_NO;
    l->out->value = l->view->restarts;
    SAYS(l, "it has been restarted");
}

static double value_of(const void *view, const char *figure)
{
    return judgewhen_value(view, figure);
}

static void read_figure(struct look *l, struct ph_ruletrail *trail)
{
    struct ph_ruleview view = { .answered = l->view->answered,
                                .fires = l->view->fires,
                                .t_s = l->view->t_s,
                                .restarts = l->view->restarts,
                                .value = value_of,
                                .ctx = l->view };
    struct ph_rulereading reading = { .holds = PH_HOLDS_UNKNOWN };

    ph_ruleeval_read(l->rule, &view, trail, &reading);
    l->out->holds = reading.holds;
    l->out->value = reading.value;
    say(l, &reading);
}

void judgewhen_read(const struct ph_rulefile_rule *rule, const struct judgewhen_view *view,
                    struct ph_ruletrail *trail, struct judge_reading *out)
{
    static void (*const reads[PH_WHENS])(struct look *) = {
        [PH_WHEN_VERDICT] = read_verdict,
        [PH_WHEN_OUTLIER] = read_outlier,
        [PH_WHEN_ABSENT] = read_absent,
        [PH_WHEN_RESTARTED] = read_restarted,
    };
    struct look look = { rule, view, out };

    *out = (struct judge_reading){ .holds = PH_HOLDS_UNKNOWN, .value = NAN };
    if (ph_ruleeval_does(rule->when))
        read_figure(&look, trail);
    else
        reads[rule->when](&look);
}
