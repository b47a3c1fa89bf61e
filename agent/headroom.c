/* SPDX-License-Identifier: MIT */
/* Owns the question whether a heap snapshot would kill the process it shall explain. */
#include "headroom.h"

#include <stddef.h>

#include "cgroup.h"
#include "porthole.h"
#include "procfs.h"

/* Measured (test/bench/foresee.js: heaps of 64 MB of seven shapes, Node 20, 22, 24, 26): a heap
 * of small objects grows the process by 17 to 20 bytes for each of its own, closures by 15 to
 * 17, strings by 10, arrays of numbers by 2; the text is 2.1 to 2.3 times the heap. The worst
 * shape counts: this is about not killing the process. */
#define MEMORY_PER_BYTE 22
#define FILE_PER_BYTE 2.5
#define SECONDS_PER_BYTE 60e-9
#define MEMORY_FLOOR (32u << 20)

void ph_snapshot_estimate(uint64_t used, struct ph_snapshot_estimate *out)
{
    out->loop_s = 0.05 + (double)used * SECONDS_PER_BYTE;
    out->memory_bytes = MEMORY_FLOOR + used * MEMORY_PER_BYTE;
    out->file_bytes = (uint64_t)((double)used * FILE_PER_BYTE);
}

static uint64_t machine_bytes(void)
{
    char text[2048];
    uint64_t kib;

    if (ph_proc_read_path("/proc/meminfo", text, sizeof text) <= 0)
        return PORTHOLE_UNKNOWN;
    kib = ph_proc_field(text, "MemAvailable:");
    return kib == PORTHOLE_UNKNOWN ? kib : kib * 1024;
}

static uint64_t group_bytes(void)
{
    struct ph_cgroup_figures figures;
    struct ph_cgroup group;

    ph_cgroup_init(&group);
    ph_cgroup_read(&group, &figures);
    ph_cgroup_fini(&group);
    if (figures.limit_bytes == PORTHOLE_UNKNOWN || figures.memory_bytes == PORTHOLE_UNKNOWN)
        return PORTHOLE_UNKNOWN;
    return figures.limit_bytes > figures.memory_bytes
               ? figures.limit_bytes - figures.memory_bytes
               : 0;
}

uint64_t ph_headroom_bytes(void)
{
    uint64_t machine = machine_bytes(), group = group_bytes();

    return machine < group ? machine : group; /* unknown is the greatest of all */
}
