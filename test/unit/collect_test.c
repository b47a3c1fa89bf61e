/* SPDX-License-Identifier: MIT */
/* Each collector against a process whose state the test itself has made: breaking one of
 * them fails here. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "porthole.h"

static porthole_agent *agent;

static void begin(void)
{
    agent = live_start(NULL);
}

static void end(void)
{
    porthole_stop(agent);
}

TestSuite(collect, .init = begin, .fini = end);

/* The number at a path of keys such as "process", "fds", "open" in a fresh state; -1 for
 * null or none. Descriptors are counted at a pace: ask until it is `least` or more. */
static double figure(const char *section, const char *group, const char *key)
{
    char *text = NULL;
    size_t len;
    json_t *state, *at;
    double value;

    cr_assert_eq(porthole_state(agent, &text, &len), PORTHOLE_OK);
    state = json_loads(text, 0, NULL);
    at = json_object_get(state, section);
    at = group ? json_object_get(at, group) : at;
    at = json_object_get(at, key);
    value = json_is_number(at) ? json_number_value(at) : -1;
    json_decref(state);
    free(text);
    return value;
}

static bool reaches(const char *section, const char *group, const char *key, double least)
{
    for (int tries = 0; tries < 200; tries++) {
        if (figure(section, group, key) >= least)
            return true;
        usleep(50000);
    }
    return false;
}

struct connection {
    int listener, client, server;
};

static struct connection connect_to_ourselves(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof a;
    struct connection c;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(c.listener, (struct sockaddr *)&a, sizeof a), 0);
    cr_assert_eq(listen(c.listener, 4), 0);
    cr_assert_eq(getsockname(c.listener, (struct sockaddr *)&a, &len), 0);
    c.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(c.client, (struct sockaddr *)&a, sizeof a), 0);
    c.server = accept(c.listener, NULL, NULL);
    cr_assert_geq(c.server, 0);
    return c;
}

static void disconnect(const struct connection *c)
{
    close(c->listener);
    close(c->client);
    if (c->server >= 0)
        close(c->server);
}

Test(collect, sockets_shows_connections_by_state)
{
    struct connection c = connect_to_ourselves();

    cr_expect(reaches("sockets", "tcp", "established", 2));
    cr_expect(reaches("sockets", "tcp", "listen", 2), "ours and the agent's");
    shutdown(c.client, SHUT_RDWR);
    cr_expect(reaches("sockets", "tcp", "close_wait", 1));
    disconnect(&c);
}

Test(collect, sockets_shows_other_families)
{
    int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), pair[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);

    cr_expect(reaches("sockets", NULL, "udp", 1));
    cr_expect(reaches("sockets", NULL, "unix", 2));
    cr_expect(reaches("sockets", NULL, "total", 5), "the agent's own two as well");
    close(udp);
    close(pair[0]);
    close(pair[1]);
}

Test(collect, sockets_names_the_peer)
{
    struct connection c = connect_to_ourselves();
    char *text = NULL;
    size_t len;

    cr_assert(reaches("sockets", "tcp", "established", 2));
    cr_assert_eq(porthole_state(agent, &text, &len), PORTHOLE_OK);
    cr_expect(strstr(text, "{\"peer\":\"127.0.0.1:*\",\"count\":1,\"local_port\":"), "%s",
              text);
    free(text);
    disconnect(&c);
}

Test(collect, process_counts_descriptors_and_knows_their_limit)
{
    int pipe_fds[2][2];

    cr_assert_eq(pipe(pipe_fds[0]), 0);
    cr_assert_eq(pipe(pipe_fds[1]), 0);

    cr_expect(reaches("process", "fds", "open", 10));
    cr_expect(reaches("process", "fds", "limit", 1));
    for (int i = 0; i < 2; i++) {
        close(pipe_fds[i][0]);
        close(pipe_fds[i][1]);
    }
}

Test(collect, process_shows_memory_cpu_and_threads)
{
    static const char *const above_zero[] = { "rss_bytes",  "rss_anon_bytes", "virtual_bytes",
                                              "cpu_user_s", "cpu_system_s",   "threads" };

    for (volatile unsigned long i = 0; i < 300000000; i++)
        continue; /* CPU time to be seen */
    for (size_t i = 0; i < sizeof above_zero / sizeof above_zero[0]; i++)
        cr_expect(reaches("process", NULL, above_zero[i], 0), "%s", above_zero[i]);
    cr_expect(figure("process", NULL, "rss_bytes") > 1e6);
    cr_expect(figure("process", NULL, "threads") >= 3);
    cr_expect(reaches("process", NULL, "cpu_user_s", 0.01));
}

Test(collect, service_and_captured_say_who_and_when)
{
    cr_expect_eq(figure("service", NULL, "pid"), getpid());
    cr_expect(figure("service", NULL, "uptime_s") >= 0);
    cr_expect(reaches("captured", NULL, "tick", 2));
}

Test(collect, porthole_says_what_it_costs)
{
    cr_expect(reaches("porthole", "cost", "cpu_ms", 0.01));
    cr_expect(reaches("porthole", "cost", "memory_bytes", 10000));
}

