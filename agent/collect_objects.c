/* SPDX-License-Identifier: MIT */
/* Owns the section "objects": the counts of the application's own types. What the objects
 * are is asked for, never collected. */
#include "collect_objects.h"

enum { COUNT, CREATED, RELEASED, COLLECTED, RATE };

static const struct ph_metric metrics[] = {
    [COUNT] = { "count", PH_GAUGE, PH_UNIT_COUNT,
                "Objects of the application's own types that are there.", "porthole_objects" },
    [CREATED] = { "created", PH_COUNTER, PH_UNIT_COUNT, "Such objects that came into being.",
                  "porthole_objects_created" },
    [RELEASED] = { "released", PH_COUNTER, PH_UNIT_COUNT,
                   "Such objects that the application released.", "porthole_objects_released" },
    [COLLECTED] = { "collected", PH_COUNTER, PH_UNIT_COUNT,
                    "Such objects that were collected as garbage.",
                    "porthole_objects_collected" },
    [RATE] = { "created_per_s", PH_GAUGE, PH_UNIT_COUNT,
               "Such objects that came into being, a second, over the last ten seconds.",
               NULL },
};

static void build(struct ph_builder *b, const struct porthole_type *type)
{
    struct ph_type_figures figures;

    ph_type_read(type, &figures);
    ph_build_entry_object(b, type->name);
    ph_build_uint(b, &metrics[COUNT], figures.count);
    ph_build_uint(b, &metrics[CREATED], figures.created);
    ph_build_uint(b, &metrics[RELEASED], figures.released);
    ph_build_uint(b, &metrics[COLLECTED], figures.collected);
    if (figures.created_per_s < 0)
        ph_build_null(b, metrics[RATE].key);
    else
        ph_build_real(b, &metrics[RATE], figures.created_per_s);
    ph_build_end(b);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    size_t n = ph_types_count(env->types);

    (void)state;
    ph_types_mark(env->types, env->now_ns);
    ph_build_map(b, "objects", "type");
    for (size_t i = 0; i < n; i++)
        build(b, env->types->all[i]);
    ph_build_end(b);
}

const struct ph_collector ph_collect_objects = {
    .section = "objects",
    .opens_itself = true,
    PH_METRICS(metrics),
    .collect = collect,
};
