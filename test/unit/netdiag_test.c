/* SPDX-License-Identifier: MIT */
#include "agent/netdiag.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/ownfds.h"

#define TAIL " 00000000:00000000 00:00000000 00000000  1000        0 "

/* ---- Lines of procfs --------------------------------------------------------------- */

Test(netdiag, parses_a_line_of_tcp)
{
    struct ph_tcp_socket s;

    cr_assert(ph_netdiag_parse_line(
        "   7: 0100007F:1F90 0A00A8C0:01BB 01" TAIL "4711 1 0000 20 4 30 10 -1", &s));

    cr_assert_eq(s.family, AF_INET);
    cr_assert_eq(s.state, PH_TCP_ESTABLISHED);
    cr_assert_eq(s.local_port, 8080);
    cr_assert_eq(s.peer_port, 443);
    cr_assert_eq(s.inode, 4711);
    cr_assert_arr_eq(s.peer, ((const uint8_t[]){ 192, 168, 0, 10 }), 4);
}

Test(netdiag, parses_a_line_of_tcp6)
{
    static const char line[] = "   0: 00000000000000000000000000000000:0050 "
                               "B80D0120000000000000000001000000:C000 0A" TAIL "99 1";
    struct ph_tcp_socket s;
    struct in6_addr peer;

    inet_pton(AF_INET6, "2001:db8::1", &peer);
    cr_assert(ph_netdiag_parse_line(line, &s));

    cr_assert_eq(s.family, AF_INET6);
    cr_assert_eq(s.state, PH_TCP_LISTEN);
    cr_assert_eq(s.local_port, 80);
    cr_assert_arr_eq(s.peer, peer.s6_addr, 16);
}

Test(netdiag, parses_queues_of_any_size)
{
    struct ph_tcp_socket s;

    cr_assert(ph_netdiag_parse_line("0: 0100007F:1F90 0A00A8C0:01BB 08 FFFFFFFF:0000A1B2 "
                                    "00:00000000 00000000  1000        0 4711 1",
                                    &s));

    cr_assert_eq(s.send_queue, 0xffffffff);
    cr_assert_eq(s.recv_queue, 0xa1b2);
}

Test(netdiag, refuses_headers_and_garbage)
{
    static const char *const lines[] = {
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
        "",
        " ",
        "garbage",
        "0: 0100007F:1F90 0A00A8C0:01BB",
        "0: 0100007:1F90 0A00A8C0:01BB 01" TAIL "1",
        "0: 0100007G:1F90 0A00A8C0:01BB 01" TAIL "1",
        "0: 0100007F:1F9 0A00A8C0:01BB 01" TAIL "1",
        "0: 0100007F-1F90 0A00A8C0:01BB 01" TAIL "1",
        "0: 0100007F:1F90 0A00A8C0:01BB ZZ" TAIL "1",
        "0: 0100007F:1F90 0A00A8C0:01BB FF" TAIL "1",
        "0: 0100007F:1F90 0A00A8C0:01BB 01" TAIL "x",
        "0: 0100007F:1F90 0A00A8C0:01BB 01 00000000-00000000 00:00000000 0 1000 0 4711 1",
        "0: 0100007F:1F90 0A00A8C0:01BB 01 0000000:00000000 00:00000000 0 1000 0 4711 1",
        "0: 0100007F:1F90 0A00A8C0:01BB 01 00000000:G0000000 00:00000000 0 1000 0 4711 1",
    };
    struct ph_tcp_socket s;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        cr_assert_not(ph_netdiag_parse_line(lines[i], &s), "%s", lines[i]);
}

Test(netdiag, a_line_may_be_cut_anywhere)
{
    static const char line[] = "   7: 0100007F:1F90 0A00A8C0:01BB 01" TAIL "4711 1 0000 20 4";
    const size_t inode_at = sizeof "   7: 0100007F:1F90 0A00A8C0:01BB 01" TAIL - 1;

    for (size_t n = 0; n < sizeof line; n++) {
        char *exact = strndup(line, n); /* so that ASan sees a read beyond */
        struct ph_tcp_socket s;

        cr_assert_eq(ph_netdiag_parse_line(exact, &s), n > inode_at, "%s", exact);
        free(exact);
    }
}

Test(netdiag, random_lines_are_harmless)
{
    static const char alphabet[] = "0123456789ABCDEF: :";
    unsigned seed = 1;

    for (int round = 0; round < 50000; round++) {
        char line[40];
        struct ph_tcp_socket s;

        for (size_t i = 0; i < sizeof line - 1; i++) {
            seed = seed * 1103515245u + 12345u;
            line[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        line[sizeof line - 1] = '\0';
        ph_netdiag_parse_line(line, &s);
    }
}

/* ---- Real sockets ------------------------------------------------------------------ */

struct pair {
    int listener, client, accepted;
};

static uint16_t port_of(int fd)
{
    struct sockaddr_in a = { .sin_port = 0 };
    socklen_t len = sizeof a;

    cr_assert_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    return ntohs(a.sin_port);
}

static void open_pair(struct pair *pair)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    pair->listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(pair->listener, (struct sockaddr *)&a, sizeof a), 0);
    cr_assert_eq(listen(pair->listener, 1), 0);
    a.sin_port = htons(port_of(pair->listener));
    pair->client = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(pair->client, (struct sockaddr *)&a, sizeof a), 0);
    pair->accepted = accept(pair->listener, NULL, NULL);
    cr_assert_geq(pair->accepted, 0);
}

