/* SPDX-License-Identifier: MIT */
#include "agent/socket_views.h"

#include <criterion/criterion.h>

#include "agent/clock.h"

static struct ph_board board;
static struct porthole_thread *threads[2];
static struct ph_table_view scratch;
static struct ph_socket_views views;

static void init(void)
{
    const struct porthole_host host = { .name = "main" };

    ph_board_init(&board, PH_NS_PER_S);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(ph_board_join(&board, &host, &threads[i]), PORTHOLE_OK);
}

static void fini(void)
{
    for (size_t i = 0; i < 2; i++)
        porthole_thread_leave(threads[i]);
    ph_board_fini(&board);
}

TestSuite(socket_views, .init = init, .fini = fini);

static void read_views(void)
{
    ph_socket_views_read(&views, threads, 2, &scratch);
}

Test(socket_views, what_no_thread_tells_is_not_known)
{
    read_views();

    for (size_t i = 0; i < PH_VIEW_KINDS; i++) {
        cr_assert_eq(views.libuv[i], PORTHOLE_UNKNOWN);
        cr_assert_eq(views.node[i], PORTHOLE_UNKNOWN);
    }
}

Test(socket_views, handles_of_all_threads_add_up)
{
    const struct porthole_row rows[] = { { .name = "tcp", .value = { 3 } },
                                         { .name = "timer", .value = { 50 } },
                                         { .name = "pipe", .value = { 1 } },
                                         { .name = "tcp", .value = { PORTHOLE_UNKNOWN } } };

    porthole_table_publish(threads[0], PORTHOLE_TABLE_HANDLES, rows, 4, 0);
    porthole_table_publish(threads[1], PORTHOLE_TABLE_HANDLES, rows, 1, 0);
    read_views();

    cr_assert_eq(views.libuv[PH_VIEW_TCP], 6);
    cr_assert_eq(views.libuv[PH_VIEW_UDP], 0);
    cr_assert_eq(views.libuv[PH_VIEW_PIPE], 1);
    cr_assert_eq(views.node[PH_VIEW_TCP], PORTHOLE_UNKNOWN);
}

Test(socket_views, node_s_names_stand_for_kinds)
{
    const struct porthole_row rows[] = {
        { .name = "TCPSocketWrap", .value = { 7 } },
        { .name = "TCPServerWrap", .value = { 1 } },
        { .name = "UDPWrap", .value = { 2 } },
        { .name = "PipeWrap", .value = { 3 } },
        { .name = "PipeServerWrap", .value = { 1 } },
        { .name = "Timeout", .value = { 99 } },
    };

    porthole_table_publish(threads[0], PORTHOLE_TABLE_RESOURCES, rows, 6, 0);
    read_views();

    cr_assert_eq(views.node[PH_VIEW_TCP], 8);
    cr_assert_eq(views.node[PH_VIEW_UDP], 2);
    cr_assert_eq(views.node[PH_VIEW_PIPE], 4);
}

Test(socket_views, a_list_that_was_cut_tells_nothing)
{
    const struct porthole_row row = { .name = "TCPSocketWrap", .value = { 7 } };

    porthole_table_publish(threads[0], PORTHOLE_TABLE_RESOURCES, &row, 1, 0);
    porthole_table_publish(threads[1], PORTHOLE_TABLE_RESOURCES, &row, 1, 2);
    read_views();

    cr_assert_eq(views.node[PH_VIEW_TCP], PORTHOLE_UNKNOWN);
}
