/* SPDX-License-Identifier: MIT */
#ifndef PH_NETDIAG_H
#define PH_NETDIAG_H

#include <stdbool.h>
#include <stdint.h>

/** The kernel's list of TCP sockets of this network namespace (not only our own). */

/* The kernel's numbers (include/net/tcp_states.h), which no user header carries whole. */
enum ph_tcp_state {
    PH_TCP_ESTABLISHED = 1,
    PH_TCP_SYN_SENT,
    PH_TCP_SYN_RECV,
    PH_TCP_FIN_WAIT1,
    PH_TCP_FIN_WAIT2,
    PH_TCP_TIME_WAIT,
    PH_TCP_CLOSE,
    PH_TCP_CLOSE_WAIT,
    PH_TCP_LAST_ACK,
    PH_TCP_LISTEN,
    PH_TCP_CLOSING,
    PH_TCP_STATES
};

struct ph_tcp_socket {
    uint64_t inode;
    uint8_t  state;
    uint8_t  family;        /* AF_INET or AF_INET6 */
    uint16_t local_port;
    uint16_t peer_port;
    uint8_t  peer[16];      /* network order; IPv4 in the first four bytes */
    uint32_t recv_queue;    /* bytes the application has not read; listening: connections
                               that wait to be accepted */
    uint32_t send_queue;    /* bytes the peer has not acknowledged; listening: how many
                               connections may wait */
};

typedef void ph_tcp_visit(const struct ph_tcp_socket *socket, void *ctx);

struct ph_netdiag {
    int      fd;            /* netlink; -1: not available, procfs is read instead */
    uint32_t sequence;
};

/** Threads: tick thread, as all functions here. */
void ph_netdiag_init(struct ph_netdiag *diag);
void ph_netdiag_fini(struct ph_netdiag *diag);

/**
 * Call `visit` for each TCP socket: by netlink sock_diag (0.8 µs a socket), or, where
 * that is not to be had, from /proc/net/tcp and tcp6 (2.4 µs a socket).
 *
 * @return false if neither could be read.
 */
bool ph_netdiag_tcp(struct ph_netdiag *diag, ph_tcp_visit *visit, void *ctx);

/** "netlink" or "procfs": where the last answer came from. */
const char *ph_netdiag_source(const struct ph_netdiag *diag);

/** Parse one line of /proc/net/tcp or tcp6. False for the header and anything odd. */
bool ph_netdiag_parse_line(const char *line, struct ph_tcp_socket *out);

#endif
