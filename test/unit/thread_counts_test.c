/* SPDX-License-Identifier: MIT */
#include "agent/thread_counts.h"

#include <criterion/criterion.h>
#include <string.h>

#include "agent/clock.h"
#include "shown.h"

static struct ph_board board;
static struct porthole_thread *host;
static struct ph_thread_scratch scratch;

static void init(void)
{
    const struct porthole_host main_host = { .name = "main" };
    const struct porthole_row handle = { .name = "tcp",
                                         .value = { 7, PORTHOLE_UNKNOWN, 30, 23 } };

    ph_board_init(&board, PH_NS_PER_S);
    cr_assert_eq(ph_board_join(&board, &main_host, &host), PORTHOLE_OK);
    porthole_table_publish(host, PORTHOLE_TABLE_HANDLES, &handle, 1, 0);
}

static void fini(void)
{
    porthole_thread_leave(host);
    ph_board_fini(&board);
}

TestSuite(thread_counts, .init = init, .fini = fini);

static json_t *shown(void)
{
    ph_thread_handles(&scratch, host, shown_begin());
    return shown_json();
}

Test(thread_counts, what_the_host_does_not_tell_of_its_loop_is_null)
{
    json_t *root = shown();

    cr_expect_eq(shown_number(root, "handles.total"), 7);
    cr_expect_eq(shown_number(root, "handles.active"), 0, "unknown adds nothing");
    cr_expect_eq(shown_number(root, "handles.by_kind.tcp.created"), 30);
    cr_expect(json_is_null(shown_at(root, "handles.timers")));
    cr_expect(json_is_null(shown_at(root, "handles.immediates")));
    cr_expect(json_is_null(shown_at(root, "handles.requests")));
    cr_expect_null(strstr(shown_prom(), "nodejs_active_requests"));
    json_decref(root);
}

Test(thread_counts, timers_immediates_and_requests_are_shown)
{
    const struct porthole_loop_counts counts = { .requests = 5, .timers = 9, .immediates = 2 };
    const struct porthole_row rows[] = {
        { .name = "FSReqCallback", .value = { 3 } },
        { .name = "GetAddrInfoReqWrap", .value = { 1 } },
        { .name = "Odd", .value = { PORTHOLE_UNKNOWN } },
    };
    json_t *root;

    porthole_loop_counts_publish(host, &counts);
    porthole_table_publish(host, PORTHOLE_TABLE_REQUESTS, rows, 3, 0);
    root = shown();

    cr_expect_eq(shown_number(root, "handles.timers"), 9);
    cr_expect_eq(shown_number(root, "handles.immediates"), 2);
    cr_expect_eq(shown_number(root, "handles.requests.in_flight"), 5);
    cr_expect_eq(shown_number(root, "handles.requests.by_kind.FSReqCallback"), 3);
    cr_expect(json_is_null(shown_at(root, "handles.requests.by_kind.Odd")));
    cr_expect(strstr(shown_prom(), "\nnodejs_active_requests{type=\"FSReqCallback\"} 3\n"
                                   "nodejs_active_requests{type=\"GetAddrInfoReqWrap\"} 1\n"),
              "%s", shown_prom());
    cr_expect(strstr(shown_prom(), "\nnodejs_active_requests_total 4\n"));
    json_decref(root);
}

Test(thread_counts, requests_are_shown_without_their_kinds_and_the_other_way_round)
{
    const struct porthole_loop_counts counts = { 5, PORTHOLE_UNKNOWN, PORTHOLE_UNKNOWN };
    json_t *root;

    porthole_loop_counts_publish(host, &counts);
    root = shown();
    cr_expect_eq(shown_number(root, "handles.requests.in_flight"), 5);
    cr_expect_eq(json_object_size(shown_at(root, "handles.requests.by_kind")), 0);
    json_decref(root);

    porthole_loop_counts_publish(host,
                                 &(struct porthole_loop_counts){ PORTHOLE_UNKNOWN, 1, 1 });
    porthole_table_publish(host, PORTHOLE_TABLE_REQUESTS, NULL, 0, 0);
    root = shown();
    cr_expect(json_is_null(shown_at(root, "handles.requests.in_flight")));
    cr_expect(json_is_object(shown_at(root, "handles.requests.by_kind")));
    json_decref(root);
}

Test(thread_counts, kinds_of_request_that_are_cut_say_so)
{
    const struct porthole_row row = { .name = "FSReqCallback", .value = { 3 } };
    json_t *root;

    porthole_table_publish(host, PORTHOLE_TABLE_REQUESTS, &row, 1, 70);
    root = shown();

    cr_expect(json_is_true(shown_at(root, "handles.requests.by_kind_truncated")));
    cr_expect_eq(shown_number(root, "handles.requests.by_kind_total"), 70);
    json_decref(root);
}
