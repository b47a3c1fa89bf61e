/* SPDX-License-Identifier: MIT */
#include "history_life.h"

#include <stdio.h>
#include <string.h>

#include "agent/snapshot.h"
#include "scratch.h"

#define SECOND_NS UINT64_C(1000000000)

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };

void life_begin(struct life *l, unsigned pid, const char *service, const char *component)
{
    struct ph_history_owner owner = { pid, 12, service, component };

    memset(l, 0, sizeof *l);
    l->history = ph_history_new(PH_HISTORY_BYTES);
    ph_history_clock_init(&l->clock, 1);
    ph_history_file_init(&l->file, scratch_path(""), &owner, l->history, &l->clock);
}

void life_tick(struct life *l, size_t n, uint64_t value)
{
    struct ph_builder b;
    struct ph_snapshot *s;
    char name[24];

    ph_build_begin(&b);
    ph_build_object(&b, "x");
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "n%zu", i);
        ph_build_entry(&b, name, &gauge, value + i);
    }
    ph_build_end(&b);
    s = ph_build_freeze(&b, 1, 1, 1);
    ph_history_take(l->history, s, ph_history_clock_s(&l->clock));
    ph_snapshot_unref(s);
    ph_history_file_write(&l->file, l->ticks++ * SECOND_NS);
}

void life_stop(struct life *l)
{
    ph_history_file_fini(&l->file);
    ph_history_free(l->history);
}

size_t life_known(const struct life *l)
{
    size_t n = 0;

    for (size_t i = 0; i < ph_history_count(l->history); i++)
        n += ph_history_at(l->history, i) != NULL;
    return n;
}

const char *life_file(unsigned pid)
{
    static char name[40];

    snprintf(name, sizeof name, "%u.history", pid);
    return name;
}
