/* SPDX-License-Identifier: MIT */
/* The whole agent: its life, and the document it serves. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "alloc.h"
#include "client.h"
#include "guard.h"
#include "porthole.h"
#include "scratch.h"

TestSuite(agent, .init = scratch_init, .fini = scratch_fini);

static struct porthole_config config;
static struct answer reply;

/* A configuration with a run directory, so that everything there is gets used. */
static void configure(void)
{
    live_config(&config);
    config.run_dir = scratch_path("");
}

static json_t *state_of(porthole_agent *agent)
{
    json_error_t at;
    json_t *state;
    char *text;
    size_t len;

    cr_assert_eq(porthole_state(agent, &text, &len), PORTHOLE_OK);
    cr_assert_eq(strlen(text), len);
    state = json_loads(text, JSON_REJECT_DUPLICATES, &at);
    cr_assert_not_null(state, "%s at %d", at.text, at.position);
    free(text);
    return state;
}

/* ---- Life -------------------------------------------------------------------------- */

/* An agent that starts but cannot answer would be worse than none: it would hang pollers. */
Test(agent, an_agent_that_starts_with_few_descriptors_left_answers_all_the_same)
{
    struct rlimit before, few;
    unsigned refused = 0, answered = 0;

    live_config(&config);
    getrlimit(RLIMIT_NOFILE, &before);
    for (rlim_t limit = 8; limit < 40; limit++) {
        porthole_agent *poor = NULL;

        few = before;
        few.rlim_cur = limit;
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
        if (porthole_start(&config, &poor, NULL) != PORTHOLE_OK)
            refused++;
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        if (!poor)
            continue;
        cr_assert_eq(client_get(poor, "/livez", "", &reply), 200, "%u", (unsigned)limit);
        answered++;
        porthole_stop(poor);
    }

    cr_assert(refused > 0 && answered > 0);
}

Test(agent, started_and_stopped_200_times_it_leaves_nothing)
{
    int fds = guard_open_fds(), threads = guard_threads();

    configure();
    for (int i = 0; i < 200; i++) {
        porthole_agent *agent = NULL;
        porthole_error err;

        cr_assert_eq(porthole_start(&config, &agent, &err), PORTHOLE_OK, "%s", err.text);
        porthole_stop(agent);
    }

    cr_assert_eq(guard_open_fds(), fds);
    cr_assert_leq(guard_threads(), threads + 1, "one may still be leaving the kernel");
}

Test(agent, stopping_takes_a_fraction_of_a_second)
{
    uint64_t began;
    porthole_agent *agent;

    configure();
    config.tick_ms = 60000;
    agent = live_start(&config);
    began = ph_clock_ns();
    porthole_stop(agent);

    cr_assert_lt(ph_clock_ns() - began, PH_NS_PER_S / 2);
}

Test(agent, no_agent_may_be_stopped)
{
    porthole_stop(NULL);
}

Test(agent, its_files_are_there_while_it_runs)
{
    porthole_agent *agent;
    char sock[64], record[64];

    configure();
    snprintf(sock, sizeof sock, "%d.sock", (int)getpid());
    snprintf(record, sizeof record, "%d.porthole", (int)getpid());
    agent = live_start(&config);
    cr_assert_str_eq(porthole_socket(agent), scratch_path(sock));
    cr_assert(scratch_has(sock));
    cr_assert(scratch_has(record));
    porthole_stop(agent);

    cr_assert_not(scratch_has(sock));
    cr_assert_not(scratch_has(record));
}

Test(agent, two_of_them_share_a_port_range)
{
    porthole_agent *one, *two;
    struct answer *answer = malloc(sizeof *answer);

    live_config(&config);
    one = live_start(&config);
    config.port = live_port(one);
    two = live_start(&config);

    cr_assert_gt(live_port(two), live_port(one));
    cr_assert_eq(client_get(one, "/livez", "", answer), 200);
    cr_assert_eq(client_get(two, "/livez", "", answer), 200);
    porthole_stop(one);
    porthole_stop(two);
    free(answer);
}

Test(agent, an_unusable_run_directory_leaves_it_with_tcp)
{
    porthole_agent *agent;

    configure();
    config.run_dir = "/proc/self/nowhere";
    agent = live_start(&config);

    cr_assert_str_eq(porthole_socket(agent), "");
    cr_assert_gt(live_port(agent), 0);
    porthole_stop(agent);
}

Test(agent, without_tcp_it_has_the_unix_socket_only)
{
    porthole_agent *agent;

    configure();
    config.port = -1;
    agent = live_start(&config);

    cr_assert_str_eq(porthole_url(agent), "");
    close(client_unix(porthole_socket(agent)));
    porthole_stop(agent);
}

Test(agent, with_nothing_to_listen_on_it_does_not_start)
{
    porthole_agent *agent = NULL;
    porthole_error err;

    live_config(&config);
    config.port = -1;

    cr_assert_eq(porthole_start(&config, &agent, &err), PORTHOLE_EINVAL);
    cr_assert_str_eq(err.text, "options 'port' and 'run_dir' leave nothing to listen on");
    config.run_dir = "/proc/self/nowhere";
    cr_assert_eq(porthole_start(&config, &agent, &err), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "'/proc/self/nowhere'"), "%s", err.text);
    cr_assert_null(agent);
}