Test(collect, objects_counts_the_application_s_own)
{
    porthole_type *job = NULL;

    cr_assert_eq(porthole_type_register(agent, "job", &job), PORTHOLE_OK);
    porthole_type_created(job, 300);
    porthole_type_released(job, 40);
    porthole_type_collected(job, 2);

    cr_expect(reaches("objects", "job", "count", 258));
    cr_expect(reaches("objects", "job", "created", 300));
    cr_expect(reaches("objects", "job", "released", 40));
    cr_expect(reaches("objects", "job", "collected", 2));
    porthole_type_created(job, 500);
    cr_expect(reaches("objects", "job", "created_per_s", 0.1));
}

Test(collect, metrics_shows_the_application_s_own)
{
    porthole_series *done = NULL;

    cr_assert_eq(porthole_series_register(agent, PORTHOLE_COUNTER, "jobs_done", NULL, &done),
                 PORTHOLE_OK);
    porthole_series_add(done, 41.5);

    cr_expect(reaches("metrics", NULL, "jobs_done", 41.5));
}

/* ---- Threads: published by this test as a host would ---------------------------------- */

static json_t *thread_part(const char *part)
{
    char *text = NULL;
    size_t len;
    json_t *state, *found;

    usleep(120000); /* two ticks of 50 ms: what was published is in the state */
    cr_assert_eq(porthole_state(agent, &text, &len), PORTHOLE_OK);
    state = json_loads(text, 0, NULL);
    found = json_object_get(json_array_get(json_object_get(state, "threads"), 0), part);
    json_incref(found);
    json_decref(state);
    free(text);
    return found;
}

static double number_in(json_t *part, const char *group, const char *key)
{
    json_t *at = json_object_get(group ? json_object_get(part, group) : part, key);

    return json_is_number(at) ? json_number_value(at) : -1;
}

Test(collect, threads_shows_what_the_host_published)
{
    struct porthole_host host = { .name = "main" };
    struct porthole_heap heap = { .used_bytes = 111, .limit_bytes = 999 };
    struct porthole_row handle = { .name = "tcp", .value = { 7, 5, PORTHOLE_UNKNOWN } };
    struct porthole_row resource = { .name = "Timeout", .value = { 3 } };
    struct porthole_listeners listeners = { .total = 40, .emitters = 4, .counted_by = "test" };
    porthole_thread *self = NULL;
    json_t *part;

    cr_assert_eq(porthole_thread_join(agent, &host, &self), PORTHOLE_OK);
    porthole_heap_publish(self, &heap);
    porthole_table_publish(self, PORTHOLE_TABLE_HANDLES, &handle, 1, 0);
    porthole_table_publish(self, PORTHOLE_TABLE_RESOURCES, &resource, 1, 0);
    porthole_listeners_publish(self, &listeners);
    porthole_gc_done(self, PORTHOLE_GC_MINOR, 2000000, 0);
    porthole_gc_done(self, PORTHOLE_GC_MAJOR, 3000000, 77);

    part = thread_part("heap");
    cr_expect_eq(number_in(part, NULL, "used_bytes"), 111);
    cr_expect_eq(number_in(part, NULL, "limit_bytes"), 999);
    cr_expect_eq(number_in(part, NULL, "used_after_full_gc_bytes"), 77);
    json_decref(part);
    part = thread_part("gc");
    cr_expect_eq(number_in(part, NULL, "num_full_gc"), 1);
    cr_expect_eq(number_in(part, NULL, "num_minor_gc"), 1);
    cr_expect_float_eq(number_in(part, NULL, "pause_s"), 0.003, 1e-9,
                       "one inside of the other");
    json_decref(part);
    part = thread_part("handles");
    cr_expect_eq(number_in(part, NULL, "total"), 7);
    cr_expect_eq(number_in(part, NULL, "active"), 5);
    json_decref(part);
    part = thread_part("resources");
    cr_expect_eq(number_in(part, NULL, "Timeout"), 3);
    json_decref(part);
    part = thread_part("listeners");
    cr_expect_eq(number_in(part, NULL, "total"), 40);
    json_decref(part);
    porthole_thread_leave(self);
}

Test(collect, threads_shows_a_block_its_length_and_the_delay_it_means)
{
    struct porthole_host host = { .name = "main" };
    porthole_thread *self = NULL;
    json_t *loop;

    cr_assert_eq(porthole_thread_join(agent, &host, &self), PORTHOLE_OK);
    usleep(400000); /* never turns: blocked from 200 ms on */
    loop = thread_part("loop");

    cr_expect_str_eq(json_string_value(json_object_get(loop, "state")), "blocked");
    cr_expect(number_in(loop, NULL, "blocked_ms") >= 300);
    cr_expect(number_in(loop, "delay_ms", "p99") >= 250, "not a made-up 0");
    cr_expect_eq(number_in(loop, "blocks", "count"), 1);
    json_decref(loop);
    porthole_thread_leave(self);
}
