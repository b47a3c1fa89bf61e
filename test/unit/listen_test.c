/* SPDX-License-Identifier: MIT */
#include "agent/listen.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

static struct ph_settings settings;
static char url[PH_URL_BYTES];
static porthole_error err;

static enum porthole_status listened(const char *host, int port, int tries, int *fd)
{
    settings.config.host = host;
    settings.config.port = port;
    settings.config.port_tries = tries;
    err.text[0] = '\0';
    return ph_listen_tcp(&settings, fd, url, &err);
}

static int port_in_url(void)
{
    return (int)strtol(strrchr(url, ':') + 1, NULL, 10);
}

Test(listen, port_0_is_any_free_port_and_told_in_the_url)
{
    int fd;

    cr_assert_eq(listened("127.0.0.1", 0, 100, &fd), PORTHOLE_OK, "%s", err.text);

    cr_assert_eq(strncmp(url, "http://127.0.0.1:", 17), 0, "%s", url);
    cr_assert_gt(port_in_url(), 0);
    close(fd);
}

Test(listen, its_sockets_neither_block_nor_are_inherited)
{
    int fd;

    cr_assert_eq(listened("localhost", 0, 1, &fd), PORTHOLE_OK);

    cr_assert_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    cr_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
    close(fd);
}

Test(listen, a_taken_port_gives_way_to_the_next_free_one)
{
    int first, second, port;

    cr_assert_eq(listened("127.0.0.1", 0, 1, &first), PORTHOLE_OK);
    port = port_in_url();
    cr_assert_eq(listened("127.0.0.1", port, 100, &second), PORTHOLE_OK, "%s", err.text);

    cr_assert_gt(port_in_url(), port);
    cr_assert_lt(port_in_url(), port + 100);
    close(first);
    close(second);
}

Test(listen, when_every_port_is_taken_it_says_which)
{
    int taken, fd = 7, port;
    char text[128];

    cr_assert_eq(listened("127.0.0.1", 0, 1, &taken), PORTHOLE_OK);
    port = port_in_url();
    cr_assert_eq(listened("127.0.0.1", port, 1, &fd), PORTHOLE_ESYSTEM);

    snprintf(text, sizeof text, "cannot listen on '127.0.0.1:%d': address already in use",
             port);
    cr_assert_str_eq(err.text, text);
    cr_assert_eq(fd, -1);
    close(taken);
}

static bool take_two_in_a_row(int *one, int *two)
{
    for (int port = 20000 + (int)getpid() % 20000; port < 65000; port += 7) {
        if (listened("127.0.0.1", port, 1, one) != PORTHOLE_OK)
            continue;
        if (listened("127.0.0.1", port + 1, 1, two) == PORTHOLE_OK)
            return true;
        close(*one);
    }
    return false;
}

Test(listen, a_taken_range_is_named_as_a_range)
{
    int one, two, fd, port;
    char text[128];

    cr_assert(take_two_in_a_row(&one, &two));
    port = port_in_url() - 1;
    cr_assert_eq(listened("127.0.0.1", port, 2, &fd), PORTHOLE_ESYSTEM);

    snprintf(text, sizeof text, "cannot listen on '127.0.0.1': ports %d to %d are taken", port,
             port + 1);
    cr_assert_str_eq(err.text, text);
    close(one);
    close(two);
}

Test(listen, no_port_beyond_65535_is_tried)
{
    int fd = -1;
    enum porthole_status rc = listened("127.0.0.1", 65535, 100, &fd);

    cr_assert(rc == PORTHOLE_OK ? port_in_url() == 65535 : fd == -1);
    if (fd >= 0)
        close(fd);
}

Test(listen, an_address_that_is_not_ours_fails_at_once)
{
    int fd;

    cr_assert_eq(listened("192.0.2.1", 9, 100, &fd), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "cannot listen on '192.0.2.1:9': "), "%s", err.text);
}

Test(listen, ipv6_goes_in_brackets)
{
    int fd;

    if (listened("::1", 0, 1, &fd) != PORTHOLE_OK)
        cr_skip_test("no IPv6 here");

    cr_assert_eq(strncmp(url, "http://[::1]:", 13), 0, "%s", url);
    close(fd);
}

static char path[PH_SOCKET_BYTES];

Test(listen, the_unix_socket_is_for_us_alone, .init = scratch_init, .fini = scratch_fini)
{
    struct stat st;
    int fd;

    cr_assert_eq(ph_listen_unix(scratch_path(""), 4711, &fd, path, &err), PORTHOLE_OK);
    stat(path, &st);

    cr_assert_str_eq(path, scratch_path("4711.sock"));
    cr_assert(S_ISSOCK(st.st_mode));
    cr_assert_eq(st.st_mode & 07777, 0600);
    close(fd);
}

Test(listen, what_a_dead_process_left_is_replaced, .init = scratch_init, .fini = scratch_fini)
{
    int fd;

    scratch_write("4711.sock", "x", 1);

    cr_assert_eq(ph_listen_unix(scratch_path(""), 4711, &fd, path, &err), PORTHOLE_OK);
    close(fd);
}

Test(listen, a_path_too_long_for_a_unix_socket_is_refused)
{
    char dir[PH_SOCKET_BYTES];
    int fd = 7;

    memset(dir, 'x', sizeof dir);
    dir[105] = '\0';

    cr_assert_eq(ph_listen_unix(dir, 4711, &fd, path, &err), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "cannot listen on 'xxx"), "%s", err.text);
    cr_assert_eq(fd, -1);
    cr_assert_str_eq(path, "");
}
