/* SPDX-License-Identifier: MIT */
#include "agent/ports.h"

#include <criterion/criterion.h>

static struct ph_ports ports = { .low = 32768, .high = 60999 };
static struct ph_port top[PH_PORTS_TOP];
static size_t total;

static void add(enum ph_tcp_state state, unsigned port, unsigned times)
{
    const struct ph_tcp_socket s = { .state = (uint8_t)state, .local_port = (uint16_t)port };

    for (unsigned i = 0; i < times; i++)
        ph_ports_add(&ports, &s);
}

Test(ports, an_empty_table_has_no_top)
{
    cr_assert_eq(ph_ports_top(&ports, top, &total), 0);
    cr_assert_eq(total, 0);
    cr_assert_eq(total, 0);
}

Test(ports, connections_are_counted_and_listeners_are_not_among_them)
{
    add(PH_TCP_LISTEN, 80, 2);
    add(PH_TCP_ESTABLISHED, 80, 5);
    add(PH_TCP_CLOSE_WAIT, 80, 1);
    add(PH_TCP_LISTEN, 443, 1);

    cr_assert_eq(ph_ports_top(&ports, top, &total), 2);
    cr_assert_eq(top[0].port, 80);
    cr_assert_eq(top[0].count, 6);
    cr_assert(top[0].listening);
    cr_assert_eq(top[1].port, 443);
    cr_assert_eq(top[1].count, 0);
    cr_assert_eq(total, 2);
}

Test(ports, the_port_of_an_outgoing_connection_says_nothing)
{
    add(PH_TCP_ESTABLISHED, 40001, 1);
    add(PH_TCP_ESTABLISHED, 40002, 3); /* to different peers: the kernel shares ports */

    cr_assert_eq(ph_ports_top(&ports, top, &total), 0);
    cr_assert_not(ph_ports_serves(&ports, 40001));
    cr_assert_not(ph_ports_serves(&ports, 32768));
    cr_assert_not(ph_ports_serves(&ports, 60999));
}

Test(ports, connections_that_outlive_their_listener_are_shown)
{
    add(PH_TCP_LISTEN, 40000, 1);
    add(PH_TCP_ESTABLISHED, 40000, 3);
    ph_ports_clear(&ports);
    add(PH_TCP_ESTABLISHED, 40000, 2);

    cr_assert_eq(ph_ports_top(&ports, top, &total), 1);
    cr_assert_not(top[0].listening);
    cr_assert_eq(top[0].count, 2);
    cr_assert(ph_ports_serves(&ports, 40000));
}

/* The primary of a cluster listens, and hands what it accepts to the workers. */
Test(ports, connections_of_a_port_that_another_process_listens_on_are_shown)
{
    add(PH_TCP_ESTABLISHED, 8080, 900);

    cr_assert_eq(ph_ports_top(&ports, top, &total), 1);
    cr_assert_not(top[0].listening);
    cr_assert_eq(top[0].count, 900);
    cr_assert(ph_ports_serves(&ports, 61000));
}

Test(ports, the_kernel_s_range_is_read)
{
    ports.low = ports.high = 0;
    ph_ports_init(&ports);

    cr_assert_gt(ports.low, 0);
    cr_assert_geq(ports.high, ports.low);
}

Test(ports, the_top_is_twenty_with_the_most_first_and_the_cut_shows)
{
    for (unsigned port = 1; port <= 100; port++)
        add(PH_TCP_ESTABLISHED, port, port + 1);

    cr_assert_eq(ph_ports_top(&ports, top, &total), PH_PORTS_TOP);
    cr_assert_eq(total, 100);
    for (unsigned i = 0; i < PH_PORTS_TOP; i++)
        cr_assert_eq(top[i].port, 100 - i);
}

Test(ports, every_port_there_is_has_room)
{
    for (unsigned port = 0; port < PH_PORTS; port++) {
        add(PH_TCP_LISTEN, port, 1);
        add(PH_TCP_ESTABLISHED, port, 1);
    }

    cr_assert_eq(ports.n_seen, PH_PORTS);
    ph_ports_top(&ports, top, &total);
    cr_assert_eq(total, PH_PORTS);
}

Test(ports, clearing_forgets_everything)
{
    add(PH_TCP_LISTEN, 65535, 1);
    add(PH_TCP_ESTABLISHED, 0, 3);
    ph_ports_clear(&ports);

    cr_assert_eq(ph_ports_top(&ports, top, &total), 0);
    add(PH_TCP_ESTABLISHED, 0, 2);
    cr_assert_eq(ph_ports_top(&ports, top, &total), 1);
    cr_assert_eq(top[0].count, 2);
}