Test(agent, an_error_text_is_not_needed)
{
    porthole_agent *agent = NULL;

    live_config(&config);
    config.tick_ms = 1;

    cr_assert_eq(porthole_start(&config, &agent, NULL), PORTHOLE_EINVAL);
}

Test(agent, survives_every_failed_allocation_of_its_start)
{
    configure();
    EVERY_ALLOC_FAILS({
        porthole_agent *agent = NULL;
        porthole_error err;
        enum porthole_status rc = porthole_start(&config, &agent, &err);

        cr_assert(rc == PORTHOLE_OK || alloc_failed(), "%s", err.text);
        cr_assert_eq(rc == PORTHOLE_OK, agent != NULL);
        cr_assert(rc == PORTHOLE_OK || rc == PORTHOLE_ENOMEM);
        porthole_stop(agent);
    });
}

/* ---- A forked child ---------------------------------------------------------------- */

static int in_child(porthole_agent *agent)
{
    struct porthole_host host = { .name = "child" };
    porthole_thread *joined = NULL;
    porthole_series *series = NULL;
    porthole_family *family = NULL;
    char *json = NULL;
    size_t len;

    if (porthole_state(agent, &json, &len) != PORTHOLE_ESTOPPED)
        return 1;
    if (porthole_thread_join(agent, &host, &joined) != PORTHOLE_ESTOPPED)
        return 2;
    if (porthole_series_register(agent, PORTHOLE_GAUGE, "x", NULL, &series) !=
        PORTHOLE_ESTOPPED)
        return 3;
    if (porthole_family_register(agent, &(struct porthole_family_spec){ .name = "x" }, &family,
                                 NULL) != PORTHOLE_ESTOPPED)
        return 5;
    porthole_stop(agent);
    return strlen(porthole_url(agent)) ? 0 : 4;
}

Test(agent, a_forked_child_can_do_nothing_to_it)
{
    struct answer *answer = malloc(sizeof *answer);
    porthole_agent *agent;
    int status;
    pid_t pid;

    configure();
    agent = live_start(&config);
    pid = fork();
    if (pid == 0)
        _exit(in_child(agent));
    waitpid(pid, &status, 0);

    cr_assert_eq(status, 0);
    cr_assert_eq(access(porthole_socket(agent), F_OK), 0, "the parent's files stay");
    cr_assert_eq(client_get(agent, "/livez", "", answer), 200);
    porthole_stop(agent);
    free(answer);
}

/* ---- The document ------------------------------------------------------------------ */

Test(agent, the_state_has_the_sections_of_the_contract)
{
    static const char *const paths[] = {
        "porthole.schema",
        "porthole.version",
        "porthole.cost.cpu_ms",
        "porthole.cost.loop_ms",
        "porthole.cost.memory_bytes",
        "porthole.cost.missed_ticks",
        "service.name",
        "service.ident",
        "service.host",
        "service.pid",
        "service.started",
        "service.uptime_s",
        "captured.at",
        "captured.tick",
        "process.rss_bytes",
        "process.rss_anon_bytes",
        "process.virtual_bytes",
        "process.cpu_user_s",
        "process.cpu_system_s",
        "process.threads",
        "process.page_faults_major",
        "process.context_switches_involuntary",
        "process.fds.open",
        "process.fds.limit",
        "process.fds.by_kind.socket",
        "process.cgroup",
        "process.malloc_bytes",
        "threads",
        "sockets.total",
        "sockets.tcp.established",
        "sockets.tcp.close_wait",
        "sockets.tcp.listen",
        "sockets.udp",
        "sockets.unix",
        "sockets.by_peer",
        "sockets.outside_libuv",
        "objects",
        "metrics",
    };
    porthole_agent *agent = live_start(NULL);
    json_t *state = state_of(agent);

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        json_t *node = state;
        char path[64], *save = NULL;

        snprintf(path, sizeof path, "%s", paths[i]);
        for (char *key = strtok_r(path, ".", &save); key; key = strtok_r(NULL, ".", &save))
            node = json_object_get(node, key);
        cr_expect_not_null(node, "%s", paths[i]);
    }
    cr_assert_eq(json_integer_value(json_object_get(json_object_get(state, "service"), "pid")),
                 getpid());
    json_decref(state);
    porthole_stop(agent);
}

static json_t *first_thread(json_t *state)
{
    return json_array_get(json_object_get(state, "threads"), 0);
}

Test(agent, what_a_host_has_not_told_is_null)
{
    const struct porthole_host host = { .name = "main" };
    porthole_agent *agent = live_start(NULL);
    porthole_thread *thread;
    json_t *state;

    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    state = state_of(agent);

    cr_assert_not_null(first_thread(state), "who has joined sees himself at once");
    cr_assert(json_is_null(json_object_get(first_thread(state), "age_ms")));
    cr_assert(json_is_null(json_object_get(first_thread(state), "heap")));
    cr_assert(json_is_null(json_object_get(first_thread(state), "gc")));
    cr_assert(json_is_null(json_object_get(first_thread(state), "handles")));
    cr_assert(json_is_null(json_object_get(first_thread(state), "listeners")));
    json_decref(state);
    porthole_thread_leave(thread);
    porthole_stop(agent);
}

