/* SPDX-License-Identifier: MIT */
#ifndef PH_PEERS_H
#define PH_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag.h"

/**
 * Sockets counted by the other end. Outgoing ones by address and port; incoming ones
 * (their local port is one that serves) by address and local port, because the
 * client's own port is different each time.
 */
#define PH_PEERS 1024       /* distinct peers told apart; further ones are only counted */
#define PH_PEERS_CLIENTS 384    /* of them: however many come, whom we connect to is named */
#define PH_PEERS_TOP 20
#define PH_PEER_BYTES 64

struct ph_peer {
    uint32_t count;         /* 0: free */
    uint16_t port;          /* of the peer; 0 for incoming */
    uint16_t local_port;    /* 0 for outgoing */
    uint8_t  family;
    uint8_t  address[16];
    uint32_t close_wait;    /* of `count` */
    uint64_t recv_queue, send_queue;    /* bytes */
    uint64_t first_ns;      /* since when we know the oldest */
};

struct ph_peers {
    struct ph_peer table[PH_PEERS];
    size_t   used;
    size_t   clients;       /* of them: incoming */
    uint64_t left_waiting;  /* sockets in CLOSE_WAIT that were left out */
    uint64_t left_out;      /* sockets whose peer found no room */
};

/* Threads: tick thread, as all functions here. */

void ph_peers_clear(struct ph_peers *peers);

/**
 * Count one socket; one that has no peer is ignored.
 *
 * @param incoming  its local port is one that serves.
 * @param first_ns  since when we know it.
 */
void ph_peers_add(struct ph_peers *peers, const struct ph_tcp_socket *socket, bool incoming,
                  uint64_t first_ns);

/** The peers with the most sockets, most first, at most PH_PEERS_TOP. Returns how many. */
size_t ph_peers_top(const struct ph_peers *peers, const struct ph_peer **out);

/** The peer with the most sockets in CLOSE_WAIT, NULL if there are none, or if one that was
 *  left out may have more. */
const struct ph_peer *ph_peers_most_waiting(const struct ph_peers *peers);

/** "10.0.0.7:443", "[2001:db8::1]:443"; "10.0.0.9:*" for an incoming one. Returns `out`
 *  (PH_PEER_BYTES). */
const char *ph_peer_name(const struct ph_peer *peer, char *out);

#endif
