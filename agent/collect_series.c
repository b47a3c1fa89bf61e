/* SPDX-License-Identifier: MIT */
/* Owns the section "metrics": the application's own numbers. /metrics has all of them; what
 * one name, or all together, may take of /state has a ceiling, so that they cannot push the
 * rest of the state out of it. */
#include "collect_series.h"

#define SHOWN_OF_FAMILY 100
#define SHOWN 2000
#define SHOWN_BYTES (1u << 20)

enum { CUT_SHOWN, CUT_TOTAL };

static const struct ph_metric metrics[] = {
    [CUT_SHOWN] = { PH_COUNT("shown"), "Series in this list.", NULL },
    [CUT_TOTAL] = { PH_COUNT("total"), "Series there are.", NULL },
};

/* No name of the application can be the same. */
static const char truncated[] = "(truncated)";

/* What is left of the ceilings. */
struct room {
    size_t series, bytes;
};

/* How many of the tally's rows there is room for in JSON. */
static uint32_t show(const struct ph_tally *tally, struct room *room)
{
    uint32_t n = tally->n < SHOWN_OF_FAMILY ? tally->n : SHOWN_OF_FAMILY, i = 0;

    for (; i < n && room->series; i++) {
        size_t bytes = ph_tally_json_bytes(tally->shape, tally->labels[i]);

        if (bytes > room->bytes)
            break;
        room->bytes -= bytes;
        room->series--;
    }
    return i;
}

static void collect_family(struct porthole_family *family, struct room *room,
                           struct ph_builder *b)
{
    uint32_t n = ph_series_count(family);
    struct ph_tally *tally = ph_build_tally(b, &family->shape, n);

    if (!tally)
        return;
    ph_series_read(family, tally);
    tally->shown = show(tally, room);
    if (!tally->shown && !family->shape.labelled)
        ph_build_hide(b);
}

/* The frozen tallies that JSON shows a part of, from node `first` on. */
static void collect_cuts(struct ph_builder *b, uint32_t first)
{
    uint32_t end = b->failed ? 0 : b->snapshot->n_nodes;
    bool any = false;

    for (uint32_t i = first; i < end && !b->failed; i++) {
        const struct ph_tally *tally = b->snapshot->nodes[i].as.tally;

        if (tally->shown == tally->n)
            continue;
        if (!any) {
            ph_build_object(b, truncated);
            ph_build_identity(b);
            any = true;
        }
        ph_build_object(b, tally->shape->metric.key);
        ph_build_uint(b, &metrics[CUT_SHOWN], tally->shown);
        ph_build_uint(b, &metrics[CUT_TOTAL], tally->n);
        ph_build_end(b);
    }
    if (any)
        ph_build_end(b);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    size_t n = atomic_load_explicit(&env->series->n, memory_order_acquire);
    struct room room = { SHOWN, SHOWN_BYTES };
    uint32_t first = b->failed ? 0 : b->snapshot->n_nodes;

    (void)state;
    for (size_t i = 0; i < n; i++)
        collect_family(env->series->all[i], &room, b);
    collect_cuts(b, first);
}

const struct ph_collector ph_collect_series = {
    .section = "metrics",
    PH_METRICS(metrics),
    .collect = collect,
};
