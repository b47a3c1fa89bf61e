/* SPDX-License-Identifier: MIT */
/* What a well-behaved client is told. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "client.h"
#include "porthole.h"
#include "scratch.h"

#define TOKEN "0123456789abcdef"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"

static struct porthole_config config;
static struct answer answer;
static porthole_agent *agent;

static void init(void)
{
    scratch_init();
    live_config(&config);
    config.run_dir = scratch_path("");
    agent = live_start(&config);
}

static void fini(void)
{
    porthole_stop(agent);
    scratch_fini();
}

TestSuite(http, .init = init, .fini = fini);

/* Replace the agent by one with the configuration as it is now. */
static void restart(void)
{
    porthole_stop(agent);
    agent = live_start(&config);
}

static int get(const char *target, const char *headers)
{
    return client_get(agent, target, headers, &answer);
}

/* ---- Answers ----------------------------------------------------------------------- */

Test(http, every_route_answers)
{
    static const struct {
        const char *target, *type, *begins;
    } rows[] = {
        { "/", "text/plain; charset=utf-8", "porthole 0." },
        { "/state", "application/json", "{\"porthole\":{\"schema\":1," },
        { "/state/process", "application/json", "{\"rss_bytes\":" },
        { "/state/captured", "application/json", "{\"at\":\"20" },
        { "/metrics", "text/plain; version=0.0.4; charset=utf-8", "# HELP " },
        { "/healthz", "application/json", "{\"status\":\"ok\"}\n" },
        { "/livez", "application/json", "{\"status\":\"ok\"}\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(get(rows[i].target, ""), 200, "%s", rows[i].target);
        cr_assert_str_eq(client_header(&answer, "Content-Type"), rows[i].type);
        cr_assert_eq(strncmp(answer.body, rows[i].begins, strlen(rows[i].begins)), 0,
                     "%s: %.60s", rows[i].target, answer.body);
        cr_assert_eq(answer.body[answer.len - 1], '\n', "%s", rows[i].target);
        cr_assert_str_eq(client_header(&answer, "X-Porthole"), PORTHOLE_VERSION);
        cr_assert_str_eq(client_header(&answer, "Cache-Control"), "no-store");
    }
}

Test(http, the_list_of_paths_is_html_for_a_browser)
{
    cr_assert_eq(get("/", "Accept: text/html,application/xhtml+xml\r\n"), 200);

    cr_assert_str_eq(client_header(&answer, "Content-Type"), "text/html; charset=utf-8");
    cr_assert_eq(strncmp(answer.body, "<!doctype html>", 15), 0);
    cr_assert_not_null(strstr(answer.body, "<a href=\"/metrics\">"));
}

Test(http, openmetrics_is_given_when_asked_for)
{
    cr_assert_eq(get("/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n"),
                 200);

    cr_assert_eq(
        strncmp(client_header(&answer, "Content-Type"), "application/openmetrics-text", 28), 0);
    cr_assert_str_eq(answer.body + answer.len - 7, "\n# EOF\n");
}

Test(http, fields_and_pretty_shape_the_state)
{
    cr_assert_eq(get("/state?fields=service.pid", ""), 200);
    char wanted[64];

    snprintf(wanted, sizeof wanted, "{\"service\":{\"pid\":%d}}\n", (int)getpid());
    cr_assert_str_eq(answer.body, wanted);
    cr_assert_eq(get("/state/service?fields=pid&pretty", ""), 200);

    snprintf(wanted, sizeof wanted, "{\n  \"pid\": %d\n}\n", (int)getpid());
    cr_assert_str_eq(answer.body, wanted);
}

#define COMMAS ",,,,,,,,,,,,,,,,"

Test(http, too_many_fields_are_a_bad_request)
{
    cr_assert_eq(get("/state?fields=" COMMAS COMMAS COMMAS COMMAS, ""), 400);

    cr_assert_not_null(strstr(answer.body, "{\"error\":{\"code\":\"bad-fields\","));
}

Test(http, what_is_not_there_is_404_in_json)
{
    static const char *const targets[] = {
        "/nothing",     "/state/", "/state/nothing", "/metrics/", "/state/process/rss_bytes",
        "/%2e%2e/state"
    };

    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        cr_assert_eq(get(targets[i], ""), 404, "%s", targets[i]);
        cr_assert_eq(strncmp(answer.body, "{\"error\":{\"code\":\"not-found\",", 29), 0, "%s",
                     answer.body);
    }
}

