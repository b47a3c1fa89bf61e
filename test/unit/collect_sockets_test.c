/* SPDX-License-Identifier: MIT */
/* The collector of sockets against sockets of the test's own, at times of its own. */
#include "agent/collect_sockets.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/clock.h"
#include "alloc.h"
#include "shown.h"

#define S PH_NS_PER_S

static struct ph_board board;
static struct porthole_thread *host;
static struct ph_fdscan fds;
static void *state;
static uint64_t begun_ns;

static void init(void)
{
    const struct porthole_host main_host = { .name = "main" };

    ph_board_init(&board, S);
    cr_assert_eq(ph_board_join(&board, &main_host, &host), PORTHOLE_OK);
    ph_fdscan_init(&fds);
    state = ph_collect_sockets.open();
    begun_ns = ph_clock_ns();
}

static void fini(void)
{
    ph_collect_sockets.close(state);
    ph_fdscan_fini(&fds);
    porthole_thread_leave(host);
    ph_board_fini(&board);
}

TestSuite(collect_sockets, .init = init, .fini = fini);

/* The section as it is so many seconds after the test has begun. */
static json_t *look(uint64_t after_s)
{
    struct ph_builder *b = shown_begin();
    struct ph_collect_env env = { .board = &board,
                                  .fds = &fds,
                                  .now_ns = begun_ns + after_s * S };

    memset(&fds.pace, 0, sizeof fds.pace);
    ph_fdscan_run(&fds, env.now_ns);
    ph_collect_sockets.collect(state, &env, b);
    return shown_json();
}

/* Every thread has told its set so many seconds after the test has begun. */
static void claim(uint64_t after_s, size_t n, const int *claimed)
{
    porthole_fds_publish(host, claimed, n);
    atomic_store(&host->fds_ns, begun_ns + after_s * S);
}

struct connection {
    int listener, client, server;
    uint16_t port;
};

static struct connection connect_to_ourselves(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    struct connection c;

    c.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(c.listener, (struct sockaddr *)&a, sizeof a), 0);
    cr_assert_eq(listen(c.listener, 4), 0);
    cr_assert_eq(getsockname(c.listener, (struct sockaddr *)&a, &len), 0);
    c.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(c.client, (struct sockaddr *)&a, sizeof a), 0);
    c.server = accept(c.listener, NULL, NULL);
    cr_assert_geq(c.server, 0);
    c.port = ntohs(a.sin_port);
    return c;
}

static void disconnect(const struct connection *c)
{
    close(c->listener);
    close(c->client);
    close(c->server);
}

