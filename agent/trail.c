/* SPDX-License-Identifier: MIT */
/* Owns which of the figures of a snapshot are the key figures. Knows nothing of files. */
#include "trail.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "record_sum.h"

#define DEPTH 4

/* A figure named twice is the sum of both. In a list, the item that is meant is the one
 * with the id 0: the main thread. */
static const struct {
    enum porthole_figure figure;
    const char *path[DEPTH];
} leaves[] = {
    { PORTHOLE_FIGURE_RSS_BYTES, { "process", "rss_bytes" } },
    { PORTHOLE_FIGURE_CPU_S, { "process", "cpu_user_s" } },
    { PORTHOLE_FIGURE_CPU_S, { "process", "cpu_system_s" } },
    { PORTHOLE_FIGURE_FDS, { "process", "fds", "open" } },
    { PORTHOLE_FIGURE_TCP_ESTABLISHED, { "sockets", "tcp", "established" } },
    { PORTHOLE_FIGURE_HEAP_USED_BYTES, { "threads", "heap", "used_bytes" } },
    { PORTHOLE_FIGURE_EXTERNAL_BYTES, { "threads", "heap", "external_bytes" } },
    { PORTHOLE_FIGURE_FULL_GCS, { "threads", "gc", "num_full_gc" } },
    { PORTHOLE_FIGURE_GC_PAUSE_S, { "threads", "gc", "pause_s" } },
    { PORTHOLE_FIGURE_UTILIZATION, { "threads", "loop", "utilization" } },
    { PORTHOLE_FIGURE_DELAY_P99_MS, { "threads", "loop", "delay_ms", "p99" } },
    { PORTHOLE_FIGURE_BLOCKED_MS, { "threads", "loop", "blocked_ms" } },
    { PORTHOLE_FIGURE_HANDLES, { "threads", "handles", "total" } },
    { PORTHOLE_FIGURE_LISTENERS, { "threads", "listeners", "total" } },
};

/* The child of `parent` with that key, or 0: the root is nobody's child. */
static uint32_t child(const struct ph_snapshot *s, uint32_t parent, const char *key)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next)
        if (s->nodes[i].key && strcmp(s->nodes[i].key, key) == 0)
            return i;
    return 0;
}

static uint32_t main_item(const struct ph_snapshot *s, uint32_t list)
{
    for (uint32_t i = list + 1; i < s->nodes[list].next; i = s->nodes[i].next) {
        uint32_t id = child(s, i, "id");

        if (id && s->nodes[id].type == PH_NODE_UINT && s->nodes[id].as.u == 0)
            return i;
    }
    return 0;
}

static double value_at(const struct ph_snapshot *s, const char *const *path)
{
    uint32_t at = 0;

    for (size_t i = 0; i < DEPTH && path[i]; i++) {
        at = child(s, at, path[i]);
        if (at && s->nodes[at].type == PH_NODE_ARRAY)
            at = main_item(s, at);
        if (!at)
            return NAN;
    }
    if (s->nodes[at].type == PH_NODE_UINT)
        return (double)s->nodes[at].as.u;
    return s->nodes[at].type == PH_NODE_REAL ? s->nodes[at].as.d : NAN;
}

void ph_trail_row(const struct ph_snapshot *s, uint64_t sequence,
                  struct porthole_record_row *row)
{
    *row =
        (struct porthole_record_row){ .sequence = sequence, .written_unix_ns = s->at_unix_ns };
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++)
        row->figure[leaves[i].figure] += value_at(s, leaves[i].path);
    row->checksum = ph_record_sum_row(row);
}
