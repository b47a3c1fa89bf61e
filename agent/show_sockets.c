/* SPDX-License-Identifier: MIT */
/* Owns how sockets are told. */
#include "show_sockets.h"

#include <math.h>
#include <string.h>

#include "clock.h"
#include "close_wait.h"
#include "porthole.h"

enum {
    TOTAL,
    TCP,
    UDP,
    UNIX,
    OTHER,
    RECV_QUEUE,
    SEND_QUEUE,
    OLDEST,
    PEER,
    PEER_TOTAL,
    LOCAL_PORT,
    PEER_WAITING,
    PEER_RECV_QUEUE,
    PEER_SEND_QUEUE,
    PEER_OLDEST,
    PORT,
    PORT_COUNT,
    PORT_TOTAL,
    WAITING,
    WAITING_OLDEST,
    KERNEL_TCP,
    KERNEL_UDP,
    KERNEL_UNIX,
    VIEW_TCP,
    VIEW_UDP,
    VIEW_PIPE,
    OUTSIDE,
    END
};

#define SECONDS(key) key, PH_GAUGE, PH_UNIT_SECONDS

const struct ph_metric ph_sockets_metrics[PH_SOCKETS_METRICS] = {
    [TOTAL] = { PH_COUNT("total"), "Open sockets of the process.", "porthole_sockets" },
    [TCP] = { PH_COUNT("tcp"), "Open TCP sockets by state.", "porthole_tcp_sockets" },
    [UDP] = { PH_COUNT("udp"), "Open UDP sockets.", "porthole_udp_sockets" },
    [UNIX] = { PH_COUNT("unix"), "Open unix sockets.", "porthole_unix_sockets" },
    [OTHER] = { PH_COUNT("other"), "Open sockets of other families.", NULL },
    [RECV_QUEUE] = { PH_BYTES("recv_queue_bytes"),
                     "Bytes received by TCP that the application has not read.",
                     "porthole_tcp_recv_queue_bytes" },
    [SEND_QUEUE] = { PH_BYTES("send_queue_bytes"),
                     "Bytes given to TCP that the peers have not acknowledged.",
                     "porthole_tcp_send_queue_bytes" },
    [OLDEST] = { SECONDS("oldest_s"), "How long we know the oldest TCP connection.",
                 "porthole_tcp_oldest_seconds" },
    [PEER] = { PH_COUNT("count"), "Sockets connected to this peer.", NULL },
    [PEER_TOTAL] = { PH_COUNT("by_peer_total"),
                     "Distinct peers, of which the list shows the top.", NULL },
    [LOCAL_PORT] = { PH_COUNT("local_port"), "Port of ours the peer connected to.", NULL },
    [PEER_WAITING] = { PH_COUNT("close_wait"), "Of these, closed by the peer only.", NULL },
    [PEER_RECV_QUEUE] = { PH_BYTES("recv_queue_bytes"), "Bytes not read yet.", NULL },
    [PEER_SEND_QUEUE] = { PH_BYTES("send_queue_bytes"), "Bytes not acknowledged yet.", NULL },
    [PEER_OLDEST] = { SECONDS("oldest_s"), "How long we know the oldest of them.", NULL },
    [PORT] = { PH_COUNT("local_port"), "Port of ours.", NULL },
    [PORT_COUNT] = { PH_COUNT("count"), "Sockets on it that do not listen.", NULL },
    [PORT_TOTAL] = { PH_COUNT("by_local_port_total"),
                     "Ports that serve, of which the list shows the top.", NULL },
    [WAITING] = { PH_COUNT("count"), "Connections the peer closed and the application did not.",
                  NULL },
    [WAITING_OLDEST] = { SECONDS("oldest_s"), "For how long the oldest has been so.",
                         "porthole_tcp_close_wait_oldest_seconds" },
    [KERNEL_TCP] = { PH_COUNT("tcp"), "TCP sockets by the kernel's count.", NULL },
    [KERNEL_UDP] = { PH_COUNT("udp"), "UDP sockets by the kernel's count.", NULL },
    [KERNEL_UNIX] = { PH_COUNT("unix"), "Unix sockets by the kernel's count.", NULL },
    [VIEW_TCP] = { PH_COUNT("tcp"), "TCP sockets by the runtime's count.", NULL },
    [VIEW_UDP] = { PH_COUNT("udp"), "UDP sockets by the runtime's count.", NULL },
    [VIEW_PIPE] = { PH_COUNT("pipe"), "Pipes and unix sockets by the runtime's count.", NULL },
    [OUTSIDE] = { PH_COUNT("outside_libuv"), "Sockets no libuv handle accounts for.",
                  "porthole_sockets_outside_libuv" },
};

