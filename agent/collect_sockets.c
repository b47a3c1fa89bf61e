/* SPDX-License-Identifier: MIT */
/* Owns the section "sockets": the kernel's list of sockets joined with the descriptors
 * this process holds. The kernel's list is that of the whole network namespace; on a
 * host with many sockets the reading is paced to half a percent of the time. */
#include "collect_sockets.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "claims.h"
#include "clock.h"
#include "netdiag.h"
#include "pace.h"
#include "porthole.h"
#include "show_sockets.h"
#include "sockage.h"
#include "socket_views.h"

#define REST_TIMES 200

struct sockets {
    struct ph_netdiag diag;
    struct ph_pace pace;
    struct ph_sockage age;
    struct ph_sockets found;
    struct ph_fdscan *fds;      /* only while a dump runs, as the next */
    uint64_t now_ns;
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    struct ph_claims claims;
    struct ph_table_view table; /* scratch */
};

static void *open_sockets(void)
{
    struct sockets *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    ph_netdiag_init(&s->diag);
    ph_ports_init(&s->found.ports);
    s->found.outside = PORTHOLE_UNKNOWN;
    return s;
}

static void close_sockets(void *state)
{
    struct sockets *s = state;

    if (!s)
        return;
    ph_netdiag_fini(&s->diag);
    ph_sockage_fini(&s->age);
    free(s);
}

/* Since when this one is known; now, if memory for the list is out. Of several descriptors the
 * first one's times are those that the next scan takes over. */
static uint64_t follow_age(struct sockets *s, const struct ph_fd_socket *ours, bool waits)
{
    size_t i = (size_t)(ours - s->fds->sockets);
    const struct ph_seen *seen;

    if (i >= s->age.n)
        return s->now_ns;
    while (i > 0 && s->age.seen[i - 1].inode == ours->inode)
        i--;
    seen = &s->age.seen[i];
    ph_sockage_waits(&s->age, i, waits, s->now_ns);
    if (waits && seen->waits_ns < s->found.waits_ns)
        s->found.waits_ns = seen->waits_ns;
    return seen->first_ns;
}

static void visit(const struct ph_tcp_socket *found, void *ctx)
{
    struct sockets *s = ctx;
    struct ph_sockets *f = &s->found;
    struct ph_fd_socket *ours = ph_fdscan_find(s->fds, found->inode);
    uint64_t first_ns;

    if (!ours || ours->matched || found->state >= PH_TCP_STATES)
        return;
    ours->matched = true;
    f->tcp[found->state]++;
    ph_ports_add(&f->ports, found);
    first_ns = follow_age(s, ours, found->state == PH_TCP_CLOSE_WAIT);
    if (found->state == PH_TCP_LISTEN)
        return; /* its queues hold connections, not bytes */
    f->recv_queue += found->recv_queue;
    f->send_queue += found->send_queue;
    if (found->peer_port && first_ns < f->first_ns)
        f->first_ns = first_ns;
    ph_peers_add(&f->peers, found, ph_ports_serves(&f->ports, found->local_port), first_ns);
}

/* What the TCP dump did not name: other families, and TCP sockets that are neither bound
 * nor connected, which the kernel keeps in no table. Asking the descriptor itself is
 * cheap and race-free enough for a figure. */
static void classify(struct ph_sockets *f, const struct ph_fd_socket *ours)
{
    int domain = 0, protocol = 0;
    socklen_t len = sizeof domain;

    if (getsockopt(ours->fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0)
        return; /* closed since the scan */
    len = sizeof protocol;
    getsockopt(ours->fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len);
    if (domain == AF_UNIX)
        f->unix_domain++;
    else if (protocol == IPPROTO_TCP)
        f->tcp[PH_TCP_CLOSE]++;
    else if (protocol == IPPROTO_UDP)
        f->udp++;
    else
        f->other++;
}

/* Descriptors of one socket lie side by side: it counts once, and one match is enough. */
static void classify_rest(struct sockets *s, const struct ph_fdscan *fds)
{
    const struct ph_fd_socket *all = fds->sockets;

    for (size_t i = 0, end; i < fds->n_sockets; i = end) {
        bool matched = false;

        for (end = i; end < fds->n_sockets && all[end].inode == all[i].inode; end++)
            matched = matched || all[end].matched;
        if (!matched)
            classify(&s->found, &all[i]);
    }
}

static void read_all(struct sockets *s, struct ph_fdscan *fds, uint64_t now_ns)
{
    ph_sockets_clear(&s->found);
    for (size_t i = 0; i < fds->n_sockets; i++)
        fds->sockets[i].matched = false;
    s->fds = fds;
    s->now_ns = now_ns;
    s->found.valid = ph_netdiag_tcp(&s->diag, visit, s);
    s->fds = NULL;
    classify_rest(s, fds);
}

/* What the host threads know of their sockets. */
static void ask_threads(struct sockets *s, const struct ph_collect_env *env)
{
    size_t n = ph_board_hold(env->board, s->held);
    bool new_scan = env->fds->valid && s->age.taken_ns != env->fds->pace.taken_ns;

    ph_socket_views_read(&s->found.views, s->held, n, &s->table);
    if (new_scan) {
        ph_sockage_take(&s->age, env->fds); /* without memory it is empty: nobody is accused */
        ph_claims_read(&s->claims, s->held, n);
        s->found.outside = ph_claims_outside(&s->claims, env->fds, &s->age);
    }
    for (size_t i = 0; i < n; i++)
        ph_thread_unref(s->held[i]);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    struct sockets *s = state;

    if (!s)
        return;
    ask_threads(s, env);
    if (env->fds->valid && ph_pace_due(&s->pace, env->now_ns)) {
        uint64_t began = ph_clock_ns();

        read_all(s, env->fds, env->now_ns);
        ph_pace_done(&s->pace, began, ph_clock_ns() - began, REST_TIMES, 0);
    }
    ph_sockets_show(&s->found,
                    env->fds->valid ? env->fds->by_kind[PH_FD_SOCKET] : PORTHOLE_UNKNOWN,
                    env->now_ns, b);
    ph_build_text(b, "source", ph_netdiag_source(&s->diag));
}

const struct ph_collector ph_collect_sockets = {
    .section = "sockets",
    .metrics = ph_sockets_metrics,
    .n_metrics = PH_SOCKETS_METRICS,
    .open = open_sockets,
    .collect = collect,
    .close = close_sockets,
};
