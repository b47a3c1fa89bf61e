/* SPDX-License-Identifier: MIT */
#include "agent/peers.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

static struct ph_peers peers;
static bool incoming;
static uint64_t first_ns;

static void add(const char *peer, uint16_t peer_port, uint16_t local_port, unsigned times)
{
    struct ph_tcp_socket s = { .state = PH_TCP_ESTABLISHED,
                               .family = strchr(peer, ':') ? AF_INET6 : AF_INET,
                               .local_port = local_port,
                               .peer_port = peer_port };

    cr_assert_eq(inet_pton(s.family, peer, s.peer), 1, "%s", peer);
    for (unsigned i = 0; i < times; i++)
        ph_peers_add(&peers, &s, incoming, first_ns);
}

static const struct ph_peer *top[PH_PEERS_TOP + 1];

static const char *name(size_t i)
{
    static char names[4][PH_PEER_BYTES];

    return ph_peer_name(top[i], names[i % 4]);
}

Test(peers, the_top_has_the_most_first)
{
    add("10.0.0.1", 443, 40000, 2);
    add("10.0.0.2", 443, 40001, 5);
    add("10.0.0.2", 80, 40002, 3);

    cr_assert_eq(ph_peers_top(&peers, top), 3);
    cr_assert_str_eq(name(0), "10.0.0.2:443");
    cr_assert_eq(top[0]->count, 5);
    cr_assert_str_eq(name(1), "10.0.0.2:80");
    cr_assert_str_eq(name(2), "10.0.0.1:443");
}

Test(peers, the_top_is_twenty_of_however_many)
{
    for (uint16_t i = 1; i <= 100; i++)
        add("10.0.0.1", i, 40000, i);

    cr_assert_eq(ph_peers_top(&peers, top), PH_PEERS_TOP);
    for (size_t i = 0; i < PH_PEERS_TOP; i++)
        cr_assert_eq(top[i]->count, 100 - i);
    cr_assert_eq(peers.used, 100);
}

Test(peers, incoming_ones_are_counted_by_address_whatever_their_port)
{
    incoming = true;
    for (uint16_t i = 0; i < 10; i++)
        add("10.0.0.9", (uint16_t)(50000 + i), 8080, 1);
    incoming = false;
    add("10.0.0.9", 443, 40000, 1);

    cr_assert_eq(ph_peers_top(&peers, top), 2);
    cr_assert_str_eq(name(0), "10.0.0.9:*");
    cr_assert_eq(top[0]->count, 10);
    cr_assert_eq(top[0]->local_port, 8080);
    cr_assert_str_eq(name(1), "10.0.0.9:443");
}

Test(peers, the_same_client_at_two_ports_of_ours_is_told_apart)
{
    incoming = true;
    add("10.0.0.9", 50000, 80, 1);
    add("10.0.0.9", 50000, 443, 2);

    cr_assert_eq(ph_peers_top(&peers, top), 2);
    cr_assert_eq(top[0]->local_port, 443);
    cr_assert_eq(top[1]->local_port, 80);
}

Test(peers, listening_and_bound_sockets_have_no_peer)
{
    const struct ph_tcp_socket listens = { .state = PH_TCP_LISTEN,
                                           .family = AF_INET,
                                           .local_port = 80 };

    ph_peers_add(&peers, &listens, true, 1);
    add("0.0.0.0", 0, 5000, 1);

    cr_assert_eq(ph_peers_top(&peers, top), 0);
}

Test(peers, beyond_768_sockets_are_counted_without_a_name)
{
    for (uint16_t i = 1; i <= 1000; i++)
        add("10.0.0.1", i, 40000, 1);
    add("10.0.0.1", 1, 40000, 5);

    cr_assert_eq(peers.used, 768);
    cr_assert_eq(peers.left_out, 232);
    cr_assert_eq(ph_peers_top(&peers, top), PH_PEERS_TOP);
    cr_assert_eq(top[0]->count, 6, "those known go on counting");
}

