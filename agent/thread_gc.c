/* SPDX-License-Identifier: MIT */
/* Owns how garbage collections are told: counts, pauses and gcstats' figures as the host
 * published them, and what the tick thread makes of those: rates, and the heap's floor. */
#include "thread_gc.h"

#include <math.h>
#include <stdbool.h>

#include "clock.h"
#include "floor.h"
#include "porthole.h"
#include "rate.h"

enum {
    FULL,
    OTHER,
    MINOR,
    COMPACTIONS,
    PAUSE_S,
    PAUSE,
    TREND,
    BASE,
    BYTES,
    SHARE,
    ALLOCATED_PER_S,
    PROMOTED_PER_S,
    FLOOR,
    SLOPE,
    SLOPE_LOW,
    SLOPE_HIGH,
    WINDOW,
    SAMPLES
};

static const struct ph_metric metrics[] = {
    [FULL] = { PH_TOTAL("num_full_gc"), "Full collections.", NULL },
    [OTHER] = { PH_TOTAL("num_inc_gc"), "All other collections.", NULL },
    [MINOR] = { PH_TOTAL("num_minor_gc"), "Collections of the young generation.", NULL },
    [COMPACTIONS] = { PH_TOTAL("heap_compactions"), "Mark-sweep-compact collections.", NULL },
    [PAUSE_S] = { "pause_s", PH_COUNTER, PH_UNIT_SECONDS, "Time the thread stood still for GC.",
                  "porthole_gc_pause_seconds_total" },
    [PAUSE] = { "pause_ms", PH_HISTOGRAM, PH_UNIT_MS,
                "Garbage collection duration by kind, one of major, minor, incremental or "
                "weakcb.",
                "nodejs_gc_duration_seconds" },
    [TREND] = { "usage_trend", PH_GAUGE, PH_UNIT_RATIO,
                "gcstats: recent base over long-term base, in percent.", NULL },
    [BASE] = { PH_BYTES("estimated_base"),
               "gcstats: recent mean of the heap after full collections.", NULL },
    [BYTES] = { PH_BYTES("bytes"), "gcstats: extreme of the heap after full collections.",
                NULL },
    [SHARE] = { "time_share", PH_GAUGE, PH_UNIT_RATIO,
                "Share of the last minute in which the thread stood still for GC.",
                "porthole_gc_time_share" },
    [ALLOCATED_PER_S] = { PH_BYTES("allocated_bytes_per_s"),
                          "Bytes allocated in a second, over the last minute.", NULL },
    [PROMOTED_PER_S] = { PH_BYTES("promoted_bytes_per_s"),
                         "Bytes promoted in a second, over the last minute.", NULL },
    [FLOOR] = { PH_BYTES("bytes"), "Least heap in use after a full collection, by the minute.",
                "porthole_heap_floor_bytes" },
    [SLOPE] = { PH_BYTES("slope_bytes_per_hour"), "Growth of the floor (Theil-Sen).",
                "porthole_heap_floor_slope_bytes_per_hour" },
    [SLOPE_LOW] = { PH_BYTES("slope_low"), "Lower end of its 95 % interval (Sen).", NULL },
    [SLOPE_HIGH] = { PH_BYTES("slope_high"), "Upper end of its 95 % interval (Sen).", NULL },
    [WINDOW] = { "window_s", PH_GAUGE, PH_UNIT_SECONDS, "Time the floor looks back.", NULL },
    [SAMPLES] = { PH_COUNT("samples"), "Minutes of it with a full collection.", NULL },
};

static void extreme(struct ph_builder *b, const char *key, uint64_t bytes, uint64_t unix_ns)
{
    ph_build_object(b, key);
    ph_build_uint(b, &metrics[BYTES], bytes);
    ph_build_time(b, "when", unix_ns);
    ph_build_end(b);
}

static void collect_gcstats(const struct ph_gcstats *gc, struct ph_builder *b)
{
    double trend = gc->ancient > 0 ? (gc->recent - gc->ancient) / gc->ancient : 0;
    bool known = gc->used_after_full != PORTHOLE_UNKNOWN;

    ph_build_real(b, &metrics[TREND], known ? round(trend * 1000) / 10 : NAN);
    ph_build_real(b, &metrics[BASE], known ? round(gc->recent) : NAN);
    extreme(b, "min", gc->min_bytes, gc->min_unix_ns);
    extreme(b, "max", gc->max_bytes, gc->max_unix_ns);
}

