/* SPDX-License-Identifier: MIT */
/* Owns what a verdict looks like: in /state and in /suspects the same, because both are made
 * of the same tree. */
#include "suspects_show.h"

#include <math.h>
#include <stdlib.h>

#include "encode_json.h"

/* A rounded figure tells as much, in half the bytes; NaN stays NaN. */
static double rounded(double value, double steps)
{
    return round(value * steps) / steps;
}

static void show_gates(struct ph_builder *b, const struct ph_verdict *v)
{
    ph_build_object(b, "gates");
    for (unsigned gate = 0; gate < PH_GATES; gate++)
        if ((v->passed | v->failed) & (1u << gate))
            ph_build_bool(b, ph_gate_name((enum ph_gate)gate), (v->passed >> gate) & 1);
    ph_build_end(b);
}

static void show_slope(struct ph_builder *b, const struct ph_verdict *v)
{
    ph_build_number(b, "confidence", rounded(v->confidence, 1e4));
    if (isfinite(v->low_per_h) && isfinite(v->high_per_h)) {
        ph_build_array(b, "slope_interval");
        ph_build_number(b, NULL, rounded(v->low_per_h, 1e3));
        ph_build_number(b, NULL, rounded(v->high_per_h, 1e3));
        ph_build_end(b);
    } else {
        ph_build_null(b, "slope_interval");
    }
    ph_build_number(b, "slope_per_hour", rounded(v->slope_per_h, 1e3));
}

/* The history's clock may have begun before 1970 did, as far as we can tell. */
static void show_since(struct ph_builder *b, double since_s, const struct ph_moment *moment)
{
    double ago_ns = (moment->now_s - since_s) * 1e9;

    if (!isfinite(since_s) || ago_ns < 0 || ago_ns >= (double)moment->unix_ns)
        ph_build_null(b, "since");
    else
        ph_build_time(b, "since", moment->unix_ns - (uint64_t)ago_ns);
}

static void show_moves(struct ph_builder *b, const struct ph_suspect *s)
{
    ph_build_array(b, "moves_with");
    for (size_t i = 0; i < s->n_moves_with; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "series", s->moves_with[i].series);
        ph_build_number(b, "correlation", rounded(s->moves_with[i].correlation, 1e3));
        ph_build_number(b, "per_event", rounded(s->moves_with[i].per_event, 1e4));
        ph_build_end(b);
    }
    ph_build_end(b);
}

void ph_suspect_show(struct ph_builder *b, const struct ph_suspect *s,
                     const struct ph_moment *moment)
{
    const struct ph_verdict *v = &s->verdict;

    ph_build_item(b, NULL, NULL);
    ph_build_text(b, "series", s->series);
    ph_build_number(b, "thread", s->thread == PH_NO_THREAD ? (double)NAN : s->thread);
    ph_build_text(b, "class", ph_class_name(s->class_of));
    ph_build_text(b, "verdict", ph_tendency_name(v->tendency));
    ph_build_text(b, "grade", ph_grade_name(v->grade));
    show_gates(b, v);
    show_slope(b, v);
    show_since(b, v->since_s, moment);
    ph_build_number(b, "window_s", v->window_s);
    ph_build_number(b, "level", rounded(v->value, 1e3));
    ph_build_number(b, "limit", v->limit);
    ph_build_number(b, "reaches_limit_in_s", rounded(v->reaches_limit_s, 1));
    show_moves(b, s);
    ph_build_text(b, "says", s->says);
    ph_build_end(b);
}

/* What a document is made of. */
struct page {
    struct ph_suspects_copy copy;
    const struct ph_suspect *list;
    size_t n, total;
};

static void show_page(struct ph_builder *b, const struct page *page)
{
    const struct ph_suspects_copy *copy = &page->copy;
    struct ph_moment moment = { .now_s = copy->now_s, .unix_ns = copy->unix_ns };

    ph_build_array(b, "suspects");
    for (size_t i = 0; i < page->n; i++)
        ph_suspect_show(b, &page->list[i], &moment);
    ph_build_end(b);
    ph_build_number(b, "total", (double)page->total);
    ph_build_bool(b, "truncated", page->total > page->n);
    ph_build_number(b, "judged", (double)copy->judged);
    if (copy->left_out)
        ph_build_number(b, "not_judged", (double)copy->left_out);
    ph_build_number(b, "watched_s", rounded(copy->watched_s, 1));
}

static void encode(const struct page *page, bool pretty, struct ph_sink *sink)
{
    struct ph_snapshot *snapshot;
    struct ph_builder b;

    ph_build_begin(&b);
    show_page(&b, page);
    snapshot = ph_build_freeze(&b, 0, 0, 0);
    if (snapshot)
        ph_encode_json_part(snapshot, 0, NULL, pretty, sink);
    else
        sink->failed = true;
    ph_snapshot_unref(snapshot);
}

void ph_suspects_json(struct ph_suspects *suspects, bool all, bool pretty, struct ph_sink *sink)
{
    struct page *page = calloc(1, sizeof *page);
    struct ph_suspect *every = suspects && all ? calloc(PH_JUDGES, sizeof *every) : NULL;

    if (!page || (suspects && all && !every)) {
        sink->failed = true;
        goto out;
    }
    if (suspects)
        ph_suspects_copy(suspects, &page->copy);
    page->list = page->copy.suspect;
    page->n = page->copy.n;
    page->total = page->copy.total;
    if (every) {
        page->list = every;
        page->n = ph_suspects_copy_all(suspects, every);
        page->total = page->n + page->copy.left_out;
    }
    encode(page, pretty, sink);
out:
    free(every);
    free(page);
}
