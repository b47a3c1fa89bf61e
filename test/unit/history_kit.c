/* SPDX-License-Identifier: MIT */
#include "history_kit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct ph_metric figure = { PH_COUNT("open"), "", NULL };

struct ph_history *history;
struct ph_builder b;

void begin(void)
{
    ph_build_begin(&b);
}

unsigned take(double now_s)
{
    struct ph_snapshot *s = ph_build_freeze(&b, 1, 1, 1);
    unsigned ended = ph_history_take(history, s, now_s);

    ph_snapshot_unref(s);
    return ended;
}

void history_kit_init(void)
{
    history = ph_history_new(PH_HISTORY_BYTES);
    begin();
}

void history_kit_fini(void)
{
    ph_history_free(history);
}

void restart(size_t bytes)
{
    ph_history_free(history);
    history = ph_history_new(bytes);
}

const struct ph_history_series *find(const char *name, int thread)
{
    for (size_t i = 0; i < ph_history_count(history); i++) {
        const struct ph_history_series *s = ph_history_at(history, i);

        if (s && strcmp(s->name, name) == 0 && s->thread == thread)
            return s;
    }
    return NULL;
}

size_t live(void)
{
    size_t n = 0;

    for (size_t i = 0; i < ph_history_count(history); i++)
        n += ph_history_at(history, i) != NULL;
    return n;
}

double second_of(const struct ph_rings *rings)
{
    return (double)rings->second[ph_history_time(history)->second % PH_SECONDS];
}

double latest(const char *name, int thread)
{
    const struct ph_history_series *s = find(name, thread);

    return s ? second_of(&s->rings) : NAN;
}

unsigned tick(double now_s, const struct ph_metric *m, uint64_t value)
{
    begin();
    ph_build_object(&b, "process");
    ph_build_entry(&b, "x", m, value);
    ph_build_end(&b);
    return take(now_s);
}

void crowd(const char *section, size_t n)
{
    char name[32];

    ph_build_object(&b, section);
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "n%zu", i);
        ph_build_entry(&b, name, &figure, i);
    }
    ph_build_end(&b);
}