Test(peers, names_are_written_as_people_write_them)
{
    static const struct {
        const char *peer, *outgoing, *incoming;
    } rows[] = {
        { "10.0.0.7", "10.0.0.7:443", "10.0.0.7:*" },
        { "2001:db8::1", "[2001:db8::1]:443", "[2001:db8::1]:*" },
        { "::ffff:10.0.0.7", "10.0.0.7:443", "10.0.0.7:*" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:443",
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:*" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[PH_PEER_BYTES];
        struct ph_peer peer = { .family = strchr(rows[i].peer, ':') ? AF_INET6 : AF_INET,
                                .port = 443 };

        inet_pton(peer.family, rows[i].peer, peer.address);
        cr_assert_str_eq(ph_peer_name(&peer, out), rows[i].outgoing, "%s", out);
        peer.port = 0;
        peer.local_port = 80;
        cr_assert_str_eq(ph_peer_name(&peer, out), rows[i].incoming, "%s", out);
    }
}

Test(peers, clearing_forgets_everything)
{
    incoming = true;
    add("10.0.0.7", 443, 80, 1);
    ph_peers_clear(&peers);
    cr_assert_eq(ph_peers_top(&peers, top), 0);
    incoming = false;
    add("10.0.0.7", 443, 80, 1);

    cr_assert_eq(ph_peers_top(&peers, top), 1);
    cr_assert_str_eq(name(0), "10.0.0.7:443");
}

/* ---- What is known of each --------------------------------------------------------- */

static void add_in(enum ph_tcp_state state, uint32_t recv_queue, uint32_t send_queue)
{
    const struct ph_tcp_socket s = { .state = (uint8_t)state,
                                     .family = AF_INET,
                                     .local_port = 40000,
                                     .peer_port = 443,
                                     .peer = { 10, 0, 0, 7 },
                                     .recv_queue = recv_queue,
                                     .send_queue = send_queue };

    ph_peers_add(&peers, &s, false, first_ns);
}

Test(peers, queues_are_summed_and_close_wait_is_counted)
{
    add_in(PH_TCP_ESTABLISHED, 10, 4000000000);
    add_in(PH_TCP_CLOSE_WAIT, 1, 4000000000);
    add_in(PH_TCP_CLOSE_WAIT, 0, 0);
    ph_peers_top(&peers, top);

    cr_assert_eq(top[0]->count, 3);
    cr_assert_eq(top[0]->close_wait, 2);
    cr_assert_eq(top[0]->recv_queue, 11);
    cr_assert_eq(top[0]->send_queue, 8000000000);
}

Test(peers, the_oldest_socket_of_each_is_known)
{
    first_ns = 500;
    add_in(PH_TCP_ESTABLISHED, 0, 0);
    first_ns = 300;
    add_in(PH_TCP_ESTABLISHED, 0, 0);
    first_ns = 400;
    add_in(PH_TCP_ESTABLISHED, 0, 0);
    ph_peers_top(&peers, top);

    cr_assert_eq(top[0]->first_ns, 300);
}

Test(peers, who_waits_most_need_not_have_most)
{
    cr_assert_null(ph_peers_most_waiting(&peers));
    add("10.0.0.1", 443, 40000, 9);
    cr_assert_null(ph_peers_most_waiting(&peers));
    add_in(PH_TCP_CLOSE_WAIT, 0, 0);

    top[0] = ph_peers_most_waiting(&peers);
    cr_assert_str_eq(name(0), "10.0.0.7:443");
}

/* ---- More than there is room for --------------------------------------------------- */

static void add_clients(uint16_t n, enum ph_tcp_state state)
{
    struct ph_tcp_socket s = { .state = (uint8_t)state,
                               .family = AF_INET,
                               .local_port = 80,
                               .peer_port = 5000,
                               .peer = { 10, 1 } };

    for (uint16_t i = 0; i < n; i++) {
        s.peer[2] = (uint8_t)(i >> 8);
        s.peer[3] = (uint8_t)i;
        ph_peers_add(&peers, &s, true, first_ns);
    }
}

Test(peers, thousands_of_clients_do_not_hide_whom_we_connect_to)
{
    add_clients(2000, PH_TCP_ESTABLISHED);
    for (int i = 0; i < 5; i++)
        add_in(PH_TCP_CLOSE_WAIT, 0, 0);

    cr_assert_eq(peers.left_out, 2000 - PH_PEERS_CLIENTS);
    cr_assert_eq(ph_peers_top(&peers, top), PH_PEERS_TOP);
    cr_assert_str_eq(name(0), "10.0.0.7:443");
    top[0] = ph_peers_most_waiting(&peers);
    cr_assert_str_eq(name(0), "10.0.0.7:443");
}

Test(peers, nobody_is_named_if_more_wait_that_have_no_name)
{
    add_clients(PH_PEERS_CLIENTS + 2, PH_TCP_CLOSE_WAIT);
    cr_assert_null(ph_peers_most_waiting(&peers));
    add_in(PH_TCP_CLOSE_WAIT, 0, 0);
    cr_assert_null(ph_peers_most_waiting(&peers));
    add_in(PH_TCP_CLOSE_WAIT, 0, 0);

    top[0] = ph_peers_most_waiting(&peers);
    cr_assert_str_eq(name(0), "10.0.0.7:443");
}