static void publish_all(porthole_thread *t)
{
    const struct porthole_heap heap = { .used_bytes = 111, .limit_bytes = PORTHOLE_UNKNOWN };
    const struct porthole_row handles = { .name = "tcp", .value = { 4, 3, 9, 5 } };
    const struct porthole_row top = { "Socket", "error", NULL, { 12, 7 } };
    const struct porthole_listeners listeners = { .total = 70, .counted_by = "a test" };

    porthole_loop_delayed(t, 5000000, 0);
    porthole_gc_done(t, PORTHOLE_GC_MAJOR, 3000000, 1 << 20);
    porthole_table_publish(t, PORTHOLE_TABLE_HANDLES, &handles, 1, 0);
    porthole_table_publish(t, PORTHOLE_TABLE_LISTENERS, &top, 1, 0);
    porthole_listeners_publish(t, &listeners);
    porthole_thread_published(t, ph_clock_ns(), 1000000);
    porthole_heap_publish(t, &heap); /* last: what the test waits for */
}

Test(agent, what_a_host_publishes_is_shown)
{
    const struct porthole_host host = { .name = "worker 3", .id = 3 };
    porthole_agent *agent = live_start(NULL);
    porthole_thread *thread;
    json_t *state = NULL, *t, *heap;
    int total = 0;

    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    publish_all(thread);
    do {
        json_decref(state);
        state = state_of(agent);
        t = first_thread(state);
        heap = json_object_get(t, "heap");
    } while (!json_is_object(heap));

    cr_assert_str_eq(json_string_value(json_object_get(t, "name")), "worker 3");
    cr_assert_eq(json_integer_value(json_object_get(heap, "used_bytes")), 111);
    cr_assert(json_is_null(json_object_get(heap, "limit_bytes")));
    cr_assert_eq(
        json_unpack(t, "{s:{s:{s:{s:i}}}}", "handles", "by_kind", "tcp", "created", &total), 0);
    cr_assert_eq(total, 9);
    cr_assert_eq(json_unpack(t, "{s:{s:i}}", "gc", "num_full_gc", &total), 0);
    cr_assert_eq(total, 1);
    cr_assert_eq(json_unpack(t, "{s:{s:[{s:i}]}}", "listeners", "top", "most_on_one", &total),
                 0);
    cr_assert_eq(total, 7);
    json_decref(state);
    porthole_thread_leave(thread);
    porthole_stop(agent);
}

Test(agent, the_applications_numbers_are_shown)
{
    porthole_agent *agent = live_start(NULL);
    porthole_series *jobs = NULL;
    json_t *state = NULL, *shown;

    cr_assert_eq(porthole_series_register(agent, PORTHOLE_COUNTER, "jobs", "Jobs.", &jobs),
                 PORTHOLE_OK);
    porthole_series_add(jobs, 2.5);
    do {
        json_decref(state);
        state = state_of(agent);
        shown = json_object_get(json_object_get(state, "metrics"), "jobs");
    } while (!shown);

    cr_assert_float_eq(json_number_value(shown), 2.5, 0);
    json_decref(state);
    porthole_stop(agent);
}

Test(agent, what_a_thread_counted_in_its_own_memory_outlives_it)
{
    static const char *const labels[] = { "method" }, *const values[] = { "GET" };
    struct porthole_family_spec spec = {
        .kind = PORTHOLE_COUNTER, .name = "requests", .labels = labels, .n_labels = 1
    };
    struct porthole_host host = { .name = "worker" };
    porthole_agent *agent = live_start(NULL);
    double *cell = calloc(1, sizeof *cell);
    porthole_family *family;
    porthole_thread *thread;
    porthole_series *series;
    json_t *state, *first;

    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    cr_assert_eq(porthole_family_register(agent, &spec, &family, NULL), PORTHOLE_OK);
    cr_assert_eq(porthole_family_series(family, values, &series), PORTHOLE_OK);
    cr_assert_eq(porthole_series_cells(series, thread, cell), PORTHOLE_OK);
    __atomic_store(cell, &(double){ 41 }, __ATOMIC_RELAXED); /* as TSan wants it */
    porthole_thread_leave(thread);
    free(cell);
    porthole_series_add(series, 1);
    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    state = state_of(agent);
    first = json_array_get(json_object_get(json_object_get(state, "metrics"), "requests"), 0);

    cr_assert_float_eq(json_number_value(json_object_get(first, "value")), 42, 0);
    json_decref(state);
    porthole_thread_leave(thread);
    porthole_stop(agent);
}

Test(agent, copying_the_state_reports_a_failed_allocation)
{
    porthole_agent *agent = live_start(NULL);

    EVERY_ALLOC_FAILS({
        char *json = NULL;
        size_t len;

        cr_assert_eq(porthole_state(agent, &json, &len),
                     alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
        free(json);
    });
    porthole_stop(agent);
}
