/* SPDX-License-Identifier: MIT */
/* Owns the table of figures. A new one is one row. */
#include "figure.h"

#include <stdio.h>
#include <string.h>

#include "rulevalue.h"

const char ph_figure_heap_share[] = "threads.heap.share";
const char ph_figure_heap_used[] = "threads.heap.used_bytes";
const char ph_figure_heap_limit[] = "threads.heap.limit_bytes";
const char ph_figure_threads[] = "threads";
const char ph_figure_blocked[] = "threads.loop.blocked_ms";

static const char prefix[] = "threads.";
static const char memory[] = "process.cgroup.memory_limit_bytes";
static const char descriptors[] = "process.fds.limit";

/* As far as this version knows; without "threads." */
static const struct {
    const char *name;
    const char *limit;
} figures[] = {
    { "service.uptime_s", NULL },
    { "threads", NULL },
    { "process.cpu_user_s", NULL },
    { "process.cpu_system_s", NULL },
    { "process.rss_bytes", memory },
    { "process.rss_anon_bytes", memory },
    { "process.malloc_bytes", NULL },
    { "process.virtual_bytes", NULL },
    { "process.threads", NULL },
    { "process.page_faults_major", NULL },
    { "process.context_switches_involuntary", NULL },
    { "process.cgroup.memory_bytes", memory },
    { "process.cgroup.memory_limit_bytes", NULL },
    { "process.cgroup.oom_kills", NULL },
    { "process.fds.open", descriptors },
    { "process.fds.limit", NULL },
    { "loop.blocked_ms", NULL },
    { "loop.turns", NULL },
    { "loop.utilization", NULL },
    { "loop.delay_ms.mean", NULL },
    { "loop.delay_ms.p50", NULL },
    { "loop.delay_ms.p90", NULL },
    { "loop.delay_ms.p99", NULL },
    { "loop.delay_ms.max", NULL },
    { "loop.blocks.count", NULL },
    { "loop.blocks.longest_ms", NULL },
    { "heap.used_bytes", ph_figure_heap_limit },
    { "heap.limit_bytes", NULL },
    { "heap.share", NULL },
    { "heap.used_after_full_gc_bytes", ph_figure_heap_limit },
    { "heap.external_bytes", NULL },
    { "heap.total_bytes", NULL },
    { "heap.physical_bytes", NULL },
    { "heap.array_buffers_bytes", NULL },
    { "heap.malloced_bytes", NULL },
    { "heap.allocated_bytes", NULL },
    { "heap.promoted_bytes", NULL },
    { "heap.native_contexts", NULL },
    { "heap.detached_contexts", NULL },
    { "heap.near_limit", NULL },
    { "gc.pause_s", NULL },
    { "gc.num_full_gc", NULL },
    { "gc.num_inc_gc", NULL },
    { "gc.num_minor_gc", NULL },
    { "gc.heap_compactions", NULL },
    { "gc.usage_trend", NULL },
    { "gc.estimated_base", NULL },
    { "gc.time_share", NULL },
    { "gc.allocated_bytes_per_s", NULL },
    { "gc.promoted_bytes_per_s", NULL },
    { "handles.total", NULL },
    { "handles.active", NULL },
    { "handles.timers", NULL },
    { "handles.immediates", NULL },
    { "listeners.total", NULL },
    { "listeners.low", NULL },
    { "listeners.high", NULL },
    { "listeners.emitters", NULL },
    { "listeners.max_exceeded.count", NULL },
    { "http.server.active", NULL },
    { "http.server.started", NULL },
    { "http.server.finished", NULL },
    { "http.server.aborted", NULL },
    { "http.server.errors", NULL },
    { "http.client.active", NULL },
    { "http.client.started", NULL },
    { "http.client.finished", NULL },
    { "http.client.aborted", NULL },
    { "http.client.errors", NULL },
    { "sockets.total", descriptors },
    { "sockets.tcp.established", descriptors },
    { "sockets.tcp.close_wait", descriptors },
    { "sockets.tcp.syn_sent", NULL },
    { "sockets.tcp.syn_recv", NULL },
    { "sockets.tcp.fin_wait1", NULL },
    { "sockets.tcp.fin_wait2", NULL },
    { "sockets.tcp.close", NULL },
    { "sockets.tcp.last_ack", NULL },
    { "sockets.tcp.listen", NULL },
    { "sockets.tcp.closing", NULL },
    { "sockets.udp", NULL },
    { "sockets.unix", NULL },
    { "sockets.other", NULL },
    { "sockets.outside_libuv", descriptors },
    { "sockets.recv_queue_bytes", NULL },
    { "sockets.send_queue_bytes", NULL },
    { "sockets.oldest_s", NULL },
    { "sockets.close_wait.count", NULL },
    { "sockets.close_wait.oldest_s", NULL },
};

