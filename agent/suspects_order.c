/* SPDX-License-Identifier: MIT */
/* Owns what is the effect of what. Slopes are compared, of series that were judged over
 * nearly the same time. */
#include "suspects_order.h"

#include <math.h>
#include <stdint.h>

#define EXPLAINED 0.7           /* of a slope, counts */
#define MOST 0.5                /* of a slope, bytes */
/* What a socket, a handle, an object may plausibly have hanging on it. Node's own sockets come
 * with some ten listeners each, and with a timer for the answer that does not come. */
#define BYTES_EACH 16384.0
#define LISTENERS_EACH 16.0
#define TIMERS_EACH 2.0
#define NO_THREAD (-1)

#define BIT(role) (UINT32_C(1) << (role))

#define SOCKETS (BIT(PH_ROLE_SOCKETS) | BIT(PH_ROLE_SOCKETS_PART))
#define HANDLES (BIT(PH_ROLE_HANDLES_KIND) | BIT(PH_ROLE_HANDLES))
#define COUNTED                                                                               \
    (SOCKETS | HANDLES | BIT(PH_ROLE_LISTENERS) | BIT(PH_ROLE_LISTENERS_PART) |               \
     BIT(PH_ROLE_OBJECTS) | BIT(PH_ROLE_TIMERS) | BIT(PH_ROLE_RESOURCES))

struct rule {
    enum ph_role effect;
    uint32_t causes;            /* roles; together they have to explain it */
    double   share;             /* of the effect's slope */
    double   each;              /* so much of the effect for one of the cause, at most */
    bool     part;              /* the effect is a part, to be named by the cause */
    bool     graded;            /* only causes that have a grade */
};

/* From the most specific to the least: a cause is settled before its effects are. */
static const struct rule rules[] = {
    { PH_ROLE_SOCKETS_PART, BIT(PH_ROLE_SOCKETS), EXPLAINED, 1, true, true },
    { PH_ROLE_TIMERS, SOCKETS, 1, TIMERS_EACH, false, true },
    { PH_ROLE_HANDLES_KIND, SOCKETS, EXPLAINED, 1, false, false },
    { PH_ROLE_HANDLES, SOCKETS, EXPLAINED, 1, false, false },
    { PH_ROLE_HANDLES, BIT(PH_ROLE_HANDLES_KIND), EXPLAINED, 1, false, false },
    { PH_ROLE_RESOURCES, SOCKETS, EXPLAINED, 1, false, false },
    { PH_ROLE_RESOURCES, HANDLES | BIT(PH_ROLE_TIMERS), EXPLAINED, 1, false, false },
    { PH_ROLE_DESCRIPTORS, SOCKETS, EXPLAINED, 1, false, false },
    { PH_ROLE_DESCRIPTORS, HANDLES, EXPLAINED, 1, false, true },
    { PH_ROLE_DESCRIPTORS_PART, SOCKETS, EXPLAINED, 1, false, false },
    { PH_ROLE_DESCRIPTORS_PART, HANDLES, EXPLAINED, 1, false, true },
    { PH_ROLE_DESCRIPTORS_PART, BIT(PH_ROLE_DESCRIPTORS), EXPLAINED, 1, true, true },
    { PH_ROLE_LISTENERS, SOCKETS | HANDLES, 1, LISTENERS_EACH, false, true },
    { PH_ROLE_LISTENERS_PART, SOCKETS | HANDLES, 1, LISTENERS_EACH, false, true },
    { PH_ROLE_LISTENERS_PART, BIT(PH_ROLE_LISTENERS), EXPLAINED, 1, true, true },
    { PH_ROLE_HEAP, COUNTED, 1, BYTES_EACH, false, true },
    { PH_ROLE_BUFFERS, COUNTED, 1, BYTES_EACH, false, true },
    { PH_ROLE_EXTERNAL, COUNTED, 1, BYTES_EACH, false, true },
    { PH_ROLE_MALLOC, COUNTED, 1, BYTES_EACH, false, true },
    { PH_ROLE_ANONYMOUS, COUNTED, 1, BYTES_EACH, false, true },
    /* settle_heap() comes in here */
    { PH_ROLE_EXTERNAL, BIT(PH_ROLE_BUFFERS), MOST, 1, false, false },
    { PH_ROLE_MALLOC, BIT(PH_ROLE_BUFFERS) | BIT(PH_ROLE_EXTERNAL), MOST, 1, false, false },
    { PH_ROLE_ANONYMOUS,
      BIT(PH_ROLE_HEAP) | BIT(PH_ROLE_BUFFERS) | BIT(PH_ROLE_EXTERNAL) | BIT(PH_ROLE_MALLOC),
      MOST, 1, false, false },
};

