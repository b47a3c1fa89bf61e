/* SPDX-License-Identifier: MIT */
#include "agent/thread_http.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "agent/clock.h"
#include "shown.h"

static struct ph_board board;
static struct porthole_thread *host;
static struct ph_thread_scratch scratch;
static double server[PORTHOLE_HTTP_CELLS], client[PORTHOLE_HTTP_CELLS];

static void init(void)
{
    const struct porthole_host main_host = { .name = "main" };

    ph_board_init(&board, PH_NS_PER_S);
    cr_assert_eq(ph_board_join(&board, &main_host, &host), PORTHOLE_OK);
}

static void fini(void)
{
    porthole_thread_leave(host);
    ph_board_fini(&board);
}

TestSuite(thread_http, .init = init, .fini = fini);

static void lend(void)
{
    const double *cells[] = {
        [PORTHOLE_HTTP_SERVER] = server, [PORTHOLE_HTTP_CLIENT] = client
    };

    porthole_http_lend(host, cells);
}

static json_t *shown(void)
{
    ph_thread_http(&scratch, host, shown_begin());
    return shown_json();
}

/* The bucket of a duration, by the formula of porthole_counts.h. */
static size_t bucket(uint64_t ns)
{
    unsigned o = 63u - (unsigned)__builtin_clzll(ns);

    return PORTHOLE_HTTP_BUCKETS + (o - 10) * 16 + ((ns >> (o - 4)) & 15);
}

static void finish(double *cells, uint64_t ns, unsigned times)
{
    cells[PORTHOLE_HTTP_STARTED] += times;
    cells[PORTHOLE_HTTP_FINISHED] += times;
    cells[PORTHOLE_HTTP_SUM_NS] += (double)ns * times;
    cells[PORTHOLE_HTTP_MAX_NS] = fmax(cells[PORTHOLE_HTTP_MAX_NS], (double)ns);
    cells[bucket(ns)] += times;
}

Test(thread_http, nothing_lent_is_null)
{
    json_t *root = shown();

    cr_expect(json_is_null(shown_at(root, "http")));
    json_decref(root);
}

Test(thread_http, cells_lent_and_empty_are_zeros)
{
    json_t *root;

    lend();
    root = shown();
    cr_expect_eq(shown_number(root, "http.server.active"), 0);
    cr_expect_eq(shown_number(root, "http.client.duration_ms.p99"), 0);
    cr_expect_eq(shown_number(root, "http.client.duration_ms.mean"), 0);
    cr_expect_eq(json_array_size(shown_at(root, "http.agents")), 0);
    json_decref(root);
}

Test(thread_http, requests_are_counted_by_how_they_ended)
{
    json_t *root;

    lend();
    finish(server, 4 * PH_NS_PER_MS, 90);
    finish(server, 100 * PH_NS_PER_MS, 10);
    client[PORTHOLE_HTTP_STARTED] = 9;
    client[PORTHOLE_HTTP_FINISHED] = 2;
    client[PORTHOLE_HTTP_ABORTED] = 3;
    client[PORTHOLE_HTTP_ERRORS] = 1;
    root = shown();

    cr_expect_eq(shown_number(root, "http.server.finished"), 100);
    cr_expect_eq(shown_number(root, "http.server.active"), 0);
    cr_expect_float_eq(shown_number(root, "http.server.duration_ms.mean"), 13.6, 1e-6);
    cr_expect_float_eq(shown_number(root, "http.server.duration_ms.p50"), 4, 4 / 32.0);
    cr_expect_float_eq(shown_number(root, "http.server.duration_ms.p99"), 100, 100 / 32.0);
    cr_expect_eq(shown_number(root, "http.server.duration_ms.max"), 100);
    cr_expect_eq(shown_number(root, "http.client.active"), 3);
    cr_expect_eq(shown_number(root, "http.client.aborted"), 3);
    cr_expect_eq(shown_number(root, "http.client.errors"), 1);
    json_decref(root);
}

Test(thread_http, in_flight_is_never_negative)
{
    json_t *root;

    lend();
    server[PORTHOLE_HTTP_STARTED] = 5;
    server[PORTHOLE_HTTP_FINISHED] = 6;
    root = shown();

    cr_expect_eq(shown_number(root, "http.server.active"), 0);
    json_decref(root);
}

