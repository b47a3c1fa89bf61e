/* SPDX-License-Identifier: MIT */
/*
 * vitals: the table. The names of Prometheus are those of encode_prom and of prom-client.
 */
#include "vitals.h"

#include <string.h>

/* Beyond these a number is a lie, and sums of them would not be exact any more. */
#define MOST_BYTES 9007199254740992.0 /* 2^53 */
#define MOST_COUNT 1e12
#define MOST_SECONDS 1e10
#define MOST_MS (1000 * MOST_SECONDS)

#define SUM VITAL_SUM
#define HIGHEST VITAL_HIGHEST

/* name, title, unit, fold, most, counter, limit, prom, help, why */
const struct vital_info vitals[VITALS] = {
    [VITAL_UPTIME] = { "service.uptime_s", "UP", VITAL_SECONDS, HIGHEST, MOST_SECONDS, 0,
                       VITAL_NONE, "time() - process_start_time_seconds",
                       "Time since the process started.",
                       "A young process among old ones has been restarted: look why." },
    [VITAL_THREADS] = { "threads", "THR", VITAL_COUNT, SUM, MOST_COUNT, 0, VITAL_NONE, NULL,
                        "JavaScript threads: the main one and its workers.",
                        "Workers that are started and never ended pile up here." },
    [VITAL_BLOCKED] = { "threads.loop.blocked_ms", "BLK", VITAL_MS, HIGHEST, MOST_MS, 0,
                        VITAL_NONE,
                        "max by (instance, job) (porthole_eventloop_blocked_seconds) * 1000",
                        "How long the event loop has not turned.",
                        "Nothing is answered meanwhile. 'porthole stack' names the line." },
    [VITAL_UTILIZATION] = { "threads.loop.utilization", "UTIL", VITAL_RATIO, HIGHEST, 1.001, 0,
                            VITAL_NONE, "max by (instance, job) (nodejs_eventloop_utilization)",
                            "Share of the time that the event loop was busy.",
                            "Near 1 every request waits for others: spread the load, or find "
                            "what works so long." },
    [VITAL_DELAY_P50] = { "threads.loop.delay_ms.p50", "P50", VITAL_MS, HIGHEST, MOST_MS, 0,
                          VITAL_NONE,
                          "max by (instance, job) (nodejs_eventloop_lag_p50_seconds) * 1000",
                          "Delay of the event loop, median of the last ten seconds.",
                          "Half of all timers and sockets wait for longer." },
    [VITAL_DELAY_P99] = { "threads.loop.delay_ms.p99", "P99", VITAL_MS, HIGHEST, MOST_MS, 0,
                          VITAL_NONE,
                          "max by (instance, job) (nodejs_eventloop_lag_p99_seconds) * 1000",
                          "Delay of the event loop, 99th percentile of the last ten seconds.",
                          "One of a hundred requests waits for so long before its code begins: "
                          "long synchronous work, or collections." },
    [VITAL_BLOCKS] = { "threads.loop.blocks.count", "BLKS", VITAL_COUNT, SUM, MOST_COUNT, 1,
                       VITAL_NONE, "sum by (instance, job) (porthole_eventloop_blocks_total)",
                       "Times the event loop has been blocked.",
                       "'porthole stack --blocks' shows where." },
    [VITAL_CPU_USER] = { "process.cpu_user_s", "USER", VITAL_SECONDS, SUM, MOST_SECONDS, 1,
                         VITAL_NONE, "process_cpu_user_seconds_total", "CPU time in user mode.",
                         "Per second it is the share of a core; above 1 other threads work as "
                         "well." },
    [VITAL_CPU_SYSTEM] = { "process.cpu_system_s", "SYS", VITAL_SECONDS, SUM, MOST_SECONDS, 1,
                           VITAL_NONE, "process_cpu_system_seconds_total",
                           "CPU time in the kernel.",
                           "Much of it beside little user time: small writes, many "
                           "connections, or memory under pressure." },
    [VITAL_RSS] = { "process.rss_bytes", "RSS", VITAL_BYTES, SUM, MOST_BYTES, 0,
                    VITAL_CGROUP_LIMIT, "process_resident_memory_bytes",
                    "Memory of the process that is in RAM.",
                    "Growing beside a flat heap: the leak is outside of JavaScript. 'porthole "
                    "heap' says more." },
    [VITAL_RSS_ANON] = { "process.rss_anon_bytes", "ANON", VITAL_BYTES, SUM, MOST_BYTES, 0,
                         VITAL_CGROUP_LIMIT, "porthole_process_rss_anon_bytes",
                         "RSS without mapped files.",
                         "What cannot be dropped when memory is short." },
    [VITAL_MALLOC] = { "process.malloc_bytes", "MALLOC", VITAL_BYTES, SUM, MOST_BYTES, 0,
                       VITAL_NONE, "porthole_process_malloc_bytes",
                       "Memory held by native code through malloc.",
                       "Growing alone it points at a native add-on, or at buffers." },
    [VITAL_CGROUP] = { "process.cgroup.memory_bytes", "CGRP", VITAL_BYTES, SUM, MOST_BYTES, 0,
                       VITAL_CGROUP_LIMIT, "porthole_cgroup_memory_bytes",
                       "Memory of the container.",
                       "At its limit the kernel kills the process." },
    [VITAL_CGROUP_LIMIT] = { "process.cgroup.memory_limit_bytes", "CLIM", VITAL_BYTES, SUM,
                             MOST_BYTES, 0, VITAL_NONE, "porthole_cgroup_memory_limit_bytes",
                             "Memory the container may use.", "A limit; it does not grow." },
    [VITAL_OOM_KILLS] = { "process.cgroup.oom_kills", "OOM", VITAL_COUNT, SUM, MOST_COUNT, 1,
                          VITAL_NONE, "porthole_cgroup_oom_kills_total",
                          "Processes the kernel has killed in this container for want of "
                          "memory.",
                          "Any is one too many." },
    [VITAL_HEAP_USED] = { "threads.heap.used_bytes", "HEAP", VITAL_BYTES, SUM, MOST_BYTES, 0,
                          VITAL_HEAP_LIMIT,
                          "sum by (instance, job) (nodejs_heap_size_used_bytes)",
                          "JavaScript heap in use.",
                          "It rises between collections by nature; what grows in the floor "
                          "stays." },
    [VITAL_HEAP_LIMIT] = { "threads.heap.limit_bytes", "HLIM", VITAL_BYTES, SUM, MOST_BYTES, 0,
                           VITAL_NONE, "sum by (instance, job) (porthole_heap_limit_bytes)",
                           "Heap at which V8 gives up.", "A limit; it does not grow." },
    [VITAL_HEAP_SHARE] = { "threads.heap.share", "HEAP%", VITAL_RATIO, HIGHEST, 1.001, 0,
                           VITAL_NONE,
                           "max by (instance, job) (nodejs_heap_size_used_bytes / "
                           "porthole_heap_limit_bytes)",
                           "Heap in use as a share of its limit, of the fullest thread.",
                           "Near 1 V8 collects all the time, then ends the process." },
    [VITAL_HEAP_FLOOR] = { "threads.heap.used_after_full_gc_bytes", "FLOOR", VITAL_BYTES, SUM,
                           MOST_BYTES, 0, VITAL_HEAP_LIMIT,
                           "sum by (instance, job) (porthole_heap_after_full_gc_bytes)",
                           "Heap right after the last full collection.",
                           "The only heap size that means something: what is left was "
                           "reachable. Growth here is a leak, or a cache that fills." },
    [VITAL_EXTERNAL] = { "threads.heap.external_bytes", "EXT", VITAL_BYTES, SUM, MOST_BYTES, 0,
                         VITAL_NONE, "sum by (instance, job) (nodejs_external_memory_bytes)",
                         "Memory outside of the heap that JavaScript objects hold: buffers, "
                         "mostly.",
                         "Buffers that are kept, or streams nobody reads." },
    [VITAL_GC_PAUSE] = { "threads.gc.pause_s", "GC", VITAL_SECONDS, SUM, MOST_SECONDS, 1,
                         VITAL_NONE, "sum by (instance, job) (nodejs_gc_duration_seconds_sum)",
                         "Time spent in garbage collections.",
                         "Per second it is the share of the time that nothing else ran. Above "
                         "a few percent the heap is too full or too much is allocated." },
    [VITAL_GC_FULL] = { "threads.gc.num_full_gc", "FULL", VITAL_COUNT, SUM, MOST_COUNT, 1,
                        VITAL_NONE,
                        "sum by (instance, job) "
                        "(nodejs_gc_duration_seconds_count{kind=\"major\"})",
                        "Full collections.", "Many in a row: the heap is near its limit." },
    [VITAL_FDS] = { "process.fds.open", "FDS", VITAL_COUNT, SUM, MOST_COUNT, 0, VITAL_FDS_LIMIT,
                    "process_open_fds", "Open descriptors: sockets, files, pipes.",
                    "At the limit no connection and no file can be opened any more." },
    [VITAL_FDS_LIMIT] = { "process.fds.limit", "FLIM", VITAL_COUNT, SUM, MOST_BYTES, 0,
                          VITAL_NONE, "process_max_fds", "Descriptors the process may have.",
                          "A limit; it does not grow." },
    [VITAL_SOCKETS] = { "sockets.total", "SOCKS", VITAL_COUNT, SUM, MOST_COUNT, 0,
                        VITAL_FDS_LIMIT, "porthole_sockets",
                        "Sockets of all kinds, as the kernel counts them.",
                        "'porthole sockets' names the peer they go to." },
    [VITAL_ESTABLISHED] = { "sockets.tcp.established", "SOCK", VITAL_COUNT, SUM, MOST_COUNT, 0,
                            VITAL_FDS_LIMIT, "porthole_tcp_sockets{state=\"established\"}",
                            "Established TCP connections.",
                            "Growing for good: an agent without a ceiling, or answers nobody "
                            "reads. 'porthole sockets' names the peer." },
    [VITAL_CLOSE_WAIT] = { "sockets.tcp.close_wait", "CLSW", VITAL_COUNT, SUM, MOST_COUNT, 0,
                           VITAL_FDS_LIMIT, "porthole_tcp_sockets{state=\"close_wait\"}",
                           "Connections that the peer has closed and the application has not.",
                           "They stay until the application closes them: it has forgotten "
                           "them." },
    [VITAL_OUTSIDE_LIBUV] = { "sockets.outside_libuv", "NATV", VITAL_COUNT, SUM, MOST_COUNT, 0,
                              VITAL_FDS_LIMIT, "porthole_sockets_outside_libuv",
                              "Sockets the kernel knows and libuv does not.",
                              "They belong to a native add-on." },
    [VITAL_HANDLES] = { "threads.handles.total", "HNDL", VITAL_COUNT, SUM, MOST_COUNT, 0,
                        VITAL_NONE, "sum by (instance, job) (porthole_handles)",
                        "Handles of libuv: sockets, timers, watchers, processes.",
                        "Growing: something is opened and not closed. 'porthole handles' says "
                        "which kind." },
    [VITAL_LISTENERS] = { "threads.listeners.total", "LSTN", VITAL_COUNT, SUM, MOST_COUNT, 0,
                          VITAL_NONE, "sum by (instance, job) (porthole_listeners)",
                          "Event listeners.",
                          "Growing: something subscribes and never unsubscribes. 'porthole "
                          "listeners' names the emitter." },
    [VITAL_MAX_EXCEEDED] = { "threads.listeners.max_exceeded.count", "MAXL", VITAL_COUNT, SUM,
                             MOST_COUNT, 1, VITAL_NONE,
                             "sum by (instance, job) (porthole_max_listeners_exceeded_total)",
                             "Emitters that got more listeners than their maximum.",
                             "Node prints a warning once; this counts." },
    [VITAL_HTTP_ACTIVE] = { "threads.http.server.active", "REQ", VITAL_COUNT, SUM, MOST_COUNT,
                            0, VITAL_NONE,
                            "sum by (instance, job) "
                            "(porthole_http_requests_active{side=\"server\"})",
                            "Requests that are being answered.",
                            "Growing: answers are never finished, or the process is too "
                            "slow." },
    [VITAL_HTTP_STARTED] = { "threads.http.server.started", "REQS", VITAL_COUNT, SUM,
                             MOST_COUNT, 1, VITAL_NONE,
                             "sum by (instance, job) "
                             "(porthole_http_requests_started_total{side=\"server\"})",
                             "Requests received.",
                             "Per second: the load of the process, beside which all else is to "
                             "be read." },
    [VITAL_CLIENT_ACTIVE] = { "threads.http.client.active", "OUT", VITAL_COUNT, SUM, MOST_COUNT,
                              0, VITAL_NONE,
                              "sum by (instance, job) "
                              "(porthole_http_requests_active{side=\"client\"})",
                              "Requests sent and not answered yet.",
                              "Growing: somebody the process depends on is slow. 'porthole "
                              "sockets' shows the agents." },
    [VITAL_CLIENT_ERRORS] = { "threads.http.client.errors", "OERR", VITAL_COUNT, SUM,
                              MOST_COUNT, 1, VITAL_NONE,
                              "sum by (instance, job) "
                              "(porthole_http_requests_errors_total{side=\"client\"})",
                              "Requests sent that failed.",
                              "Somebody the process depends on is gone." },
};

enum vital vitals_find(const char *name, size_t len)
{
    static const char prefix[] = "threads.";

    for (size_t i = 0; i < VITALS; i++) {
        const char *own = vitals[i].name;

        if (strlen(own) == len && memcmp(own, name, len) == 0)
            return (enum vital)i;
        if (strncmp(own, prefix, sizeof prefix - 1) != 0)
            continue;
        own += sizeof prefix - 1;
        if (strlen(own) == len && memcmp(own, name, len) == 0)
            return (enum vital)i;
    }
    return VITAL_NONE;
}
