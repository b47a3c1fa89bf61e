/* SPDX-License-Identifier: MIT */
/*
 * growth: names that an agent sends become the enums of agent/verdict.h again, so that there
 * is one order of grades and one table of words for both sources.
 */
#include "growth.h"

#include "amount.h"
#include "instant.h"

#include <math.h>
#include <string.h>

#define SECONDS_MOST 1e10

/* ---- What an agent sends ------------------------------------------------------------- */

/* Cut where a character begins. */
static void copy(char *to, size_t room, const char *text)
{
    size_t len = strnlen(text, room - 1);

    while (text[len] != '\0' && len > 0 && ((unsigned char)text[len] & 0xC0u) == 0x80)
        len--;
    memcpy(to, text, len);
    to[len] = '\0';
}

static enum ph_tendency tendency_of(const char *name)
{
    for (int i = PH_STABLE; i <= PH_GROWING; i++) {
        if (strcmp(name, ph_tendency_name((enum ph_tendency)i)) == 0)
            return (enum ph_tendency)i;
    }
    return PH_UNKNOWN;
}

static enum ph_grade grade_of(const char *name)
{
    for (int i = PH_SUSPECT; i <= PH_URGENT; i++) {
        if (strcmp(name, ph_grade_name((enum ph_grade)i)) == 0)
            return (enum ph_grade)i;
    }
    return PH_NO_GRADE;
}

static bool read_gate(const char *key, const struct doc *value, void *user)
{
    struct ph_verdict *v = user;

    for (unsigned i = 0; i < PH_GATES; i++) {
        if (strcmp(key, ph_gate_name((enum ph_gate)i)) != 0)
            continue;
        if (doc_is_true(value, ""))
            v->passed |= 1u << i;
        else
            v->failed |= 1u << i;
    }
    return true;
}

static double any_number(const struct doc *verdict, const char *path)
{
    return doc_value(doc_at(verdict, path));
}

static void read_moves(struct growth *g, const struct doc *list)
{
    for (size_t i = 0; i < doc_count(list) && g->n_moves < GROWTH_MOVES; i++) {
        const char *series = doc_text(doc_item(list, i), "series", NULL);

        if (series[0] != '\0')
            copy(g->moves[g->n_moves++], GROWTH_NAME, series);
    }
}

static bool is_bytes(const char *series)
{
    size_t len = strlen(series);

    return len >= 6 && strcmp(series + len - 6, "_bytes") == 0;
}

void growth_read(struct growth *g, const struct doc *verdict, double now_s)
{
    const struct doc *interval = doc_at(verdict, "slope_interval");
    double since = instant_read(doc_text(verdict, "since", NULL));

    *g = (struct growth){ .thread = doc_number(verdict, "thread", DOC_COUNT_MOST) };
    copy(g->series, sizeof g->series, doc_text(verdict, "series", NULL));
    g->bytes = is_bytes(g->series);
    copy(g->class_of, sizeof g->class_of, doc_text(verdict, "class", NULL));
    copy(g->says, sizeof g->says, doc_text(verdict, "says", NULL));
    g->verdict = (struct ph_verdict){
        .tendency = tendency_of(doc_text(verdict, "verdict", NULL)),
        .grade = grade_of(doc_text(verdict, "grade", NULL)),
        .confidence = doc_number(verdict, "confidence", 1),
        .slope_per_h = any_number(verdict, "slope_per_hour"),
        .low_per_h = doc_value(doc_item(interval, 0)),
        .high_per_h = doc_value(doc_item(interval, 1)),
        .value = any_number(verdict, "level"),
        .since_s = NAN,
        .window_s = doc_number(verdict, "window_s", SECONDS_MOST),
        .limit = any_number(verdict, "limit"),
        .reaches_limit_s = doc_number(verdict, "reaches_limit_in_s", SECONDS_MOST),
    };
    doc_members(doc_at(verdict, "gates"), read_gate, &g->verdict);
    g->since_ago_s = now_s - since;
    read_moves(g, doc_at(verdict, "moves_with"));
}

/* ---- Order --------------------------------------------------------------------------- */

/* What is near nothing is not infinitely worse. */
static double relative(const struct growth *g)
{
    double slope = g->verdict.slope_per_h, level = fabs(g->verdict.value);

    if (isnan(slope))
        return -INFINITY;
    return slope / (level >= 1 ? level : 1);
}

