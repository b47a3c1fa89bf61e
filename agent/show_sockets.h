/* SPDX-License-Identifier: MIT */
#ifndef PH_SHOW_SOCKETS_H
#define PH_SHOW_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "metric.h"
#include "netdiag.h"
#include "peers.h"
#include "ports.h"
#include "snapshot.h"
#include "socket_views.h"

/** All that is known of the sockets of the process, added up. */
struct ph_sockets {
    bool     valid;             /* the kernel has told; else only `views`, `outside` hold */
    uint64_t tcp[PH_TCP_STATES];
    uint64_t udp, unix_domain, other;
    uint64_t recv_queue, send_queue;    /* bytes, of TCP connections */
    uint64_t first_ns;          /* since when we know the oldest connection; UINT64_MAX: none */
    uint64_t waits_ns;          /* the same for CLOSE_WAIT */
    struct ph_peers peers;
    struct ph_ports ports;
    struct ph_socket_views views;
    uint64_t outside;           /* PORTHOLE_UNKNOWN until that can be told */
};

#define PH_SOCKETS_METRICS 27

extern const struct ph_metric ph_sockets_metrics[PH_SOCKETS_METRICS];

/** Forget what the kernel told. Threads: tick thread, as below. */
void ph_sockets_clear(struct ph_sockets *sockets);

/**
 * Build what "sockets" shows of it.
 *
 * @param total  sockets by the count of descriptors.
 */
void ph_sockets_show(const struct ph_sockets *sockets, uint64_t total, uint64_t now_ns,
                     struct ph_builder *b);

#endif
