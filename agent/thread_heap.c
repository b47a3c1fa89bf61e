/* SPDX-License-Identifier: MIT */
/* Owns how V8's heap and its collections are told, gcstats' figures among them. */
#include "thread_heap.h"

#include <math.h>
#include <stdbool.h>

#include "clock.h"
#include "porthole.h"

enum {
    USED,
    TOTAL,
    LIMIT,
    PHYSICAL,
    EXTERNAL,
    BUFFERS,
    MALLOCED,
    CONTEXTS,
    DETACHED,
    NEAR_LIMIT,
    AFTER_FULL,
    SPACE_SIZE,
    SPACE_USED,
    SPACE_AVAILABLE,
    SPACE_PHYSICAL,
    FULL,
    OTHER,
    MINOR,
    COMPACTIONS,
    PAUSE_S,
    PAUSE,
    TREND,
    BASE,
    BYTES
};

static const struct ph_metric metrics[] = {
    [USED] = { PH_BYTES("used_bytes"), "Process heap size used from Node.js in bytes.",
               "nodejs_heap_size_used_bytes" },
    [TOTAL] = { PH_BYTES("total_bytes"), "Process heap size from Node.js in bytes.",
                "nodejs_heap_size_total_bytes" },
    [LIMIT] = { PH_BYTES("limit_bytes"), "Heap size at which V8 gives up.",
                "porthole_heap_limit_bytes" },
    [PHYSICAL] = { PH_BYTES("physical_bytes"), "Heap memory the kernel has backed.", NULL },
    [EXTERNAL] = { PH_BYTES("external_bytes"), "Node.js external memory size in bytes.",
                   "nodejs_external_memory_bytes" },
    [BUFFERS] = { PH_BYTES("array_buffers_bytes"), "Memory of ArrayBuffers and Buffers.",
                  "porthole_array_buffers_bytes" },
    [MALLOCED] = { PH_BYTES("malloced_bytes"), "Memory V8 itself has from malloc().",
                   "porthole_v8_malloced_bytes" },
    [CONTEXTS] = { PH_COUNT("native_contexts"), "Contexts alive.", "porthole_native_contexts" },
    [DETACHED] = { PH_COUNT("detached_contexts"), "Contexts detached but not collected.",
                   "porthole_detached_contexts" },
    [NEAR_LIMIT] = { PH_TOTAL("near_limit"), "Times the heap came near its limit.", NULL },
    [AFTER_FULL] = { PH_BYTES("used_after_full_gc_bytes"),
                     "Heap in use right after the last full collection.",
                     "porthole_heap_after_full_gc_bytes" },
    [SPACE_SIZE] = { PH_BYTES("size_bytes"),
                     "Process heap space size total from Node.js in bytes.",
                     "nodejs_heap_space_size_total_bytes" },
    [SPACE_USED] = { PH_BYTES("used_bytes"),
                     "Process heap space size used from Node.js in bytes.",
                     "nodejs_heap_space_size_used_bytes" },
    [SPACE_AVAILABLE] = { PH_BYTES("available_bytes"),
                          "Process heap space size available from Node.js in bytes.",
                          "nodejs_heap_space_size_available_bytes" },
    [SPACE_PHYSICAL] = { PH_BYTES("physical_bytes"), "Heap space memory the kernel has backed.",
                         NULL },
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
};

static void collect_spaces(struct ph_thread_scratch *s, const struct porthole_thread *t,
                           struct ph_builder *b)
{
    if (!ph_board_table(t, PORTHOLE_TABLE_HEAP_SPACES, &s->table))
        return;
    ph_build_map(b, "spaces", "space");
    for (size_t i = 0; i < s->table.n; i++) {
        const uint64_t *value = s->table.row[i].value;

        ph_build_entry_object(b, s->table.row[i].name);
        for (size_t column = 0; column < 4; column++)
            ph_build_uint(b, &metrics[SPACE_SIZE + column], value[column]);
        ph_build_end(b);
    }
    ph_build_end(b);
}

void ph_thread_heap(struct ph_thread_scratch *s, const struct porthole_thread *t,
                    struct ph_builder *b)
{
    struct porthole_heap heap;
    struct ph_gcstats gc = { .used_after_full = PORTHOLE_UNKNOWN };
    uint64_t near_limit = atomic_load_explicit(&t->near_limit, memory_order_relaxed);

    if (!ph_board_heap(t, &heap)) {
        ph_build_null(b, "heap");
        return;
    }
    ph_board_gcstats(t, &gc);
    ph_build_object(b, "heap");
    ph_build_uint(b, &metrics[USED], heap.used_bytes);
    ph_build_uint(b, &metrics[TOTAL], heap.total_bytes);
    ph_build_uint(b, &metrics[LIMIT], heap.limit_bytes);
    ph_build_uint(b, &metrics[PHYSICAL], heap.physical_bytes);
    ph_build_uint(b, &metrics[EXTERNAL], heap.external_bytes);
    ph_build_uint(b, &metrics[BUFFERS], heap.array_buffers_bytes);
    ph_build_uint(b, &metrics[MALLOCED], heap.malloced_bytes);
    ph_build_uint(b, &metrics[CONTEXTS], heap.native_contexts);
    ph_build_uint(b, &metrics[DETACHED], heap.detached_contexts);
    /* None may also mean that nobody watches for it: it is an option. */
    ph_build_uint(b, &metrics[NEAR_LIMIT], near_limit ? near_limit : PORTHOLE_UNKNOWN);
    ph_build_uint(b, &metrics[AFTER_FULL], gc.used_after_full);
    collect_spaces(s, t, b);
    ph_build_end(b);
}

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

void ph_thread_gc(struct ph_thread_scratch *s, const struct porthole_thread *t,
                  struct ph_builder *b)
{
    static const char *const kinds[PORTHOLE_GC_KINDS] = {
        [PORTHOLE_GC_MINOR] = "minor",
        [PORTHOLE_GC_MAJOR] = "major",
        [PORTHOLE_GC_INCREMENTAL] = "incremental",
        [PORTHOLE_GC_WEAKCB] = "weakcb",
    };
    struct ph_gcstats gc = { .used_after_full = PORTHOLE_UNKNOWN,
                             .min_bytes = PORTHOLE_UNKNOWN,
                             .max_bytes = PORTHOLE_UNKNOWN };
    struct porthole_heap heap;
    uint64_t pause_ns = 0, minor = 0;

    /* A heap without collections so far has had none; a host without a heap has no GC. */
    if (!ph_board_gcstats(t, &gc) && !ph_board_heap(t, &heap)) {
        ph_build_null(b, "gc");
        return;
    }
    ph_build_object(b, "gc");
    ph_build_map(b, metrics[PAUSE].key, "kind");
    for (size_t i = 0; i < PORTHOLE_GC_KINDS; i++) {
        ph_hist_read(&t->pause[i], &s->hist);
        ph_build_entry_hist(b, kinds[i], &metrics[PAUSE], &s->hist);
        pause_ns += s->hist.sum_ns;
        minor += i == PORTHOLE_GC_MINOR ? s->hist.total : 0;
    }
    ph_build_end(b);
    ph_build_uint(b, &metrics[FULL], gc.full);
    ph_build_uint(b, &metrics[OTHER], gc.other);
    ph_build_uint(b, &metrics[MINOR], minor);
    ph_build_uint(b, &metrics[COMPACTIONS], gc.full);
    ph_build_real(b, &metrics[PAUSE_S], ph_clock_ms(pause_ns) / 1000);
    collect_gcstats(&gc, b);
    ph_build_end(b);
}
