/* SPDX-License-Identifier: MIT */
#ifndef PH_PORTS_H
#define PH_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag.h"

/**
 * TCP sockets counted by their local port: exact, as there are no more than 65536 ports. The
 * table is large (400 KiB) and mostly never touched: to be had from calloc().
 */
#define PH_PORTS 65536
#define PH_PORTS_TOP 20

struct ph_ports {
    uint16_t low, high;             /* between them the kernel picks ports for connections */
    uint64_t listened[PH_PORTS / 64];   /* at any time; never cleared */
    uint32_t count[PH_PORTS];       /* sockets that do not listen */
    uint64_t listening[PH_PORTS / 64];
    uint16_t seen[PH_PORTS];        /* those with either, in order of appearance */
    size_t   n_seen;
};

struct ph_port {
    uint16_t port;
    bool     listening;
    uint32_t count;
};

/* Threads: tick thread, as all functions here. */

/** Read which ports the kernel picks, of memory that is zeroed; its default if it will not
 *  tell. */
void ph_ports_init(struct ph_ports *ports);

/** Forget the sockets. */
void ph_ports_clear(struct ph_ports *ports);

void ph_ports_add(struct ph_ports *ports, const struct ph_tcp_socket *socket);

/**
 * Is it a port at which others come to us? We listen on it, or have done so, or the kernel
 * would not have picked it for a connection: in a cluster the workers get connections of a
 * port that another process listens on.
 */
bool ph_ports_serves(const struct ph_ports *ports, uint16_t port);

/**
 * The ports that serve with the most sockets, most first, at most PH_PORTS_TOP.
 *
 * @param out    PH_PORTS_TOP.
 * @param total  how many there are in all.
 *
 * @return how many are in `out`.
 */
size_t ph_ports_top(const struct ph_ports *ports, struct ph_port *out, size_t *total);

#endif