_Static_assert(END == PH_SOCKETS_METRICS, "as many as there are");

static const struct ph_metric *metric(unsigned which)
{
    return &ph_sockets_metrics[which];
}

void ph_sockets_clear(struct ph_sockets *s)
{
    s->valid = false;
    memset(s->tcp, 0, sizeof s->tcp);
    s->udp = s->unix_domain = s->other = 0;
    s->recv_queue = s->send_queue = 0;
    s->first_ns = s->waits_ns = UINT64_MAX;
    ph_peers_clear(&s->peers);
    ph_ports_clear(&s->ports);
}

static uint64_t if_valid(const struct ph_sockets *s, uint64_t value)
{
    return s->valid ? value : PORTHOLE_UNKNOWN;
}

/* To a tenth: ages are as coarse as the ticks. NaN if there is none. */
static double seconds_since(uint64_t then_ns, uint64_t now_ns)
{
    if (then_ns == UINT64_MAX)
        return NAN;
    return now_ns > then_ns ? round(ph_clock_ms(now_ns - then_ns) / 100) / 10 : 0;
}

static void show_states(const struct ph_sockets *s, struct ph_builder *b)
{
    static const char *const names[PH_TCP_STATES] = {
        [PH_TCP_ESTABLISHED] = "established", [PH_TCP_SYN_SENT] = "syn_sent",
        [PH_TCP_SYN_RECV] = "syn_recv",       [PH_TCP_FIN_WAIT1] = "fin_wait1",
        [PH_TCP_FIN_WAIT2] = "fin_wait2",     [PH_TCP_CLOSE] = "close",
        [PH_TCP_CLOSE_WAIT] = "close_wait",   [PH_TCP_LAST_ACK] = "last_ack",
        [PH_TCP_LISTEN] = "listen",           [PH_TCP_CLOSING] = "closing",
    };

    ph_build_map(b, metric(TCP)->key, "state");
    for (size_t i = 0; i < PH_TCP_STATES; i++)
        if (names[i])
            ph_build_entry(b, names[i], metric(TCP), if_valid(s, s->tcp[i]));
    ph_build_end(b);
}

static void show_peer(const struct ph_peer *peer, uint64_t now_ns, struct ph_builder *b)
{
    char name[PH_PEER_BYTES];

    ph_build_item(b, NULL, NULL);
    ph_build_text(b, "peer", ph_peer_name(peer, name));
    ph_build_uint(b, metric(PEER), peer->count);
    if (peer->local_port)
        ph_build_uint(b, metric(LOCAL_PORT), peer->local_port);
    ph_build_uint(b, metric(PEER_WAITING), peer->close_wait);
    ph_build_uint(b, metric(PEER_RECV_QUEUE), peer->recv_queue);
    ph_build_uint(b, metric(PEER_SEND_QUEUE), peer->send_queue);
    ph_build_real(b, metric(PEER_OLDEST), seconds_since(peer->first_ns, now_ns));
    ph_build_end(b);
}

static void show_peers(const struct ph_peers *peers, uint64_t now_ns, struct ph_builder *b)
{
    const struct ph_peer *top[PH_PEERS_TOP + 1];
    size_t n = ph_peers_top(peers, top);

    ph_build_array(b, "by_peer");
    for (size_t i = 0; i < n; i++)
        show_peer(top[i], now_ns, b);
    ph_build_end(b);
    if (peers->used > n) {
        ph_build_bool(b, "by_peer_truncated", true);
        /* Beyond the table's room nobody knows how many more there are. */
        ph_build_uint(b, metric(PEER_TOTAL), peers->left_out ? PORTHOLE_UNKNOWN : peers->used);
    }
}

