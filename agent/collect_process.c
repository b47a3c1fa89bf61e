/* SPDX-License-Identifier: MIT */
/* Owns the section "process". Everything here can be read at any moment, whatever the
 * host's loops are doing, and at a cost that does not depend on the host. */
#include "collect_process.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"
#include "pace.h"
#include "porthole.h"
#include "procfs.h"

#define MALLOC_REST_NS (10 * PH_NS_PER_S)
#define MALLOC_REST_TIMES 60000 /* a reading of 2 ms rests two minutes, one of 200 ms hours */

enum {
    RSS,
    RSS_ANON,
    VIRTUAL,
    DATA,
    CPU_USER,
    CPU_SYSTEM,
    CPU_ALL,
    THREADS,
    MAJOR_FAULTS,
    SWITCHES,
    FDS_OPEN,
    FDS_LIMIT,
    FDS_KIND,
    CG_MEMORY,
    CG_LIMIT,
    CG_KILLS,
    MALLOC
};

static const struct ph_metric metrics[] = {
    [RSS] = { PH_BYTES("rss_bytes"), "Resident memory size in bytes.",
              "process_resident_memory_bytes" },
    [RSS_ANON] = { PH_BYTES("rss_anon_bytes"),
                   "Resident anonymous memory: heap, stacks, private mappings.",
                   "porthole_process_rss_anon_bytes" },
    [VIRTUAL] = { PH_BYTES("virtual_bytes"), "Virtual memory size in bytes.",
                  "process_virtual_memory_bytes" },
    [DATA] = { PH_BYTES(NULL), "Process heap size in bytes.", "process_heap_bytes" },
    [CPU_USER] = { "cpu_user_s", PH_COUNTER, PH_UNIT_SECONDS,
                   "Total user CPU time spent in seconds.", "process_cpu_user_seconds_total" },
    [CPU_SYSTEM] = { "cpu_system_s", PH_COUNTER, PH_UNIT_SECONDS,
                     "Total system CPU time spent in seconds.",
                     "process_cpu_system_seconds_total" },
    [CPU_ALL] = { NULL, PH_COUNTER, PH_UNIT_SECONDS,
                  "Total user and system CPU time spent in seconds.",
                  "process_cpu_seconds_total" },
    [THREADS] = { PH_COUNT("threads"), "Threads of the process.", "porthole_process_threads" },
    [MAJOR_FAULTS] = { PH_TOTAL("page_faults_major"), "Page faults that needed the disk.",
                       "porthole_process_page_faults_major_total" },
    [SWITCHES] = { PH_TOTAL("context_switches_involuntary"),
                   "Times a thread was taken off the CPU against its will.",
                   "porthole_process_context_switches_involuntary_total" },
    [FDS_OPEN] = { PH_COUNT("open"), "Number of open file descriptors.", "process_open_fds" },
    [FDS_LIMIT] = { PH_COUNT("limit"), "Maximum number of open file descriptors.",
                    "process_max_fds" },
    [FDS_KIND] = { PH_COUNT("by_kind"), "Open file descriptors by kind.",
                   "porthole_process_fds" },
    [CG_MEMORY] = { PH_BYTES("memory_bytes"), "Memory charged to the control group.",
                    "porthole_cgroup_memory_bytes" },
    [CG_LIMIT] = { PH_BYTES("memory_limit_bytes"), "Memory the control group may use.",
                   "porthole_cgroup_memory_limit_bytes" },
    [CG_KILLS] = { PH_TOTAL("oom_kills"),
                   "Processes of the control group killed for lack of memory.",
                   "porthole_cgroup_oom_kills_total" },
    [MALLOC] = { PH_BYTES("malloc_bytes"),
                 "Memory in use by malloc(), read every ten seconds at most.",
                 "porthole_process_malloc_bytes" },
};

struct process {
    int status_fd;
    struct ph_cgroup cgroup;
    struct ph_pace malloc_pace;
    uint64_t malloc_bytes;
};

static void *open_process(void)
{
    struct process *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->status_fd = ph_proc_open("/proc/self/status");
    p->malloc_bytes = PORTHOLE_UNKNOWN;
    ph_cgroup_init(&p->cgroup);
    return p;
}

static void close_process(void *state)
{
    struct process *p = state;

    if (!p)
        return;
    if (p->status_fd >= 0)
        close(p->status_fd);
    ph_cgroup_fini(&p->cgroup);
    free(p);
}