#define FIGURES (sizeof figures / sizeof figures[0])

/* ---- Names ------------------------------------------------------------------------- */

const char *ph_figure_bare(const char *figure)
{
    size_t n = sizeof prefix - 1;

    return strncmp(figure, prefix, n) == 0 ? figure + n : figure;
}

static bool is_in(const char *path, const char *const *sections, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(sections[i]);

        if (strncmp(path, sections[i], n) == 0 && path[n] == '.' && path[n + 1] != '\0')
            return true;
    }
    return false;
}

bool ph_figure_is_of_threads(const char *path)
{
    static const char *const sections[] = { "threads",   "loop", "heap",     "gc",
                                            "handles", "listeners", "http", "resources" };

    return is_in(path, sections, sizeof sections / sizeof sections[0]);
}

static bool may_be(const char *path)
{
    static const char *const sections[] = { "service", "process", "sockets",
                                            "objects", "metrics", "porthole" };

    return strcmp(path, ph_figure_threads) == 0 || ph_figure_is_of_threads(path) ||
           is_in(path, sections, sizeof sections / sizeof sections[0]);
}

/* NULL: it is one we know, or nothing is near. */
static const char *near_to(const char *figure)
{
    static const char *const free_names[] = { "objects", "metrics", "resources" };
    const char *names[FIGURES];

    figure = ph_figure_bare(figure);
    if (is_in(figure, free_names, sizeof free_names / sizeof free_names[0]))
        return NULL;
    for (size_t i = 0; i < FIGURES; i++) {
        if (strcmp(figures[i].name, figure) == 0)
            return NULL;
        names[i] = figures[i].name;
    }
    return ph_rulevalue_near(figure, names, FIGURES);
}

/* ---- What they are ----------------------------------------------------------------- */

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_share(const char *figure)
{
    return ends_in(figure, "utilization") || ends_in(figure, "share");
}

bool ph_figure_is_highest(const char *figure)
{
    return is_share(figure) || strstr(figure, "_ms") != NULL;
}

const char *ph_figure_limit(const char *figure)
{
    figure = ph_figure_bare(figure);
    for (size_t i = 0; i < FIGURES; i++)
        if (strcmp(figures[i].name, figure) == 0)
            return figures[i].limit;
    return NULL;
}

/* ---- Rules ------------------------------------------------------------------------- */

static void place(const struct ph_rulefile_rule *rule, struct ph_rulefile_error *err)
{
    const char *at = strstr(rule->trigger, rule->figure);

    err->line = rule->when_line;
    err->column = rule->when_column + (unsigned)(at ? at - rule->trigger : 0);
}

bool ph_figure_check(const struct ph_rulefile_rule *rule, struct ph_rulefile_error *err)
{
    const char *figure = rule->figure, *near;

    if (figure[0] == '\0')
        return true;
    place(rule, err);
    near = near_to(figure);
    if (near || !may_be(figure)) {
        snprintf(err->text, sizeof err->text, "no figure is called '%s'%s%s%s", figure,
                 near ? "; is it '" : "", near ? near : "", near ? "'?" : "");
        return false;
    }
    if (rule->percent && !ph_figure_limit(figure) && !is_share(figure)) {
        snprintf(err->text, sizeof err->text, "'%s' has no limit that it could be a share of",
                 figure);
        return false;
    }
    return true;
}
