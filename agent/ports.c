/* SPDX-License-Identifier: MIT */
/* Owns the table of local ports. Clearing and ranking cost as much as there are ports in use,
 * never as much as there could be. */
#include "ports.h"

#include <string.h>

#include "porthole.h"
#include "procfs.h"

#define RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"

void ph_ports_init(struct ph_ports *ports)
{
    char text[64] = "";
    uint64_t low, high = PORTHOLE_UNKNOWN;
    const char *gap;

    ph_proc_read_path(RANGE_FILE, text, sizeof text);
    low = ph_proc_number(text);
    gap = strpbrk(text, "\t ");
    if (gap)
        high = ph_proc_number(gap);
    if (low > high || high >= PH_PORTS) {
        low = 32768;
        high = 60999;
    }
    ports->low = (uint16_t)low;
    ports->high = (uint16_t)high;
}

static uint64_t bit_of(uint16_t port)
{
    return UINT64_C(1) << (port % 64);
}

static bool is_in(const uint64_t *set, uint16_t port)
{
    return (set[port / 64] & bit_of(port)) != 0;
}

bool ph_ports_serves(const struct ph_ports *ports, uint16_t port)
{
    return port < ports->low || port > ports->high || is_in(ports->listened, port);
}

void ph_ports_clear(struct ph_ports *ports)
{
    for (size_t i = 0; i < ports->n_seen; i++) {
        ports->count[ports->seen[i]] = 0;
        ports->listening[ports->seen[i] / 64] = 0;
    }
    ports->n_seen = 0;
}

void ph_ports_add(struct ph_ports *ports, const struct ph_tcp_socket *socket)
{
    uint16_t port = socket->local_port;

    if (ports->count[port] == 0 && !is_in(ports->listening, port))
        ports->seen[ports->n_seen++] = port;
    if (socket->state != PH_TCP_LISTEN) {
        ports->count[port]++;
        return;
    }
    ports->listening[port / 64] |= bit_of(port);
    ports->listened[port / 64] |= bit_of(port);
}

size_t ph_ports_top(const struct ph_ports *ports, struct ph_port *out, size_t *total)
{
    size_t n = 0;

    *total = 0;
    for (size_t i = 0; i < ports->n_seen; i++) {
        uint16_t port = ports->seen[i];
        struct ph_port p = { port, is_in(ports->listening, port), ports->count[port] };
        size_t at = n;

        if (!ph_ports_serves(ports, port))
            continue;
        ++*total;
        while (at > 0 && out[at - 1].count < p.count)
            at--;
        if (at == PH_PORTS_TOP)
            continue;
        if (n < PH_PORTS_TOP)
            n++;
        memmove(&out[at + 1], &out[at], (n - 1 - at) * sizeof out[0]);
        out[at] = p;
    }
    return n;
}
