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

static bool is_listening(const struct ph_peers *peers, uint16_t port)
{
    for (size_t i = 0; i < peers->n_listening; i++)
        if (peers->listening[i] == port)
            return true;
    return false;
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

static void count(struct ph_peers *peers, const struct ph_peer *key)
{
    size_t at = hash(key);

    while (peers->table[at].count && !same(&peers->table[at], key))
        at = (at + 1) % PH_PEERS;
    if (!peers->table[at].count) {
        if (peers->used == FULL) {
            peers->left_out++;
            return;
        }
        peers->used++;
        peers->table[at] = *key;
    }
    peers->table[at].count++;
}

void ph_peers_add(struct ph_peers *peers, const struct ph_tcp_socket *s)
{
    struct ph_peer key = { .family = s->family };

    if (s->state == PH_TCP_LISTEN) {
        if (peers->n_listening < PH_PEERS_PORTS && !is_listening(peers, s->local_port))
            peers->listening[peers->n_listening++] = s->local_port;
        return;
    }
    if (s->peer_port == 0)
        return; /* bound, not connected */
    memcpy(key.address, s->peer, s->family == AF_INET ? 4 : sizeof key.address);
    if (is_listening(peers, s->local_port))
        key.local_port = s->local_port;
    else
        key.port = s->peer_port;
    count(peers, &key);
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
