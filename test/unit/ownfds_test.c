/* SPDX-License-Identifier: MIT */
#include "agent/ownfds.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <unistd.h>

#include "client.h"
#include "porthole.h"

Test(ownfds, ours_are_ours_until_they_are_dropped)
{
    ph_ownfds_add(70);
    cr_assert(ph_ownfds_has(70));
    cr_assert_not(ph_ownfds_has(69));
    cr_assert_not(ph_ownfds_has(6), "same bit, another word");

    ph_ownfds_drop(70);
    cr_assert_not(ph_ownfds_has(70));
}

Test(ownfds, numbers_out_of_range_are_ignored)
{
    static const int fds[] = { -1, INT_MIN, PORTHOLE_FD_LIMIT, INT_MAX };

    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        ph_ownfds_add(fds[i]);
        cr_assert_not(ph_ownfds_has(fds[i]));
        ph_ownfds_drop(fds[i]);
    }
    ph_ownfds_add(PORTHOLE_FD_LIMIT - 1);
    cr_assert(ph_ownfds_has(PORTHOLE_FD_LIMIT - 1));
}

/* ---- Of a whole agent --------------------------------------------------------------- */

static unsigned owned(void)
{
    unsigned n = 0;

    for (int fd = 0; fd < 1024; fd++)
        n += ph_ownfds_has(fd);
    return n;
}

static bool owned_becomes(unsigned n)
{
    for (int tries = 0; tries < 1000 && owned() != n; tries++)
        usleep(10000);
    return owned() == n;
}

Test(ownfds, an_agent_knows_its_sockets_and_leaves_none_behind)
{
    porthole_agent *agent = live_start(NULL);
    static struct answer answer;
    unsigned quiet;
    int fd;

    quiet = owned();
    cr_assert_geq(quiet, 1, "its listener, and where there is one its netlink");
    fd = client_tcp(agent);
    client_send(fd, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    cr_assert_eq(client_read(fd, &answer, false), 200);
    cr_assert_eq(owned(), quiet + 1);
    close(fd);
    cr_assert(owned_becomes(quiet));

    porthole_stop(agent);
    cr_assert_eq(owned(), 0);
}