Test(collect_sockets, queues_count_bytes_of_connections_and_not_those_who_wait_to_be_accepted)
{
    struct connection c = connect_to_ourselves();
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons(c.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int waits = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    json_t *root = NULL;

    cr_assert_eq(connect(waits, (struct sockaddr *)&a, sizeof a), 0);
    cr_assert_eq(send(c.client, "seven b", 7, 0), 7);
    for (uint64_t tries = 1; tries < 100 && shown_number(root, "recv_queue_bytes") != 7;) {
        json_decref(root);
        root = look(tries++);
    }

    cr_expect_eq(shown_number(root, "recv_queue_bytes"), 7);
    cr_expect_eq(shown_number(root, "send_queue_bytes"), 0, "not the room in the backlog");
    cr_expect(strstr(shown_prom(), "\nporthole_tcp_recv_queue_bytes 7\n"));
    json_decref(root);
    close(waits);
    disconnect(&c);
}

Test(collect_sockets, ages_count_from_when_a_socket_was_first_seen)
{
    struct connection c;
    json_t *root = look(0);

    cr_expect(json_is_null(shown_at(root, "oldest_s")), "no connection at all");
    json_decref(root);
    c = connect_to_ourselves();
    json_decref(look(10));
    root = look(25);

    cr_expect_eq(shown_number(root, "oldest_s"), 15);
    cr_expect_eq(shown_number(root, "by_peer.0.oldest_s"), 15);
    json_decref(root);
    disconnect(&c);
}

Test(collect_sockets, ports_of_ours_are_shown)
{
    struct connection c = connect_to_ourselves();
    json_t *root = look(1);

    cr_expect_eq(json_array_size(shown_at(root, "by_local_port")), 1);
    cr_expect_eq(shown_number(root, "by_local_port.0.local_port"), c.port);
    cr_expect_eq(shown_number(root, "by_local_port.0.count"), 1);
    cr_expect(json_is_true(shown_at(root, "by_local_port.0.listening")));
    json_decref(root);
    disconnect(&c);
}

Test(collect_sockets, what_the_peer_closed_and_we_did_not_is_named)
{
    struct connection c = connect_to_ourselves();
    json_t *root = look(1);

    cr_expect_eq(shown_number(root, "close_wait.count"), 0);
    cr_expect(json_is_null(shown_at(root, "close_wait.oldest_s")));
    cr_expect(json_is_null(shown_at(root, "close_wait.says")));
    json_decref(root);
    shutdown(c.server, SHUT_WR);
    json_decref(look(100));
    root = look(140);

    cr_expect_eq(shown_number(root, "close_wait.count"), 1);
    cr_expect_eq(shown_number(root, "close_wait.oldest_s"), 40, "not since it was opened");
    cr_expect_eq(shown_number(root, "oldest_s"), 139);
    cr_expect(strstr(json_string_value(shown_at(root, "close_wait.says")),
                     "the peer closed 1 connection, the application did not; 40 s ago; with "
                     "127.0.0.1:"));
    cr_expect_not_null(json_string_value(shown_at(root, "close_wait.top_peer")));
    json_decref(root);
    disconnect(&c);
}

Test(collect_sockets, a_duplicate_descriptor_is_no_second_socket)
{
    struct connection c = connect_to_ourselves();
    int again = dup(c.client);
    json_t *root = look(1);

    cr_expect_eq(shown_number(root, "tcp.established"), 2);
    cr_expect_eq(shown_number(root, "tcp.close"), 0);
    cr_expect_eq(shown_number(root, "views.kernel.tcp"), 3);
    json_decref(root);
    close(again);
    disconnect(&c);
}

Test(collect_sockets, a_duplicate_descriptor_waits_as_long_as_its_socket)
{
    struct connection c = connect_to_ourselves();
    int again[] = { dup(c.server), dup(c.server), dup(c.server) };
    json_t *root;

    shutdown(c.client, SHUT_WR);
    json_decref(look(100));
    json_decref(look(120));
    root = look(140);

    cr_expect_eq(shown_number(root, "close_wait.oldest_s"), 40);
    json_decref(root);
    for (int i = 0; i < 3; i++)
        close(again[i]);
    disconnect(&c);
}

Test(collect_sockets, the_three_views_stand_side_by_side)
{
    const struct porthole_row handles[] = { { .name = "tcp", .value = { 2 } },
                                            { .name = "pipe", .value = { 4 } } };
    const struct porthole_row resource = { .name = "TCPSocketWrap", .value = { 1 } };
    struct connection c = connect_to_ourselves();
    json_t *root;

    porthole_table_publish(host, PORTHOLE_TABLE_HANDLES, handles, 2, 0);
    porthole_table_publish(host, PORTHOLE_TABLE_RESOURCES, &resource, 1, 0);
    root = look(1);

    cr_expect_eq(shown_number(root, "views.kernel.tcp"), 3);
    cr_expect_eq(shown_number(root, "views.libuv.tcp"), 2);
    cr_expect_eq(shown_number(root, "views.libuv.udp"), 0);
    cr_expect_eq(shown_number(root, "views.libuv.pipe"), 4);
    cr_expect_eq(shown_number(root, "views.node.tcp"), 1);
    json_decref(root);
    disconnect(&c);
}

Test(collect_sockets, outside_of_libuv_is_null_until_the_threads_have_told)
{
    json_t *root = look(1);

    cr_expect(json_is_null(shown_at(root, "outside_libuv")));
    cr_expect_null(strstr(shown_prom(), "porthole_sockets_outside_libuv"));
    json_decref(root);
    claim(2, 0, NULL);
    root = look(3);
    cr_expect_eq(shown_number(root, "outside_libuv"), 0);
    json_decref(root);
}

/* What is outside when these are claimed, at looks 1 and 5 s after `at_s`. */
static double outside(uint64_t at_s, size_t n, const int *claimed)
{
    json_t *root;
    double value;

    claim(at_s + 1, n, claimed);
    json_decref(look(at_s + 1));
    claim(at_s + 4, n, claimed);
    root = look(at_s + 5);
    value = shown_number(root, "outside_libuv");
    json_decref(root);
    return value;
}

Test(collect_sockets, what_no_loop_stands_for_is_outside_of_libuv)
{
    double before = outside(0, 0, NULL); /* Criterion has a socket too, our netlink is not */
    struct connection c = connect_to_ourselves();

    cr_expect_eq(outside(10, 2, (const int[]){ c.listener, c.client }), before + 1);
    cr_expect_eq(outside(20, 1, &c.listener), before + 2);
    cr_expect_eq(outside(30, 3, (const int[]){ c.listener, c.client, c.server }), before);
    cr_expect(strstr(shown_prom(), "\nporthole_sockets_outside_libuv "));
    disconnect(&c);
}

/* Within one scan all is as before, whatever time has passed. */
Test(collect_sockets, without_a_new_scan_nothing_grows_older_than_it_is)
{
    struct connection c = connect_to_ourselves();
    struct ph_collect_env env = { .board = &board, .fds = &fds };
    json_t *root;

    claim(1, 0, NULL);
    json_decref(look(1));
    claim(50, 0, NULL);
    env.now_ns = begun_ns + 60 * S;
    ph_collect_sockets.collect(state, &env, shown_begin());
    root = shown_json();

    cr_expect_eq(shown_number(root, "outside_libuv"), 0);
    cr_expect_eq(shown_number(root, "oldest_s"), 59);
    json_decref(root);
    disconnect(&c);
}

Test(collect_sockets, thousands_of_peers_are_cut_and_the_cut_shows)
{
    enum { MANY = 40 };
    struct connection c[MANY];
    json_t *root;

    for (size_t i = 0; i < MANY; i++)
        c[i] = connect_to_ourselves(); /* each at a port of its own: a peer of its own */
    root = look(1);

    cr_expect_eq(json_array_size(shown_at(root, "by_peer")), 20);
    cr_expect(json_is_true(shown_at(root, "by_peer_truncated")));
    cr_expect_eq(shown_number(root, "by_peer_total"), 2 * MANY);
    cr_expect_eq(json_array_size(shown_at(root, "by_local_port")), 20);
    cr_expect(json_is_true(shown_at(root, "by_local_port_truncated")));
    cr_expect_eq(shown_number(root, "by_local_port_total"), MANY);
    json_decref(root);
    for (size_t i = 0; i < MANY; i++)
        disconnect(&c[i]);
}

Test(collect_sockets, survives_every_failed_allocation)
{
    struct connection c = connect_to_ourselves();

    ph_collect_sockets.close(state);
    EVERY_ALLOC_FAILS({
        struct ph_builder b;
        struct ph_collect_env env = { .board = &board, .fds = &fds, .now_ns = ph_clock_ns() };

        state = ph_collect_sockets.open();
        memset(&fds.pace, 0, sizeof fds.pace);
        ph_fdscan_run(&fds, env.now_ns);
        ph_build_begin(&b);
        ph_collect_sockets.collect(state, &env, &b);
        ph_snapshot_unref(ph_build_freeze(&b, 0, 0, 0));
        ph_collect_sockets.close(state);
        ph_fdscan_fini(&fds);
        ph_fdscan_init(&fds);
    });
    state = NULL;
    disconnect(&c);
}
