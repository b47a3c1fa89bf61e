/* SPDX-License-Identifier: MIT */
#ifndef PH_ACCEPT_H
#define PH_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/** Takes connections off our two listeners, whatever state the host is in. */
struct ph_acceptor {
    int      epoll_fd, tcp_fd, unix_fd; /* the caller's; -1: no such listener */
    int      reserve_fd;    /* given up to accept when descriptors have run out */
    uint64_t resume_ns;     /* the listeners are switched off until then; 0: they are on */
};

/* What a listener's events carry as data.u32; other descriptors leave it 0. */
enum ph_arrival_source { PH_ARRIVAL_TCP = 1, PH_ARRIVAL_UNIX };

struct ph_arrival {
    int  fd;                /* non-blocking, close-on-exec; the receiver's */
    bool local;             /* by the unix socket, from our own user or root */
    struct sockaddr_storage address;
    socklen_t len;
};

/** Threads: http thread, as all functions here. */
void ph_acceptor_init(struct ph_acceptor *acceptor, int epoll_fd, int tcp_fd, int unix_fd);
void ph_acceptor_fini(struct ph_acceptor *acceptor);

/** The next connection waiting on that listener; false when there is none. Peers of the
 *  unix socket who may not look are closed on the spot. */
bool ph_acceptor_next(struct ph_acceptor *acceptor, uint32_t source, struct ph_arrival *out);

/** Once per turn: switch the listeners on again when their time has come, and fetch the
 *  reserve back when `quiet`. */
void ph_acceptor_tend(struct ph_acceptor *acceptor, uint64_t now_ns, bool quiet);

#endif
