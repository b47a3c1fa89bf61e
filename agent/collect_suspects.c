/* SPDX-License-Identifier: MIT */
/* Owns the section "suspects": the growth verdicts as they were after the tick before. What
 * is judged is the snapshot, and this is a part of it. */
#include "collect_suspects.h"

#include <stdio.h>

#include "suspects_show.h"

enum { SUSPECTS, SLOPE };

static const struct ph_metric metrics[] = {
    [SUSPECTS] = { PH_COUNT(NULL), "Series that grow and should not, by class and grade.",
                   "porthole_suspects" },
    [SLOPE] = { NULL, PH_GAUGE, PH_UNIT_COUNT, "How much such a series grows in an hour.",
                "porthole_suspect_slope_per_hour" },
};

static void hidden(struct ph_builder *b, const char *label, const char *value)
{
    ph_build_item(b, label, value);
    ph_build_hide(b);
}

static void count_class(const struct ph_suspects_copy *list, enum ph_class class_of,
                        struct ph_builder *b)
{
    uint64_t count[PH_GRADES] = { 0 };

    for (size_t i = 0; i < list->n; i++)
        if (list->suspect[i].class_of == class_of)
            count[list->suspect[i].verdict.grade]++;
    hidden(b, "class", ph_class_name(class_of));
    for (unsigned grade = PH_SUSPECT; grade < PH_GRADES; grade++) {
        hidden(b, "grade", ph_grade_name((enum ph_grade)grade));
        ph_build_uint(b, &metrics[SUSPECTS], count[grade]);
        ph_build_end(b);
    }
    ph_build_end(b);
}

/* A series of several threads may be there twice: a sample that is makes Prometheus refuse
 * them all. The main thread goes without a label, as everywhere. */
static void show_slope(const struct ph_suspect *s, struct ph_builder *b)
{
    char thread[32];

    hidden(b, "series", s->series);
    hidden(b, "class", ph_class_name(s->class_of));
    hidden(b, "grade", ph_grade_name(s->verdict.grade));
    snprintf(thread, sizeof thread, "%d", s->thread);
    hidden(b, "thread", s->thread > 0 ? thread : NULL);
    ph_build_real(b, &metrics[SLOPE], s->verdict.slope_per_h);
    for (unsigned i = 0; i < 4; i++)
        ph_build_end(b);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    const struct ph_suspects_copy *list = ph_suspects_shown(env->suspects);
    const struct ph_moment moment = { .now_s = list ? list->now_s : 0,
                                      .unix_ns = list ? list->unix_ns : 0 };

    (void)state;
    ph_build_array(b, ph_collect_suspects.section);
    for (size_t i = 0; list && i < list->n; i++)
        ph_suspect_show(b, &list->suspect[i], &moment);
    ph_build_end(b);
    for (unsigned i = 0; list && i < PH_CLASSES; i++)
        count_class(list, (enum ph_class)i, b);
    for (size_t i = 0; list && i < list->n; i++)
        show_slope(&list->suspect[i], b);
}

const struct ph_collector ph_collect_suspects = {
    .section = "suspects",
    .opens_itself = true,
    PH_METRICS(metrics),
    .collect = collect,
};