Test(thread_http, cells_full_of_garbage_are_taken_for_numbers)
{
    static const double garbage[] = { NAN, -1, -INFINITY, INFINITY, 1e308, 4.9e-324, -0.0 };
    struct ph_hist_view view;

    lend();
    for (size_t i = 0; i < PORTHOLE_HTTP_CELLS; i++) {
        server[i] = garbage[i % 7];
        client[i] = INFINITY;
    }
    json_decref(shown());
    ph_thread_http_durations(client, &view);

    cr_expect_eq(view.count[0], UINT64_C(1) << 53);
    cr_expect_eq(view.total, (UINT64_C(1) << 53) * PH_HIST_BUCKETS);
    server[PORTHOLE_HTTP_BUCKETS] = NAN;
    ph_thread_http_durations(server, &view);
    cr_expect_eq(view.count[0], 0);
}

Test(thread_http, metrics_carry_the_side)
{
    lend();
    finish(server, 4 * PH_NS_PER_MS, 7);
    client[PORTHOLE_HTTP_STARTED] = 2;
    json_decref(shown());

    cr_expect(strstr(shown_prom(), "\nporthole_http_requests_started_total{side=\"server\"} 7\n"
                                   "porthole_http_requests_started_total{side=\"client\"} 2\n"),
              "%s", shown_prom());
    cr_expect(strstr(shown_prom(),
                     "\nporthole_http_request_duration_seconds_bucket{le=\"0.01\","
                     "side=\"server\"} 7\n"));
    cr_expect(strstr(shown_prom(),
                     "\nporthole_http_request_duration_seconds_sum{side=\"server\"} 0.028\n"));
}

Test(thread_http, agents_are_shown_with_their_origins)
{
    const struct porthole_row rows[] = {
        { "globalAgent", "api.example:443", NULL, { 3, 2, 1, 1500 } },
        { "Agent", "db:80", NULL, { 1, 0, 0, PORTHOLE_UNKNOWN } },
    };
    json_t *root;

    porthole_table_publish(host, PORTHOLE_TABLE_AGENTS, rows, 2, 0);
    root = shown();

    cr_expect(json_is_null(shown_at(root, "http.server")), "not lent");
    cr_expect_str_eq(json_string_value(shown_at(root, "http.agents.0.name")), "globalAgent");
    cr_expect_str_eq(json_string_value(shown_at(root, "http.agents.0.origin")),
                     "api.example:443");
    cr_expect_eq(shown_number(root, "http.agents.0.sockets"), 3);
    cr_expect_eq(shown_number(root, "http.agents.0.free"), 2);
    cr_expect_eq(shown_number(root, "http.agents.0.pending"), 1);
    cr_expect_float_eq(shown_number(root, "http.agents.0.oldest_s"), 1.5, 1e-9);
    cr_expect(json_is_null(shown_at(root, "http.agents.1.oldest_s")));
    cr_expect_null(shown_at(root, "http.agents_truncated"));
    json_decref(root);
}

Test(thread_http, a_list_of_agents_that_is_cut_says_so)
{
    static struct porthole_row rows[PORTHOLE_TABLE_ROWS];
    json_t *root;

    for (size_t i = 0; i < PORTHOLE_TABLE_ROWS; i++)
        rows[i] = (struct porthole_row){ .name = "Agent", .detail = "x:1" };
    porthole_table_publish(host, PORTHOLE_TABLE_AGENTS, rows, PORTHOLE_TABLE_ROWS, 1000);
    root = shown();

    cr_expect_eq(json_array_size(shown_at(root, "http.agents")), 20);
    cr_expect(json_is_true(shown_at(root, "http.agents_truncated")));
    cr_expect_eq(shown_number(root, "http.agents_total"), 1000);
    json_decref(root);
}

Test(thread_http, requests_that_are_not_followed_are_told_of)
{
    json_t *root;

    lend();
    server[PORTHOLE_HTTP_UNFOLLOWED] = 7;
    root = shown();

    cr_expect_eq(shown_number(root, "http.server.unfollowed"), 7);
    cr_expect_eq(shown_number(root, "http.server.started"), 0);
    cr_expect_null(shown_at(root, "http.client.unfollowed"));
    json_decref(root);
}