static int descending(double a, double b)
{
    return (a < b) - (a > b);
}

int growth_compare(const struct growth *a, const struct growth *b)
{
    int order = (int)b->verdict.grade - (int)a->verdict.grade;

    if (order == 0)
        order = (int)b->verdict.tendency - (int)a->verdict.tendency;
    if (order == 0)
        order = descending(relative(a), relative(b));
    return order;
}

/* ---- Text ---------------------------------------------------------------------------- */

/* Per hour, or per day if that is too little to be seen; one for slope and interval. */
struct pace {
    double hours;
    const char *name, *sentence;
};

static struct pace pace_of(const struct growth *g)
{
    double least = g->bytes ? 1048576 : 1;

    if (fabs(g->verdict.slope_per_h) >= least)
        return (struct pace){ 1, "/h", " an hour" };
    return (struct pace){ 24, "/day", " a day" };
}

static void put_value(struct buf *out, const struct growth *g, double value)
{
    /* What would be written as 0 has no sign. */
    if (value <= (g->bytes ? -0.5 : -0.005))
        buf_puts(out, "-");
    value = fabs(value);
    if (value < 0.005)
        value = 0;
    if (g->bytes)
        amount_bytes(out, value);
    else if (value < 9.95 && value != round(value))
        buf_printf(out, value < 0.095 ? "%.2f" : "%.1f", value);
    else
        amount_count(out, value);
}

void growth_slope(struct buf *out, const struct growth *g, bool interval)
{
    const struct ph_verdict *v = &g->verdict;
    struct pace pace = pace_of(g);

    if (isnan(v->slope_per_h)) {
        buf_puts(out, "-");
        return;
    }
    put_value(out, g, v->slope_per_h * pace.hours);
    buf_puts(out, pace.name);
    if (!interval || isnan(v->low_per_h) || isnan(v->high_per_h))
        return;
    buf_puts(out, " (");
    put_value(out, g, v->low_per_h * pace.hours);
    buf_puts(out, "..");
    put_value(out, g, v->high_per_h * pace.hours);
    buf_puts(out, ")");
}

void growth_gates(struct buf *out, const struct growth *g)
{
    static const char *const words[PH_GATES] = {
        [PH_GATE_DATA] = "too little data",      [PH_GATE_TREND] = "no trend",
        [PH_GATE_NOISE] = "in its noise",    [PH_GATE_EFFECT] = "too small",
        [PH_GATE_LOAD] = "as its load",   [PH_GATE_STEPS] = "in steps",
        [PH_GATE_SETTLING] = "slows down",       [PH_GATE_PERSISTS] = "not for long",
    };
    bool first = true;

    for (unsigned i = 0; i < PH_GATES; i++) {
        if ((g->verdict.failed & 1u << i) == 0)
            continue;
        buf_printf(out, "%s%s", first ? "" : ", ", words[i]);
        first = false;
    }
    if (first)
        buf_puts(out, "-");
}

static void put_limit(struct buf *out, const struct growth *g)
{
    if (isnan(g->verdict.reaches_limit_s))
        return;
    buf_puts(out, "; it reaches its limit");
    if (!isnan(g->verdict.limit)) {
        buf_puts(out, " of ");
        put_value(out, g, g->verdict.limit);
    }
    buf_puts(out, " in ");
    amount_age(out, g->verdict.reaches_limit_s);
}

void growth_sentence(struct buf *out, const struct growth *g)
{
    const struct ph_verdict *v = &g->verdict;
    struct pace pace = pace_of(g);

    if (g->says[0] != '\0' || isnan(v->slope_per_h)) {
        buf_puts(out, g->says);
        return;
    }
    buf_printf(out, "%s grows by ", g->series);
    put_value(out, g, v->slope_per_h * pace.hours);
    buf_puts(out, pace.sentence);
    if (!isnan(v->low_per_h) && !isnan(v->high_per_h)) {
        buf_puts(out, " (");
        put_value(out, g, v->low_per_h * pace.hours);
        buf_puts(out, " to ");
        put_value(out, g, v->high_per_h * pace.hours);
        buf_puts(out, ")");
    }
    if (!isnan(g->since_ago_s)) {
        buf_puts(out, " for ");
        amount_age(out, g->since_ago_s);
    }
    if (!isnan(v->value)) {
        buf_puts(out, ", and is at ");
        put_value(out, g, v->value);
    }
    put_limit(out, g);
}