static void close_pair(const struct pair *pair)
{
    close(pair->listener);
    close(pair->client);
    close(pair->accepted);
}

struct wanted {
    ino_t inode;
    unsigned times;
    struct ph_tcp_socket found;
};

static void note_wanted(const struct ph_tcp_socket *socket, void *ctx)
{
    struct wanted *wanted = ctx;

    if (socket->inode != wanted->inode)
        return;
    wanted->times++;
    wanted->found = *socket;
}

/* What the kernel says of this descriptor of ours. */
static struct ph_tcp_socket looked_up(struct ph_netdiag *diag, int fd)
{
    struct stat st;
    struct wanted wanted = { 0 };

    cr_assert_eq(fstat(fd, &st), 0);
    wanted.inode = st.st_ino;
    cr_assert(ph_netdiag_tcp(diag, note_wanted, &wanted));
    cr_assert_eq(wanted.times, 1);
    return wanted.found;
}

static void check_states(struct ph_netdiag *diag)
{
    struct pair pair;
    struct ph_tcp_socket client;
    char byte;

    open_pair(&pair);
    client = looked_up(diag, pair.client);
    cr_assert_eq(looked_up(diag, pair.listener).state, PH_TCP_LISTEN);
    cr_assert_eq(looked_up(diag, pair.accepted).state, PH_TCP_ESTABLISHED);
    cr_assert_eq(client.state, PH_TCP_ESTABLISHED);
    cr_assert_eq(client.family, AF_INET);
    cr_assert_eq(client.local_port, port_of(pair.client));
    cr_assert_eq(client.peer_port, port_of(pair.listener));
    cr_assert_arr_eq(client.peer, ((const uint8_t[]){ 127, 0, 0, 1 }), 4);

    shutdown(pair.client, SHUT_WR);
    cr_assert_eq(recv(pair.accepted, &byte, 1, 0), 0, "the end has arrived");
    cr_assert_eq(looked_up(diag, pair.accepted).state, PH_TCP_CLOSE_WAIT);
    close_pair(&pair);
}

Test(netdiag, netlink_tells_the_states_of_our_own_sockets)
{
    struct ph_netdiag diag;

    ph_netdiag_init(&diag);
    if (diag.fd < 0)
        cr_skip_test("this kernel has no sock_diag");
    check_states(&diag);

    cr_assert_str_eq(ph_netdiag_source(&diag), "netlink");
    ph_netdiag_fini(&diag);
}

Test(netdiag, procfs_tells_the_same)
{
    struct ph_netdiag diag = { .fd = -1 };

    check_states(&diag);

    cr_assert_str_eq(ph_netdiag_source(&diag), "procfs");
    ph_netdiag_fini(&diag);
}

static void check_queues(struct ph_netdiag *diag)
{
    struct pair pair;

    open_pair(&pair);
    cr_assert_eq(send(pair.client, "seven b", 7, 0), 7);
    for (int tries = 0; tries < 100 && looked_up(diag, pair.accepted).recv_queue != 7; tries++)
        usleep(10000);
    cr_assert_eq(looked_up(diag, pair.accepted).recv_queue, 7);
    cr_assert_eq(looked_up(diag, pair.accepted).send_queue, 0);
    close_pair(&pair);
}

Test(netdiag, netlink_tells_the_bytes_that_wait)
{
    struct ph_netdiag diag;

    ph_netdiag_init(&diag);
    if (diag.fd < 0)
        cr_skip_test("this kernel has no sock_diag");
    check_queues(&diag);
    ph_netdiag_fini(&diag);
}

Test(netdiag, procfs_tells_the_bytes_that_wait)
{
    struct ph_netdiag diag = { .fd = -1 };

    check_queues(&diag);
}

Test(netdiag, its_own_socket_is_known_as_ours)
{
    struct ph_netdiag diag;
    int fd;

    ph_netdiag_init(&diag);
    fd = diag.fd;
    if (fd < 0)
        cr_skip_test("this kernel has no sock_diag");
    cr_assert(ph_ownfds_has(fd));
    ph_netdiag_fini(&diag);
    cr_assert_not(ph_ownfds_has(fd));
}

Test(netdiag, ipv6_sockets_are_found_by_both)
{
    struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    struct ph_netdiag netlink, procfs = { .fd = -1 };
    int fd = socket(AF_INET6, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0)
        cr_skip_test("no IPv6 here");
    cr_assert_eq(listen(fd, 1), 0);
    ph_netdiag_init(&netlink);

    cr_assert_eq(looked_up(&netlink, fd).family, AF_INET6);
    cr_assert_eq(looked_up(&procfs, fd).family, AF_INET6);
    ph_netdiag_fini(&netlink);
    close(fd);
}

Test(netdiag, falls_back_to_procfs_for_good_when_netlink_fails)
{
    struct ph_netdiag diag;
    struct pair pair;
    int other[2];

    open_pair(&pair);
    ph_netdiag_init(&diag);
    ph_netdiag_fini(&diag);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, other), 0);
    diag.fd = other[0];
    close(other[1]); /* what is sent there comes back as EPIPE */

    cr_assert_eq(looked_up(&diag, pair.client).state, PH_TCP_ESTABLISHED);
    cr_assert_str_eq(ph_netdiag_source(&diag), "procfs");
    cr_assert_eq(looked_up(&diag, pair.client).state, PH_TCP_ESTABLISHED);
    close_pair(&pair);
}