/* Statistics are made again only when the ring has changed: a few times in a minute. */
static void look_at_floor(struct ph_thread_scratch *s, struct porthole_thread *t)
{
    uint64_t sequence = atomic_load_explicit(&t->floor.cell.sequence, memory_order_acquire);

    if (sequence == t->trend_sequence || !ph_board_floor(t, &s->floor))
        return;
    if (!ph_floor_trend(&s->floor, s->slopes, &t->trend))
        t->trend.samples = 0;
    t->trend_sequence = sequence;
}

static void collect_floor(const struct porthole_thread *t, struct ph_builder *b)
{
    const struct ph_floor_trend *trend = &t->trend;

    if (trend->samples == 0) {
        ph_build_null(b, "floor");
        return;
    }
    ph_build_object(b, "floor");
    ph_build_uint(b, &metrics[FLOOR], trend->bytes);
    ph_build_real(b, &metrics[SLOPE], round(trend->slope));
    ph_build_real(b, &metrics[SLOPE_LOW], round(trend->low));
    ph_build_real(b, &metrics[SLOPE_HIGH], round(trend->high));
    ph_build_uint(b, &metrics[WINDOW], trend->window_s);
    ph_build_uint(b, &metrics[SAMPLES], trend->samples);
    ph_build_end(b);
}

/* `heap`: NULL if the host never published one. */
static void collect_rates(struct porthole_thread *t, const struct ph_gcstats *gc,
                          const struct porthole_heap *heap, struct ph_builder *b)
{
    uint64_t now_ns = ph_clock_ns();
    double share = ph_rate_per_s(&t->paused, now_ns, gc->paused_ns) / (double)PH_NS_PER_S;
    double allocated = NAN, promoted = NAN;

    if (heap) {
        allocated = ph_rate_per_s(&t->allocated, now_ns, heap->allocated_bytes);
        promoted = ph_rate_per_s(&t->promoted, now_ns, heap->promoted_bytes);
    }
    /* fmin() would take a number for the unknown. */
    ph_build_real(b, &metrics[SHARE], share > 1 ? 1 : share);
    ph_build_real(b, &metrics[ALLOCATED_PER_S], round(allocated));
    ph_build_real(b, &metrics[PROMOTED_PER_S], round(promoted));
}

/* @return how many of them were minor. */
static uint64_t collect_pauses(struct ph_thread_scratch *s, const struct porthole_thread *t,
                               struct ph_builder *b)
{
    static const char *const kinds[PORTHOLE_GC_KINDS] = {
        [PORTHOLE_GC_MINOR] = "minor",
        [PORTHOLE_GC_MAJOR] = "major",
        [PORTHOLE_GC_INCREMENTAL] = "incremental",
        [PORTHOLE_GC_WEAKCB] = "weakcb",
    };
    uint64_t minor = 0;

    ph_build_map(b, metrics[PAUSE].key, "kind");
    for (size_t i = 0; i < PORTHOLE_GC_KINDS; i++) {
        ph_hist_read(&t->pause[i], &s->hist);
        ph_build_entry_hist(b, kinds[i], &metrics[PAUSE], &s->hist);
        minor += i == PORTHOLE_GC_MINOR ? s->hist.total : 0;
    }
    ph_build_end(b);
    return minor;
}

void ph_thread_gc(struct ph_thread_scratch *s, struct porthole_thread *t, struct ph_builder *b)
{
    struct ph_gcstats gc = { .used_after_full = PORTHOLE_UNKNOWN,
                             .min_bytes = PORTHOLE_UNKNOWN,
                             .max_bytes = PORTHOLE_UNKNOWN };
    struct porthole_heap heap;
    bool has_heap = ph_board_heap(t, &heap);
    uint64_t minor;

    /* A heap without collections so far has had none; a host without a heap has no GC. */
    if (!ph_board_gcstats(t, &gc) && !has_heap) {
        ph_build_null(b, "gc");
        return;
    }
    ph_build_object(b, "gc");
    minor = collect_pauses(s, t, b);
    ph_build_uint(b, &metrics[FULL], gc.full);
    ph_build_uint(b, &metrics[OTHER], gc.other);
    ph_build_uint(b, &metrics[MINOR], minor);
    ph_build_uint(b, &metrics[COMPACTIONS], gc.full);
    ph_build_real(b, &metrics[PAUSE_S], ph_clock_ms(gc.paused_ns) / 1000);
    collect_gcstats(&gc, b);
    collect_rates(t, &gc, has_heap ? &heap : NULL, b);
    look_at_floor(s, t);
    collect_floor(t, b);
    ph_build_end(b);
}
