/* SPDX-License-Identifier: MIT */
/* Owns the question whether a heap snapshot would kill the process it shall explain. */
#include "headroom.h"

#include <stddef.h>

#include "cgroup.h"
#include "porthole.h"
#include "procfs.h"

/* Measured with heaps of 30 to 400 MB (see the README): V8's generator takes 15 ms and
 * about 5 bytes for a byte of heap; the text is shorter than the tables it is made from. */
#define MEMORY_PER_BYTE 6
#define FILE_PER_BYTE 2
#define SECONDS_PER_BYTE 25e-9
#define MEMORY_FLOOR (32u << 20)

void ph_snapshot_estimate(uint64_t used, struct ph_snapshot_estimate *out)
{
    out->loop_s = 0.05 + (double)used * SECONDS_PER_BYTE;
    out->memory_bytes = MEMORY_FLOOR + used * MEMORY_PER_BYTE;
    out->file_bytes = used * FILE_PER_BYTE;
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
