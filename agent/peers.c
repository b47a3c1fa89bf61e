/* SPDX-License-Identifier: MIT */
/* Owns the bounded table of socket peers: a million clients must cost no more than a
 * thousand. */
#include "peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define FULL (PH_PEERS / 4 * 3) /* keeps probes short */

void ph_peers_clear(struct ph_peers *peers)
{
    memset(peers, 0, sizeof *peers);
}

static size_t hash(const struct ph_peer *p)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < sizeof p->address; i++)
        h = (h ^ p->address[i]) * 16777619u;
    h = (h ^ p->port) * 16777619u;
    h = (h ^ p->local_port) * 16777619u;
    return h % PH_PEERS;
}

static bool same(const struct ph_peer *a, const struct ph_peer *b)
{
    return a->port == b->port && a->local_port == b->local_port && a->family == b->family &&
           memcmp(a->address, b->address, sizeof a->address) == 0;
}

/* The entry of this peer, a new one if need be; NULL if there is no room for that. */
static struct ph_peer *entry_of(struct ph_peers *peers, const struct ph_peer *key)
{
    size_t at = hash(key);

    while (peers->table[at].count && !same(&peers->table[at], key))
        at = (at + 1) % PH_PEERS;
    if (peers->table[at].count)
        return &peers->table[at];
    if (peers->used == FULL || (key->local_port && peers->clients == PH_PEERS_CLIENTS)) {
        peers->left_out++;
        return NULL;
    }
    peers->used++;
    peers->clients += key->local_port != 0;
    peers->table[at] = *key;
    return &peers->table[at];
}

void ph_peers_add(struct ph_peers *peers, const struct ph_tcp_socket *s, bool incoming,
                  uint64_t first_ns)
{
    struct ph_peer key = { .family = s->family, .first_ns = first_ns };
    struct ph_peer *peer;

    if (s->state == PH_TCP_LISTEN || s->peer_port == 0)
        return; /* listening, or bound and not connected */
    memcpy(key.address, s->peer, s->family == AF_INET ? 4 : sizeof key.address);
    if (incoming)
        key.local_port = s->local_port;
    else
        key.port = s->peer_port;
    peer = entry_of(peers, &key);
    if (!peer) {
        peers->left_waiting += s->state == PH_TCP_CLOSE_WAIT;
        return;
    }
    peer->count++;
    peer->close_wait += s->state == PH_TCP_CLOSE_WAIT;
    peer->recv_queue += s->recv_queue;
    peer->send_queue += s->send_queue;
    if (first_ns < peer->first_ns)
        peer->first_ns = first_ns;
}

const struct ph_peer *ph_peers_most_waiting(const struct ph_peers *peers)
{
    const struct ph_peer *most = NULL;

    for (size_t i = 0; i < PH_PEERS; i++)
        if (peers->table[i].close_wait > (most ? most->close_wait : 0))
            most = &peers->table[i];
    return most && most->close_wait >= peers->left_waiting ? most : NULL;
}

size_t ph_peers_top(const struct ph_peers *peers, const struct ph_peer **out)
{
    size_t n = 0;

    for (size_t i = 0; i < PH_PEERS; i++) {
        const struct ph_peer *p = &peers->table[i];
        size_t at = n;

        if (!p->count)
            continue;
        while (at > 0 && out[at - 1]->count < p->count)
            at--;
        if (at == PH_PEERS_TOP)
            continue;
        if (n < PH_PEERS_TOP)
            n++;
        memmove(&out[at + 1], &out[at], (n - 1 - at) * sizeof out[0]);
        out[at] = p;
    }
    return n;
}

const char *ph_peer_name(const struct ph_peer *peer, char *out)
{
    char address[INET6_ADDRSTRLEN] = "?";
    struct in6_addr v6;
    bool bracket = false;

    memcpy(&v6, peer->address, sizeof v6);
    if (peer->family == AF_INET) {
        inet_ntop(AF_INET, peer->address, address, sizeof address);
    } else if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        inet_ntop(AF_INET, peer->address + 12, address, sizeof address);
    } else {
        inet_ntop(AF_INET6, &v6, address, sizeof address);
        bracket = true;
    }
    if (peer->local_port)
        snprintf(out, PH_PEER_BYTES, bracket ? "[%s]:*" : "%s:*", address);
    else
        snprintf(out, PH_PEER_BYTES, bracket ? "[%s]:%u" : "%s:%u", address, peer->port);
    return out;
}
