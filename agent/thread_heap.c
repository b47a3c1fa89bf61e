/* SPDX-License-Identifier: MIT */
/* Owns how the heap is told. */
#include "thread_heap.h"

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
    ALLOCATED,
    PROMOTED
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
    [ALLOCATED] = { "allocated_bytes", PH_COUNTER, PH_UNIT_BYTES,
                    "Bytes allocated on the heap so far, dead or alive.",
                    "porthole_heap_allocated_bytes_total" },
    [PROMOTED] = { "promoted_bytes", PH_COUNTER, PH_UNIT_BYTES,
                   "Bytes that minor collections moved to the old generation so far.",
                   "porthole_heap_promoted_bytes_total" },
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
    ph_build_uint(b, &metrics[ALLOCATED], heap.allocated_bytes);
    ph_build_uint(b, &metrics[PROMOTED], heap.promoted_bytes);
    ph_build_uint(b, &metrics[CONTEXTS], heap.native_contexts);
    ph_build_uint(b, &metrics[DETACHED], heap.detached_contexts);
    /* None may also mean that nobody watches for it: it is an option. */
    ph_build_uint(b, &metrics[NEAR_LIMIT], near_limit ? near_limit : PORTHOLE_UNKNOWN);
    ph_build_uint(b, &metrics[AFTER_FULL], gc.used_after_full);
    collect_spaces(s, t, b);
    ph_build_end(b);
}
