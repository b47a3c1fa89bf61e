/* SPDX-License-Identifier: MIT */
#include "agent/conns.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#include "alloc.h"

#define IDLE 100
#define WRITE 1000

static struct ph_conns conns;

static void init(void)
{
    ph_conns_init(&conns, 3, IDLE, WRITE);
}

static void fini(void)
{
    while (conns.oldest)
        ph_conns_remove(&conns, conns.oldest);
}

TestSuite(conns, .init = init, .fini = fini);

static struct ph_conn *add(uint64_t now_ns)
{
    struct ph_conn *conn = ph_conns_add(&conns, -1, false, now_ns);

    cr_assert_not_null(conn);
    return conn;
}

Test(conns, there_is_room_until_the_ceiling)
{
    add(0);
    add(0);
    cr_assert(ph_conns_make_room(&conns, false));
    cr_assert_eq(conns.n, 2);

    add(0);
    cr_assert(ph_conns_make_room(&conns, false));
    cr_assert_eq(conns.n, 2, "one had to go");
}

Test(conns, the_oldest_idle_one_gives_way)
{
    struct ph_conn *first = add(0), *second = add(1), *third = add(2);

    ph_conns_begin(&conns, first, 3);
    ph_conns_end(&conns, first, 4);
    ph_conns_make_room(&conns, false);

    cr_assert_not(first->cut, "it has just asked");
    cr_assert(second->cut);
    cr_assert_not(third->cut);
}

Test(conns, a_busy_one_does_not_give_way)
{
    struct ph_conn *first = add(0), *second = add(1);

    add(2);
    ph_conns_begin(&conns, first, 3);
    ph_conns_make_room(&conns, false);

    cr_assert_not(first->cut);
    cr_assert(second->cut);
}

Test(conns, clients_that_never_read_do_not_lock_out_the_owner)
{
    for (uint64_t i = 0; i < 3; i++)
        ph_conns_begin(&conns, add(i), i);

    cr_assert_not(ph_conns_make_room(&conns, false));
    for (unsigned i = 0; i < PH_CONNS_KEPT_FREE; i++) {
        cr_assert(ph_conns_make_room(&conns, true));
        ph_conns_begin(&conns, add(9), 9);
    }
    cr_assert_not(ph_conns_make_room(&conns, true), "there is an end to it");
}

Test(conns, one_that_was_cut_already_makes_no_second_room)
{
    struct ph_conn *first = add(0), *second = add(1);

    add(2);
    ph_conns_make_room(&conns, false);
    add(3);
    ph_conns_make_room(&conns, false);

    cr_assert(first->cut);
    cr_assert(second->cut);
    cr_assert_eq(conns.n, 2);
}

Test(conns, when_all_are_busy_there_is_no_room)
{
    for (int i = 0; i < 3; i++)
        ph_conns_begin(&conns, add(0), 1);

    cr_assert_not(ph_conns_make_room(&conns, false));
    cr_assert_eq(conns.n, 3);
}

Test(conns, a_connection_without_a_request_is_cut_on_time)
{
    struct ph_conn *conn = add(1000);

    ph_conns_expire(&conns, 1000 + IDLE - 1);
    cr_assert_not(conn->cut);
    ph_conns_expire(&conns, 1000 + IDLE);

    cr_assert(conn->cut);
    cr_assert_eq(conns.n, 0);
}

Test(conns, an_answer_has_the_longer_time)
{
    struct ph_conn *conn = add(0);

    ph_conns_begin(&conns, conn, 50);
    ph_conns_expire(&conns, 50 + WRITE - 1);
    cr_assert_not(conn->cut);
    ph_conns_expire(&conns, 50 + WRITE);

    cr_assert(conn->cut);
}

Test(conns, a_finished_answer_starts_the_idle_time_anew)
{
    struct ph_conn *conn = add(0);

    ph_conns_begin(&conns, conn, 50);
    ph_conns_end(&conns, conn, 90);
    ph_conns_expire(&conns, 90 + IDLE - 1);
    cr_assert_not(conn->cut);
    ph_conns_expire(&conns, 90 + IDLE);

    cr_assert(conn->cut);
}

Test(conns, the_next_deadline_is_known)
{
    cr_assert_eq(conns.due_ns, UINT64_MAX);
    add(10);
    add(20);
    cr_assert_eq(conns.due_ns, 10 + IDLE);

    ph_conns_expire(&conns, 10 + IDLE);
    cr_assert_eq(conns.due_ns, 20 + IDLE);
    ph_conns_expire(&conns, 20 + IDLE);
    cr_assert_eq(conns.due_ns, UINT64_MAX);
}

Test(conns, removing_any_of_them_keeps_the_order_of_the_others)
{
    for (int gone = 0; gone < 3; gone++) {
        struct ph_conn *all[3] = { add(0), add(1), add(2) };

        ph_conns_remove(&conns, all[gone]);

        cr_assert_eq(conns.oldest, all[gone == 0]);
        cr_assert_eq(conns.newest, all[gone == 2 ? 1 : 2]);
        cr_assert_eq(conns.oldest->newer, conns.newest);
        cr_assert_eq(conns.newest->older, conns.oldest);
        cr_assert_eq(conns.n, 2);
        fini();
    }
}

Test(conns, cutting_shuts_the_socket_and_leaves_the_descriptor)
{
    struct ph_conn *conn;
    int fds[2];
    char byte;

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    conn = ph_conns_add(&conns, fds[0], false, 0);
    ph_conns_cut(&conns, conn);
    ph_conns_cut(&conns, conn);

    cr_assert_eq(recv(fds[1], &byte, 1, 0), 0);
    cr_assert_eq(conns.n, 0);
    cr_assert_eq(conns.closing, 1);
    ph_conns_remove(&conns, conn);
    cr_assert_eq(conns.closing, 0);
    cr_assert_eq(close(fds[0]), 0);
    close(fds[1]);
}

Test(conns, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_conn *conn = ph_conns_add(&conns, -1, false, 0);

        cr_assert_eq(!conn, alloc_failed());
        if (conn)
            ph_conns_remove(&conns, conn);
        cr_assert_eq(conns.n, 0);
    });
}

Test(conns, who_reads_too_slowly_is_cut_although_bytes_move)
{
    struct ph_conn *conn = add(0);

    ph_conns_begin(&conns, conn, 0);
    ph_conns_moved(&conns, conn, 10, 500);
    cr_assert_eq(conn->deadline_ns, 500 + WRITE);
    ph_conns_moved(&conns, conn, 10, 1400);
    cr_assert_eq(conn->deadline_ns, 500 + WRITE, "20 bytes have not bought any time");

    ph_conns_moved(&conns, conn, 0, 1400);
    cr_assert_eq(conn->deadline_ns, 1400 + WRITE, "the writer's own pace is nobody's fault");
    ph_conns_moved(&conns, conn, PH_CONNS_LEAST_RATE, 1400);
    cr_assert_eq(conn->deadline_ns, 1400 + WRITE, "never later than without progress");
}