static uint64_t kib(uint64_t value)
{
    return value == PORTHOLE_UNKNOWN ? value : value * 1024;
}

static void collect_memory(const struct process *p, struct ph_builder *b)
{
    char text[4096] = "";

    ph_proc_read(p->status_fd, text, sizeof text);
    ph_build_uint(b, &metrics[RSS], kib(ph_proc_field(text, "VmRSS:")));
    ph_build_uint(b, &metrics[RSS_ANON], kib(ph_proc_field(text, "RssAnon:")));
    ph_build_uint(b, &metrics[VIRTUAL], kib(ph_proc_field(text, "VmSize:")));
    ph_build_uint(b, &metrics[DATA], kib(ph_proc_field(text, "VmData:")));
    ph_build_uint(b, &metrics[THREADS], ph_proc_field(text, "Threads:"));
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void collect_usage(struct ph_builder *b)
{
    struct rusage use;

    if (getrusage(RUSAGE_SELF, &use) != 0)
        return;
    ph_build_real(b, &metrics[CPU_USER], seconds(use.ru_utime));
    ph_build_real(b, &metrics[CPU_SYSTEM], seconds(use.ru_stime));
    ph_build_real(b, &metrics[CPU_ALL], seconds(use.ru_utime) + seconds(use.ru_stime));
    ph_build_uint(b, &metrics[MAJOR_FAULTS], (uint64_t)use.ru_majflt);
    ph_build_uint(b, &metrics[SWITCHES], (uint64_t)use.ru_nivcsw);
}

static uint64_t fd_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return PORTHOLE_UNKNOWN;
    return limit.rlim_cur;
}

static void collect_fds(const struct ph_fdscan *fds, struct ph_builder *b)
{
    static const char *const names[PH_FD_KINDS] = {
        [PH_FD_SOCKET] = "socket",   [PH_FD_FILE] = "file",   [PH_FD_PIPE] = "pipe",
        [PH_FD_EVENTFD] = "eventfd", [PH_FD_EPOLL] = "epoll", [PH_FD_OTHER] = "other",
    };

    ph_build_object(b, "fds");
    ph_build_uint(b, &metrics[FDS_OPEN], fds->valid ? fds->open : PORTHOLE_UNKNOWN);
    ph_build_uint(b, &metrics[FDS_LIMIT], fd_limit());
    ph_build_map(b, "by_kind", "kind");
    for (size_t i = 0; i < PH_FD_KINDS && fds->valid; i++)
        ph_build_entry(b, names[i], &metrics[FDS_KIND], fds->by_kind[i]);
    ph_build_end(b);
    ph_build_end(b);
}

static void collect_cgroup(struct ph_cgroup *cgroup, struct ph_builder *b)
{
    struct ph_cgroup_figures f;

    ph_cgroup_read(cgroup, &f);
    ph_build_object(b, "cgroup");
    ph_build_uint(b, &metrics[CG_MEMORY], f.memory_bytes);
    ph_build_uint(b, &metrics[CG_LIMIT], f.limit_bytes);
    ph_build_uint(b, &metrics[CG_KILLS], f.oom_kills);
    ph_build_end(b);
}

/* mallinfo2() walks every free chunk under the arena's lock: 5 ms at ten thousand, 208 ms
 * at a million (measured), while the host's own malloc() waits. So: every ten seconds, and
 * the dearer the rarer. Other allocators' figures are not glibc's: unknown. */
static void collect_malloc(struct process *p, uint64_t now_ns, struct ph_builder *b)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    if (ph_pace_due(&p->malloc_pace, now_ns)) {
        uint64_t began = ph_clock_ns();
        struct mallinfo2 info = mallinfo2();

        p->malloc_bytes = info.uordblks + info.hblkhd;
        ph_pace_done(&p->malloc_pace, began, ph_clock_ns() - began, MALLOC_REST_TIMES,
                     MALLOC_REST_NS);
    }
#endif
    ph_build_uint(b, &metrics[MALLOC], p->malloc_bytes);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    struct process *p = state;

    if (!p)
        return;
    collect_memory(p, b);
    collect_usage(b);
    collect_fds(env->fds, b);
    collect_cgroup(&p->cgroup, b);
    collect_malloc(p, env->now_ns, b);
}

const struct ph_collector ph_collect_process = {
    .section = "process",
    PH_METRICS(metrics),
    .open = open_process,
    .collect = collect,
    .close = close_process,
};
