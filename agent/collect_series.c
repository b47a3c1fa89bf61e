/* SPDX-License-Identifier: MIT */
/* Owns the section "metrics": the application's own counters and gauges. */
#include "collect_series.h"

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    size_t n = atomic_load_explicit(&env->series->n, memory_order_acquire);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const struct porthole_series *series = env->series->all[i];

        ph_build_real(b, &series->metric, ph_series_value(series));
    }
}

const struct ph_collector ph_collect_series = {
    .section = "metrics",
    .collect = collect,
};