static void show_ports(const struct ph_ports *ports, struct ph_builder *b)
{
    struct ph_port top[PH_PORTS_TOP];
    size_t total, n = ph_ports_top(ports, top, &total);

    ph_build_array(b, "by_local_port");
    for (size_t i = 0; i < n; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_uint(b, metric(PORT), top[i].port);
        ph_build_uint(b, metric(PORT_COUNT), top[i].count);
        ph_build_bool(b, "listening", top[i].listening);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (total > n) {
        ph_build_bool(b, "by_local_port_truncated", true);
        ph_build_uint(b, metric(PORT_TOTAL), total);
    }
}

static void show_waiting(const struct ph_sockets *s, uint64_t now_ns, struct ph_builder *b)
{
    const struct ph_peer *most = ph_peers_most_waiting(&s->peers);
    double oldest_s = seconds_since(s->waits_ns, now_ns);
    char name[PH_PEER_BYTES], text[PH_CLOSE_WAIT_BYTES];
    struct ph_close_wait waits = { .count = s->tcp[PH_TCP_CLOSE_WAIT] };

    if (s->waits_ns < now_ns)
        waits.oldest_ns = now_ns - s->waits_ns;
    if (most) {
        waits.peer = ph_peer_name(most, name);
        waits.peer_count = most->close_wait;
    }
    ph_build_object(b, "close_wait");
    ph_build_uint(b, metric(WAITING), if_valid(s, waits.count));
    ph_build_real(b, metric(WAITING_OLDEST), s->valid ? oldest_s : NAN);
    ph_build_text(b, "top_peer", waits.peer);
    ph_build_text(b, "says", s->valid ? ph_close_wait_says(&waits, text) : NULL);
    ph_build_end(b);
}

static void show_view(const char *key, const uint64_t *view, struct ph_builder *b)
{
    ph_build_object(b, key);
    for (unsigned i = 0; i < PH_VIEW_KINDS; i++)
        ph_build_uint(b, metric(VIEW_TCP + i), view[i]);
    ph_build_end(b);
}

static void show_views(const struct ph_sockets *s, struct ph_builder *b)
{
    uint64_t tcp = 0;

    for (size_t i = 0; i < PH_TCP_STATES; i++)
        tcp += s->tcp[i];
    ph_build_object(b, "views");
    ph_build_object(b, "kernel");
    ph_build_uint(b, metric(KERNEL_TCP), if_valid(s, tcp));
    ph_build_uint(b, metric(KERNEL_UDP), if_valid(s, s->udp));
    ph_build_uint(b, metric(KERNEL_UNIX), if_valid(s, s->unix_domain));
    ph_build_end(b);
    show_view("libuv", s->views.libuv, b);
    show_view("node", s->views.node, b);
    ph_build_end(b);
}

void ph_sockets_show(const struct ph_sockets *s, uint64_t total, uint64_t now_ns,
                     struct ph_builder *b)
{
    ph_build_uint(b, metric(TOTAL), total);
    show_states(s, b);
    ph_build_uint(b, metric(UDP), if_valid(s, s->udp));
    ph_build_uint(b, metric(UNIX), if_valid(s, s->unix_domain));
    ph_build_uint(b, metric(OTHER), if_valid(s, s->other));
    ph_build_uint(b, metric(RECV_QUEUE), if_valid(s, s->recv_queue));
    ph_build_uint(b, metric(SEND_QUEUE), if_valid(s, s->send_queue));
    ph_build_real(b, metric(OLDEST), s->valid ? seconds_since(s->first_ns, now_ns) : NAN);
    show_peers(&s->peers, now_ns, b);
    show_ports(&s->ports, b);
    show_waiting(s, now_ns, b);
    show_views(s, b);
    ph_build_uint(b, metric(OUTSIDE), s->outside);
}
