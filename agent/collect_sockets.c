/* SPDX-License-Identifier: MIT */
/* Owns the section "sockets": the kernel's list of sockets joined with the descriptors
 * this process holds. The kernel's list is that of the whole network namespace; on a
 * host with many sockets the reading is paced to half a percent of the time. */
#include "collect_sockets.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "netdiag.h"
#include "pace.h"
#include "peers.h"
#include "porthole.h"

#define REST_TIMES 200

enum { TOTAL, TCP, UDP, UNIX, OTHER, PEER, PEER_TOTAL, LOCAL_PORT, OUTSIDE };

static const struct ph_metric metrics[] = {
    [TOTAL] = { PH_COUNT("total"), "Open sockets of the process.", "porthole_sockets" },
    [TCP] = { PH_COUNT("tcp"), "Open TCP sockets by state.", "porthole_tcp_sockets" },
    [UDP] = { PH_COUNT("udp"), "Open UDP sockets.", "porthole_udp_sockets" },
    [UNIX] = { PH_COUNT("unix"), "Open unix sockets.", "porthole_unix_sockets" },
    [OTHER] = { PH_COUNT("other"), "Open sockets of other families.", NULL },
    [PEER] = { PH_COUNT("count"), "Sockets connected to this peer.", NULL },
    [PEER_TOTAL] = { PH_COUNT("by_peer_total"),
                     "Distinct peers, of which the list shows the top.", NULL },
    [LOCAL_PORT] = { PH_COUNT("local_port"), "Port of ours the peer connected to.", NULL },
    [OUTSIDE] = { PH_COUNT("outside_libuv"), "Sockets no libuv handle accounts for.", NULL },
};

struct sockets {
    struct ph_netdiag diag;
    struct ph_pace pace;
    bool     valid;
    uint64_t tcp[PH_TCP_STATES];
    uint64_t udp, unix_domain, other;
    struct ph_peers peers;
    struct ph_fdscan *fds;      /* only while a dump runs */
};

static void *open_sockets(void)
{
    struct sockets *s = calloc(1, sizeof *s);

    if (s)
        ph_netdiag_init(&s->diag);
    return s;
}

static void close_sockets(void *state)
{
    struct sockets *s = state;

    if (s)
        ph_netdiag_fini(&s->diag);
    free(s);
}

static void visit(const struct ph_tcp_socket *found, void *ctx)
{
    struct sockets *s = ctx;
    struct ph_fd_socket *ours = ph_fdscan_find(s->fds, found->inode);

    if (!ours || ours->matched || found->state >= PH_TCP_STATES)
        return;
    ours->matched = true;
    s->tcp[found->state]++;
    ph_peers_add(&s->peers, found);
}

/* What the TCP dump did not name: other families, and TCP sockets that are neither bound
 * nor connected, which the kernel keeps in no table. Asking the descriptor itself is
 * cheap and race-free enough for a figure. */
static void classify(struct sockets *s, const struct ph_fd_socket *ours)
{
    int domain = 0, protocol = 0;
    socklen_t len = sizeof domain;

    if (getsockopt(ours->fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0)
        return; /* closed since the scan */
    len = sizeof protocol;
    getsockopt(ours->fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len);
    if (domain == AF_UNIX)
        s->unix_domain++;
    else if (protocol == IPPROTO_TCP)
        s->tcp[PH_TCP_CLOSE]++;
    else if (protocol == IPPROTO_UDP)
        s->udp++;
    else
        s->other++;
}

static void read_all(struct sockets *s, struct ph_fdscan *fds)
{
    memset(s->tcp, 0, sizeof s->tcp);
    s->udp = s->unix_domain = s->other = 0;
    ph_peers_clear(&s->peers);
    for (size_t i = 0; i < fds->n_sockets; i++)
        fds->sockets[i].matched = false;
    s->fds = fds;
    s->valid = ph_netdiag_tcp(&s->diag, visit, s);
    s->fds = NULL;
    for (size_t i = 0; i < fds->n_sockets; i++)
        if (!fds->sockets[i].matched)
            classify(s, &fds->sockets[i]);
}

static void show_states(const struct sockets *s, struct ph_builder *b)
{
    static const char *const names[PH_TCP_STATES] = {
        [PH_TCP_ESTABLISHED] = "established", [PH_TCP_SYN_SENT] = "syn_sent",
        [PH_TCP_SYN_RECV] = "syn_recv",       [PH_TCP_FIN_WAIT1] = "fin_wait1",
        [PH_TCP_FIN_WAIT2] = "fin_wait2",     [PH_TCP_CLOSE] = "close",
        [PH_TCP_CLOSE_WAIT] = "close_wait",   [PH_TCP_LAST_ACK] = "last_ack",
        [PH_TCP_LISTEN] = "listen",           [PH_TCP_CLOSING] = "closing",
    };

    ph_build_map(b, metrics[TCP].key, "state");
    for (size_t i = 0; i < PH_TCP_STATES; i++)
        if (names[i])
            ph_build_entry(b, names[i], &metrics[TCP], s->valid ? s->tcp[i] : PORTHOLE_UNKNOWN);
    ph_build_end(b);
}

static void show_peers(const struct ph_peers *peers, struct ph_builder *b)
{
    const struct ph_peer *top[PH_PEERS_TOP + 1];
    size_t n = ph_peers_top(peers, top);
    char name[PH_PEER_BYTES];

    ph_build_array(b, "by_peer");
    for (size_t i = 0; i < n; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "peer", ph_peer_name(top[i], name));
        ph_build_uint(b, &metrics[PEER], top[i]->count);
        if (top[i]->local_port)
            ph_build_uint(b, &metrics[LOCAL_PORT], top[i]->local_port);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (peers->used > n) {
        ph_build_bool(b, "by_peer_truncated", true);
        /* Beyond the table's room nobody knows how many more there are. */
        ph_build_uint(b, &metrics[PEER_TOTAL],
                      peers->left_out ? PORTHOLE_UNKNOWN : peers->used);
    }
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    struct sockets *s = state;

    if (!s)
        return;
    if (env->fds->valid && ph_pace_due(&s->pace, env->now_ns)) {
        uint64_t began = ph_clock_ns();

        read_all(s, env->fds);
        ph_pace_done(&s->pace, began, ph_clock_ns() - began, REST_TIMES, 0);
    }
    ph_build_uint(b, &metrics[TOTAL],
                  env->fds->valid ? env->fds->by_kind[PH_FD_SOCKET] : PORTHOLE_UNKNOWN);
    show_states(s, b);
    ph_build_uint(b, &metrics[UDP], s->valid ? s->udp : PORTHOLE_UNKNOWN);
    ph_build_uint(b, &metrics[UNIX], s->valid ? s->unix_domain : PORTHOLE_UNKNOWN);
    ph_build_uint(b, &metrics[OTHER], s->valid ? s->other : PORTHOLE_UNKNOWN);
    show_peers(&s->peers, b);
    ph_build_uint(b, &metrics[OUTSIDE], PORTHOLE_UNKNOWN); /* counted from issue 5 on */
    ph_build_text(b, "source", ph_netdiag_source(&s->diag));
}

const struct ph_collector ph_collect_sockets = {
    .section = "sockets",
    PH_METRICS(metrics),
    .open = open_sockets,
    .collect = collect,
    .close = close_sockets,
};