static int ask(int fd, const char *request)
{
    client_send(fd, request);
    return client_read(fd, &answer, strncmp(request, "HEAD", 4) == 0);
}

Test(http, other_methods_are_405_with_those_allowed)
{
    static const char *const methods[] = { "POST",  "PUT",  "DELETE", "OPTIONS",
                                           "TRACE", "BREW", "get" };

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        char request[128];
        int fd = client_tcp(agent);

        snprintf(request, sizeof request, "%s /state HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 methods[i]);
        cr_assert_eq(ask(fd, request), 405, "%s", methods[i]);
        cr_assert_str_eq(client_header(&answer, "Allow"), "GET, HEAD");
        close(fd);
    }
}

Test(http, head_is_get_without_the_body)
{
    int fd = client_tcp(agent);

    cr_assert_eq(ask(fd, "HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
    cr_assert_eq(answer.len, strlen("{\"status\":\"ok\"}\n"));
    cr_assert_eq(ask(fd, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200,
                 "the connection goes on");
    cr_assert_str_eq(answer.body, "{\"status\":\"ok\"}\n");
    close(fd);
}

Test(http, a_connection_serves_many_requests)
{
    int fd = client_tcp(agent);

    for (int i = 0; i < 200; i++)
        cr_assert_eq(ask(fd, "GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
    close(fd);
}

Test(http, pipelined_requests_are_answered_in_order)
{
    int fd = client_tcp(agent);

    client_send(fd, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    "HEAD /state HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

    cr_assert_eq(client_read(fd, &answer, false), 200);
    cr_assert_eq(client_read(fd, &answer, false), 404);
    cr_assert_eq(client_read(fd, &answer, true), 200);
    cr_assert_eq(client_read(fd, &answer, false), 200);
    cr_assert_str_eq(answer.body, "{\"status\":\"ok\"}\n");
    close(fd);
}

Test(http, http_1_0_is_answered_and_closed)
{
    int fd = client_tcp(agent);

    cr_assert_eq(ask(fd, "GET /livez HTTP/1.0\r\n\r\n"), 200);
    cr_assert_geq(client_await_end(fd, 5000, true), 0);
    close(fd);
}

Test(http, the_state_says_how_old_it_is_and_live_answers_do_not)
{
    config.tick_ms = 60000;
    restart();

    cr_assert_eq(get("/state", ""), 200);
    cr_assert_str_eq(client_header(&answer, "Age"), "0");
    cr_assert_eq(get("/healthz", ""), 200);
    cr_assert_str_eq(client_header(&answer, "Age"), "");
    do
        cr_assert_eq(get("/metrics", ""), 200);
    while (strcmp(client_header(&answer, "Age"), "1") < 0);
}

Test(http, between_two_ticks_everybody_gets_the_same_bytes)
{
    static struct answer again;
    const char *tick, *tick_again;

    config.tick_ms = 60000;
    restart();
    do { /* a start may be followed by a hurried tick */
        cr_assert_eq(get("/state", ""), 200);
        cr_assert_eq(client_get(agent, "/state", "", &again), 200);
        tick = strstr(answer.body, "\"tick\":");
        tick_again = strstr(again.body, "\"tick\":");
    } while (tick[7] != tick_again[7]);

    cr_assert_str_eq(answer.body, again.body);
}

/* ---- Who may ask ------------------------------------------------------------------- */

Test(http, requests_under_a_foreign_name_are_refused)
{
    cr_assert_eq(get("/livez", "Host: evil.com\r\n"), 403);
    cr_assert_not_null(strstr(answer.body, "'evil.com'"), "%s", answer.body);
    cr_assert_eq(get("/livez", "Host: 10.1.2.3:80\r\n"), 200);

    config.allowed_hosts = "metrics.lan";
    restart();
    cr_assert_eq(get("/livez", "Host: metrics.lan\r\n"), 200);
}

Test(http, with_a_token_only_monitoring_is_open)
{
    config.token = TOKEN;
    restart();

    cr_assert_eq(get("/state", ""), 401);
    cr_assert_str_eq(client_header(&answer, "WWW-Authenticate"), "Bearer realm=\"porthole\"");
    cr_assert_eq(get("/nothing", ""), 401, "nor what there is");
    cr_assert_eq(get("/state", "Authorization: Bearer 1123456789abcdef\r\n"), 401);
    cr_assert_eq(get("/state", BEARER), 200);
    cr_assert_eq(get("/nothing", BEARER), 404);
    cr_assert_eq(get("/metrics", ""), 200);
    cr_assert_eq(get("/healthz", ""), 200);
    cr_assert_eq(get("/livez", ""), 200);
}

Test(http, when_all_is_protected_nothing_is_open)
{
    static const char *const targets[] = { "/", "/state", "/metrics", "/healthz", "/livez" };

    config.token = TOKEN;
    config.protect_all = true;
    restart();

    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        cr_assert_eq(get(targets[i], ""), 401, "%s", targets[i]);
        cr_assert_eq(get(targets[i], BEARER), 200, "%s", targets[i]);
    }
}

Test(http, the_unix_socket_needs_neither_token_nor_host)
{
    int fd;

    config.token = TOKEN;
    config.protect_all = true;
    restart();
    fd = client_unix(porthole_socket(agent));

    cr_assert_eq(ask(fd, "GET /state HTTP/1.1\r\nHost: evil.com\r\n\r\n"), 200);
    cr_assert_eq(ask(fd, "GET /state HTTP/1.0\r\n\r\n"), 200);
    close(fd);
}

/* ---- Health ------------------------------------------------------------------------ */

Test(http, a_main_loop_that_is_stuck_is_unhealthy)
{
    const struct porthole_host host = { .name = "main" };
    porthole_thread *thread = NULL;
    uint64_t stuck_since;

    config.blocked_ms = 10;
    config.unhealthy_ms = 10;
    restart();
    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    porthole_loop_before_poll(thread, ph_clock_ns(), 0);
    cr_assert_eq(get("/healthz", ""), 200, "it waits for events");

    stuck_since = ph_clock_ns();
    porthole_loop_after_poll(thread, stuck_since - 60 * PH_NS_PER_MS);
    cr_assert_eq(get("/healthz", ""), 503);
    cr_assert_eq(strncmp(answer.body, "{\"status\":\"blocked\",\"blocked_ms\":", 33), 0);
    cr_assert_geq(strtod(answer.body + 33, NULL), 60);
    cr_assert_not_null(strstr(answer.body, ",\"thread\":\"main\"}\n"));
    cr_assert_eq(get("/livez", ""), 200);

    porthole_loop_before_poll(thread, ph_clock_ns(), 0);
    cr_assert_eq(get("/healthz", ""), 200, "it turns again");
    porthole_thread_leave(thread);
}

Test(http, a_worker_may_compute_for_as_long_as_it_likes)
{
    const struct porthole_host host = { .name = "worker 1", .id = 1 };
    porthole_thread *thread = NULL;

    config.unhealthy_ms = 10;
    restart();
    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    porthole_loop_after_poll(thread, ph_clock_ns() - PH_NS_PER_S);

    cr_assert_eq(get("/healthz", ""), 200);
    porthole_thread_leave(thread);
}

/* ---- Stopping ---------------------------------------------------------------------- */

static atomic_bool stopping;

static void *ask_until_refused(void *arg)
{
    const char *path = arg;
    static _Thread_local struct answer got;

    while (!atomic_load(&stopping)) {
        int fd = client_unix(path);

        for (int i = 0; i < 20; i++) {
            client_send(fd, "GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n");
            if (client_read(fd, &got, false) != 200)
                break;
        }
        close(fd);
        if (got.status != 200)
            break;
    }
    return NULL;
}

Test(http, it_stops_while_requests_are_in_flight)
{
    pthread_t clients[3];
    char path[128];
    uint64_t began;

    snprintf(path, sizeof path, "%s", porthole_socket(agent));
    for (size_t i = 0; i < 3; i++)
        pthread_create(&clients[i], NULL, ask_until_refused, path);
    while (get("/state?fields=porthole.cost.requests", "") == 200)
        if (strtoul(strstr(answer.body, "requests\":") + 10, NULL, 10) > 100)
            break;
    atomic_store(&stopping, true);
    began = ph_clock_ns();
    porthole_stop(agent);
    agent = NULL;

    cr_assert_lt(ph_clock_ns() - began, 2 * PH_NS_PER_S);
    for (size_t i = 0; i < 3; i++)
        pthread_join(clients[i], NULL);
}
