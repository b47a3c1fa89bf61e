/* SPDX-License-Identifier: MIT */
/* Owns the sections that say who is looked into, when, and what the looking costs. */
#include "collect_self.h"

#include <string.h>
#include <time.h>

#include "clock.h"
#include "porthole.h"
#include "porthole_wire.h"

enum { SCHEMA, CPU, LOOP, MEMORY, MISSED, REQUESTS };

static const struct ph_metric porthole_metrics[] = {
    [SCHEMA] = { PH_COUNT("schema"), "Version of the shape of /state.", NULL },
    [CPU] = { "cpu_ms", PH_COUNTER, PH_UNIT_MS, "CPU time of the agent's own threads.",
              "porthole_cpu_seconds_total" },
    [LOOP] = { "loop_ms", PH_COUNTER, PH_UNIT_MS,
               "Time taken from the event loops to observe them.",
               "porthole_loop_seconds_total" },
    [MEMORY] = { PH_BYTES("memory_bytes"), "Memory the agent holds.", "porthole_memory_bytes" },
    [MISSED] = { PH_TOTAL("missed_ticks"), "Ticks that came too late.",
                 "porthole_missed_ticks_total" },
    [REQUESTS] = { PH_TOTAL("requests"), "Requests answered.", "porthole_requests_total" },
};

/* Both of our threads; this runs on one of them. */
static uint64_t agent_cpu_ns(const struct ph_cost *cost)
{
    struct timespec http = { 0, 0 };

    if (cost->has_http_clock && clock_gettime(cost->http_clock, &http) != 0)
        http = (struct timespec){ 0, 0 }; /* that thread has ended: disabled */
    return ph_clock_thread_cpu_ns() + (uint64_t)http.tv_sec * PH_NS_PER_S +
           (uint64_t)http.tv_nsec;
}

static void collect_porthole(void *state, const struct ph_collect_env *env,
                             struct ph_builder *b)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    const struct ph_metric *m = porthole_metrics;
    struct ph_cost *cost = env->cost;
    uint64_t spent = atomic_load_explicit(&env->board->left_spent_ns, memory_order_relaxed);
    size_t n = ph_board_hold(env->board, held);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        spent += atomic_load_explicit(&held[i]->spent_ns, memory_order_relaxed);
        ph_thread_unref(held[i]);
    }
    ph_build_uint(b, &m[SCHEMA], PORTHOLE_SCHEMA);
    ph_build_text(b, "version", PORTHOLE_VERSION);
    ph_build_object(b, "cost");
    ph_build_real(b, &m[CPU], ph_clock_ms(agent_cpu_ns(cost)));
    ph_build_real(b, &m[LOOP], ph_clock_ms(spent));
    ph_build_uint(b, &m[MEMORY],
                  cost->tick_bytes + n * sizeof *held[0] +
                      atomic_load_explicit(&cost->http_bytes, memory_order_relaxed));
    ph_build_uint(b, &m[MISSED], cost->missed_ticks);
    ph_build_uint(b, &m[REQUESTS], atomic_load_explicit(&cost->requests, memory_order_relaxed));
    ph_build_end(b);
}

const struct ph_collector ph_collect_porthole = {
    .section = "porthole",
    PH_METRICS(porthole_metrics),
    .collect = collect_porthole,
};

enum { PID, UPTIME, STARTED, INFO, NODE_VERSION };

static const struct ph_metric service_metrics[] = {
    [PID] = { PH_COUNT("pid"), "Process id.", NULL },
    [UPTIME] = { "uptime_s", PH_GAUGE, PH_UNIT_SECONDS, "Age of the process.", NULL },
    [STARTED] = { NULL, PH_GAUGE, PH_UNIT_SECONDS,
                  "Start time of the process since unix epoch in seconds.",
                  "process_start_time_seconds" },
    [INFO] = { PH_COUNT(NULL), "Who the process is, in labels; always 1.", "porthole_info" },
    [NODE_VERSION] = { PH_COUNT(NULL), "Node.js version info.", "nodejs_version_info" },
};

/* The value 1 under `n` labels, in /metrics only; one without a value is left out. */
static void show_labels(struct ph_builder *b, const struct ph_metric *metric,
                        const char *const labels[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ph_build_item(b, labels[i][0], labels[i][1]);
        ph_build_hide(b);
    }
    ph_build_uint(b, metric, 1);
    for (size_t i = 0; i < n; i++)
        ph_build_end(b);
}

static bool is_node(const struct ph_identity *id)
{
    return id->runtime && id->runtime_version && strcmp(id->runtime, "node") == 0;
}

static void show_info(struct ph_builder *b, const struct ph_identity *id)
{
    const char *node = is_node(id) ? id->runtime_version : NULL;
    const char *const labels[][2] = {
        { "service", id->service }, { "component", id->component }, { "version", id->version },
        { "ident", id->ident },     { "host", id->host },           { "node", node },
    };

    show_labels(b, &service_metrics[INFO], labels, sizeof labels / sizeof labels[0]);
}

/* As prom-client has it: a label for each part of "v20.11.1". */
static void show_node_version(struct ph_builder *b, const struct ph_identity *id)
{
    char part[3][12] = { "", "", "" };
    const char *const labels[][2] = { { "version", id->runtime_version },
                                      { "major", part[0] },
                                      { "minor", part[1] },
                                      { "patch", part[2] } };
    const char *at;

    if (!is_node(id))
        return;
    at = id->runtime_version + (id->runtime_version[0] == 'v');
    for (size_t i = 0; i < 3; i++) {
        size_t digits = strspn(at, "0123456789");

        if (digits == 0 || digits >= sizeof part[i])
            return;
        memcpy(part[i], at, digits);
        at += digits + (at[digits] == '.');
    }
    show_labels(b, &service_metrics[NODE_VERSION], labels, sizeof labels / sizeof labels[0]);
}

static void collect_service(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    const struct ph_identity *id = env->identity;
    uint64_t age = env->now_unix_ns - id->started_unix_ns;

    (void)state;
    ph_build_text(b, "name", id->service);
    ph_build_text(b, "component", id->component);
    ph_build_text(b, "ident", id->ident);
    ph_build_text(b, "version", id->version);
    ph_build_text(b, "host", id->host);
    ph_build_uint(b, &service_metrics[PID], (uint64_t)id->pid);
    ph_build_text(b, id->runtime, id->runtime_version);
    ph_build_time(b, "started", id->started_unix_ns);
    ph_build_real(b, &service_metrics[UPTIME], ph_clock_ms(age) / 1000);
    ph_build_real(b, &service_metrics[STARTED], ph_clock_ms(id->started_unix_ns) / 1000);
    show_info(b, id);
    show_node_version(b, id);
}

const struct ph_collector ph_collect_service = {
    .section = "service",
    PH_METRICS(service_metrics),
    .collect = collect_service,
};

enum { TICK };

static const struct ph_metric captured_metrics[] = {
    [TICK] = { PH_TOTAL("tick"), "Ticks since start.", NULL },
};

static void collect_captured(void *state, const struct ph_collect_env *env,
                             struct ph_builder *b)
{
    (void)state;
    ph_build_time(b, "at", env->now_unix_ns);
    ph_build_uint(b, &captured_metrics[TICK], env->tick);
}

const struct ph_collector ph_collect_captured = {
    .section = "captured",
    PH_METRICS(captured_metrics),
    .collect = collect_captured,
};
