/* SPDX-License-Identifier: MIT */
/* Owns where the limits stand in the state. */
#include "limits.h"

#include <math.h>
#include <string.h>

/* The child of `parent` called `key`; 0 if there is none. */
static uint32_t child(const struct ph_snapshot *s, uint32_t parent, const char *key)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next)
        if (s->nodes[i].key && strcmp(s->nodes[i].key, key) == 0)
            return i;
    return 0;
}

/* The number at parent.key.name; NaN if it is not there. */
static double number(const struct ph_snapshot *s, uint32_t parent, const char *key,
                     const char *name)
{
    uint32_t outer = child(s, parent, key);
    uint32_t at = outer ? child(s, outer, name) : 0;

    return at && s->nodes[at].type == PH_NODE_UINT ? (double)s->nodes[at].as.u : NAN;
}

static void read_heaps(const struct ph_snapshot *s, uint32_t threads, struct ph_limits *out)
{
    for (uint32_t i = threads + 1; i < s->nodes[threads].next; i = s->nodes[i].next) {
        uint32_t id = child(s, i, "id");

        if (!id || s->nodes[id].type != PH_NODE_UINT || out->n_heaps == PH_LIMITS_HEAPS)
            continue;
        out->heap[out->n_heaps].thread = (int)s->nodes[id].as.u;
        out->heap[out->n_heaps++].bytes = number(s, i, "heap", "limit_bytes");
    }
}

void ph_limits_read(const struct ph_snapshot *s, struct ph_limits *out)
{
    uint32_t process = child(s, 0, "process"), threads = child(s, 0, "threads");

    out->n_heaps = 0;
    out->memory = process ? number(s, process, "cgroup", "memory_limit_bytes") : NAN;
    out->descriptors = process ? number(s, process, "fds", "limit") : NAN;
    if (threads)
        read_heaps(s, threads, out);
}

double ph_limits_heap(const struct ph_limits *limits, int thread)
{
    for (size_t i = 0; i < limits->n_heaps; i++)
        if (limits->heap[i].thread == thread)
            return limits->heap[i].bytes;
    return NAN;
}
