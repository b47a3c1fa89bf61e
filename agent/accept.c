/* SPDX-License-Identifier: MIT */
/* Owns the listening descriptors' events. Must never spin: a level-triggered listener
 * whose connections cannot be accepted would, so it is switched off for a while. */
#include "accept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"

#define REST_NS (100 * PH_NS_PER_MS)

static void take_reserve(struct ph_acceptor *a)
{
    if (a->reserve_fd < 0)
        a->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void switch_one(const struct ph_acceptor *a, bool on, int fd, uint32_t source)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = source };

    if (fd >= 0)
        epoll_ctl(a->epoll_fd, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd, &event);
}

static void switch_both(struct ph_acceptor *a, bool on)
{
    switch_one(a, on, a->tcp_fd, PH_ARRIVAL_TCP);
    switch_one(a, on, a->unix_fd, PH_ARRIVAL_UNIX);
    a->resume_ns = on ? 0 : ph_clock_ns() + REST_NS;
}

void ph_acceptor_init(struct ph_acceptor *a, int epoll_fd, int tcp_fd, int unix_fd)
{
    *a = (struct ph_acceptor){
        .epoll_fd = epoll_fd, .tcp_fd = tcp_fd, .unix_fd = unix_fd, .reserve_fd = -1
    };
    take_reserve(a);
    switch_both(a, true);
}

void ph_acceptor_fini(struct ph_acceptor *a)
{
    if (a->reserve_fd >= 0)
        close(a->reserve_fd);
    a->reserve_fd = -1;
}

static bool is_permitted(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static int accept_once(int listener, struct ph_arrival *out)
{
    out->len = sizeof out->address;
    out->address.ss_family = AF_UNSPEC;
    return accept4(listener, (struct sockaddr *)&out->address, &out->len,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* A host that has run out of descriptors is one that somebody wants to look into: give
 * up the one we kept for that. */
static int accept_with_reserve(struct ph_acceptor *a, int listener, struct ph_arrival *out)
{
    int fd = accept_once(listener, out);

    if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || a->reserve_fd < 0)
        return fd;
    close(a->reserve_fd);
    a->reserve_fd = -1;
    return accept_once(listener, out);
}

bool ph_acceptor_next(struct ph_acceptor *a, uint32_t source, struct ph_arrival *out)
{
    bool local = source == PH_ARRIVAL_UNIX;

    for (;;) {
        int fd = accept_with_reserve(a, local ? a->unix_fd : a->tcp_fd, out);

        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0 && errno != EAGAIN)
            switch_both(a, false);
        if (fd < 0)
            return false;
        if (local && !is_permitted(fd)) {
            close(fd);
            continue;
        }
        out->fd = fd;
        out->local = local;
        return true;
    }
}

void ph_acceptor_tend(struct ph_acceptor *a, uint64_t now_ns, bool quiet)
{
    if (a->resume_ns && now_ns >= a->resume_ns)
        switch_both(a, true);
    if (quiet)
        take_reserve(a);
}
