/* SPDX-License-Identifier: MIT */
#include "fake_history.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST 640u

struct fake {
    size_t n;
    struct ph_history_series series[MOST];
    uint32_t epoch[MOST];
    enum ph_grade grade[MOST];
    double per_h[MOST];
    struct ph_timeline time;
    struct ph_rings load;
    double now_s, load_now, born_s;
};

static struct fake fake;
static size_t judged;
static struct ph_stretch last;
static size_t looked_at; /* a judge is asked right after its series was looked at */

struct ph_history *fake_history(double born_s)
{
    memset(&fake, 0, sizeof fake);
    ph_rings_clear(&fake.load);
    fake.load_now = NAN;
    fake.born_s = fake.now_s = born_s;
    ph_timeline_move(&fake.time, born_s);
    return (struct ph_history *)&fake;
}

static size_t find(const char *name, int thread)
{
    size_t i = 0;

    while (i < fake.n &&
           (fake.series[i].thread != thread || strcmp(fake.series[i].name, name) != 0))
        i++;
    return i;
}

void fake_value(const char *name, int thread, enum ph_kind kind, double value)
{
    size_t i = find(name, thread);

    if (i == fake.n) {
        cr_assert_lt(fake.n++, MOST);
        snprintf(fake.series[i].name, PH_HISTORY_NAME, "%s", name);
        fake.series[i].thread = thread;
        fake.series[i].kind = kind;
        ph_rings_clear(&fake.series[i].rings);
    }
    fake.series[i].last = value;
}

void fake_load(double value)
{
    fake.load_now = value;
}

unsigned fake_pass(unsigned seconds)
{
    unsigned ended = 0;

    for (unsigned passed = 0; passed < seconds; passed += 15) {
        struct ph_timeline before = fake.time;

        fake.now_s += 15;
        ended |= ph_timeline_move(&fake.time, fake.now_s);
        for (size_t i = 0; i < fake.n; i++) {
            ph_rings_move(&fake.series[i].rings, &before, &fake.time);
            ph_rings_add(&fake.series[i].rings, &fake.time, fake.series[i].last);
        }
        ph_rings_move(&fake.load, &before, &fake.time);
        ph_rings_add(&fake.load, &fake.time, fake.load_now);
    }
    return ended;
}

void fake_replace(const char *name, int thread, const char *by)
{
    size_t i = find(name, thread);

    cr_assert_lt(i, fake.n);
    snprintf(fake.series[i].name, PH_HISTORY_NAME, "%s", by);
    ph_rings_clear(&fake.series[i].rings);
    fake.epoch[i]++;
    fake.grade[i] = PH_NO_GRADE;
}

void fake_verdict(const char *name, int thread, enum ph_grade grade, double per_h)
{
    size_t i = find(name, thread);

    if (i == fake.n)
        fake_value(name, thread, PH_GAUGE, 100);
    fake.grade[i] = grade;
    fake.per_h[i] = per_h;
}

size_t fake_judged(void)
{
    return judged;
}

const struct ph_stretch *fake_stretch(void)
{
    return &last;
}

/* ---- What the linker calls instead ----------------------------------------------------- */

#define WRAP(type, name, ...)                                                                 \
    type __real_ph_##name(__VA_ARGS__);                                                       \
    type __wrap_ph_##name(__VA_ARGS__);                                                       \
    type __wrap_ph_##name(__VA_ARGS__)

static bool is_fake(const struct ph_history *history)
{
    return (const void *)history == &fake;
}

WRAP(size_t, history_count, const struct ph_history *history)
{
    return is_fake(history) ? fake.n : __real_ph_history_count(history);
}

WRAP(const struct ph_history_series *, history_at, const struct ph_history *history, size_t i)
{
    looked_at = i;
    return is_fake(history) ? &fake.series[i] : __real_ph_history_at(history, i);
}

WRAP(uint32_t, history_epoch, const struct ph_history *history, size_t i)
{
    return is_fake(history) ? fake.epoch[i] : __real_ph_history_epoch(history, i);
}

WRAP(const struct ph_timeline *, history_time, const struct ph_history *history)
{
    return is_fake(history) ? &fake.time : __real_ph_history_time(history);
}

WRAP(double, history_born_s, const struct ph_history *history)
{
    return is_fake(history) ? fake.born_s : __real_ph_history_born_s(history);
}

WRAP(const struct ph_rings *, history_load, const struct ph_history *history)
{
    return is_fake(history) ? &fake.load : __real_ph_history_load(history);
}

WRAP(bool, judge_closed, struct ph_judge *judge, const struct ph_stretch *stretch)
{
    struct ph_verdict *v = &judge->verdict;
    enum ph_grade before = v->grade;

    if (!fake.time.started)
        return __real_ph_judge_closed(judge, stretch);
    judged++;
    last = *stretch;
    v->grade = fake.grade[looked_at];
    v->tendency = v->grade ? PH_GROWING : PH_STABLE;
    v->slope_per_h = v->grade ? fake.per_h[looked_at] : (double)NAN;
    v->passed = v->grade ? (1u << PH_GATES) - 1 : 1u << PH_GATE_DATA;
    v->failed = v->grade ? 0 : 1u << PH_GATE_TREND;
    v->confidence = 0.999;
    v->value = stretch->value[PH_BUCKETS - 1];
    v->since_s = stretch->end_s - 3600;
    v->window_s = 3600;
    v->limit = stretch->limit;
    v->level = 0;
    return v->grade != before;
}