bool ph_is_rising(const struct ph_verdict *v)
{
    return isfinite(v->slope_per_h) && v->slope_per_h > 0 &&
           (v->grade != PH_NO_GRADE || (v->passed & (1u << PH_GATE_TREND)));
}

/* What is of one thread explains what is of the process, and the other way round. */
static bool are_near(const struct ph_grown *a, const struct ph_grown *b)
{
    return a->thread == b->thread || a->thread == NO_THREAD || b->thread == NO_THREAD;
}

static double slope_of(const struct ph_grown *g)
{
    return g->verdict->slope_per_h;
}

static bool has_role(const struct ph_grown *g, uint32_t roles)
{
    return (roles & BIT(g->as->role)) != 0;
}

static bool may_explain(const struct ph_grown *g, const struct rule *rule,
                        const struct ph_grown *effect)
{
    return g != effect && !g->dropped && has_role(g, rule->causes) && are_near(g, effect) &&
           ph_is_rising(g->verdict) && (!rule->graded || g->verdict->grade != PH_NO_GRADE);
}

/* An effect that is more pressing than its cause makes that one as pressing. */
static void pass_on(struct ph_grown *cause, const struct ph_grown *effect)
{
    if (cause->grade == PH_NO_GRADE || effect->grade <= cause->grade)
        return;
    cause->grade = effect->grade;
    if (isfinite(effect->reaches_limit_s)) {
        cause->limit = effect->limit;
        cause->reaches_limit_s = effect->reaches_limit_s;
    }
}

/* A part is named if the whole grows mostly by it, and by none of the other parts more. */
static void name_part(struct ph_grown *whole, const struct ph_grown *part,
                      const struct ph_grown *all, size_t n)
{
    if (slope_of(part) < MOST * slope_of(whole))
        return;
    for (size_t i = 0; i < n; i++)
        if (whole->part && all[i].series == whole->part && slope_of(&all[i]) >= slope_of(part))
            return;
    whole->part = part->series;
}

static void apply(const struct rule *rule, struct ph_grown *effect, struct ph_grown *all,
                  size_t n)
{
    struct ph_grown *most = NULL;
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (!may_explain(&all[i], rule, effect))
            continue;
        sum += slope_of(&all[i]);
        if (!most || slope_of(&all[i]) > slope_of(most))
            most = &all[i];
    }
    if (!most || sum * rule->each < rule->share * slope_of(effect))
        return;
    effect->dropped = true;
    pass_on(most, effect);
    if (rule->part)
        name_part(most, effect, all, n);
    if (effect->as->role == PH_ROLE_HEAP)
        most->heap_each += slope_of(effect) / slope_of(most);
}

/* The heap is an effect where most of what grows lies outside of it: buffers have handles in
 * the heap, and so do the objects of add-ons. */
static void settle_heap(struct ph_grown *all, size_t n)
{
    static const uint32_t outside =
        BIT(PH_ROLE_BUFFERS) | BIT(PH_ROLE_EXTERNAL) | BIT(PH_ROLE_MALLOC);

    for (size_t i = 0; i < n; i++) {
        double most = 0;

        if (all[i].dropped || all[i].as->role != PH_ROLE_HEAP)
            continue;
        for (size_t j = 0; j < n; j++)
            if (!all[j].dropped && has_role(&all[j], outside) && are_near(&all[i], &all[j]) &&
                all[j].verdict->grade != PH_NO_GRADE)
                most = fmax(most, slope_of(&all[j]));
        if (most > slope_of(&all[i])) {
            all[i].dropped = true;
            continue;
        }
        for (size_t j = 0; j < n; j++)
            if (has_role(&all[j], outside | BIT(PH_ROLE_ANONYMOUS)) &&
                are_near(&all[i], &all[j]) && slope_of(&all[j]) * MOST <= slope_of(&all[i]) &&
                all[i].verdict->grade != PH_NO_GRADE)
                all[j].dropped = true;
    }
}

void ph_suspects_order(struct ph_grown *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        all[i].dropped = false;
        all[i].part = NULL;
        all[i].heap_each = 0;
        all[i].grade = all[i].verdict->grade;
        all[i].limit = all[i].verdict->limit;
        all[i].reaches_limit_s = all[i].verdict->reaches_limit_s;
    }
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        if (rules[r].effect == PH_ROLE_EXTERNAL && rules[r].each == 1)
            settle_heap(all, n);
        for (size_t i = 0; i < n; i++)
            if (!all[i].dropped && all[i].as->role == rules[r].effect &&
                ph_is_rising(all[i].verdict))
                apply(&rules[r], &all[i], all, n);
    }
}
