/* SPDX-License-Identifier: MIT */
#include "agent/fdscan.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/clock.h"
#include "alloc.h"
#include "guard.h"

static struct ph_fdscan scan;

static void init(void)
{
    ph_fdscan_init(&scan);
}

static void fini(void)
{
    ph_fdscan_fini(&scan);
}

TestSuite(fdscan, .init = init, .fini = fini);

static void run(void)
{
    memset(&scan.pace, 0, sizeof scan.pace);
    ph_fdscan_run(&scan, ph_clock_ns());
}

Test(fdscan, counts_what_the_process_has_open_but_not_its_own_directory)
{
    run();

    cr_assert(scan.valid);
    cr_assert_eq(scan.open, (uint64_t)guard_open_fds() - 1);
}

static uint64_t added(enum ph_fd_kind kind, const uint64_t *before)
{
    return scan.by_kind[kind] - before[kind];
}

Test(fdscan, tells_the_kinds_apart)
{
    uint64_t before[PH_FD_KINDS];
    int fds[7];

    run();
    memcpy(before, scan.by_kind, sizeof before);
    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds + 2), 0);
    fds[4] = open("/dev/null", O_RDONLY);
    fds[5] = eventfd(0, 0);
    fds[6] = epoll_create1(0);
    run();

    cr_assert_eq(added(PH_FD_PIPE, before), 2);
    cr_assert_eq(added(PH_FD_SOCKET, before), 2);
    cr_assert_eq(added(PH_FD_FILE, before), 1);
    cr_assert_eq(added(PH_FD_EVENTFD, before), 1);
    cr_assert_eq(added(PH_FD_EPOLL, before), 1);
    for (size_t i = 0; i < 7; i++)
        close(fds[i]);
}

Test(fdscan, finds_sockets_by_their_inode)
{
    int fds[2];
    struct stat st;

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    fstat(fds[1], &st);
    run();

    cr_assert_eq(ph_fdscan_find(&scan, st.st_ino)->fd, fds[1]);
    cr_assert_null(ph_fdscan_find(&scan, 1));
    close(fds[0]);
    close(fds[1]);
}

Test(fdscan, finds_nothing_before_the_first_run)
{
    cr_assert_null(ph_fdscan_find(&scan, 1));
    cr_assert_not(scan.valid);
}

Test(fdscan, many_sockets_are_all_told_apart)
{
    int fds[600];
    struct stat st;

    for (size_t i = 0; i < 600; i += 2)
        cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds + i), 0);
    run();

    for (size_t i = 0; i < 600; i++) {
        fstat(fds[i], &st);
        cr_assert_eq(ph_fdscan_find(&scan, st.st_ino)->fd, fds[i]);
        close(fds[i]);
    }
}

Test(fdscan, rests_after_a_run_and_keeps_its_figures)
{
    uint64_t open;
    int fd;

    run();
    open = scan.open;
    fd = dup(0);
    ph_fdscan_run(&scan, scan.pace.due_ns - 1);
    cr_assert_eq(scan.open, open, "not due yet");
    ph_fdscan_run(&scan, scan.pace.due_ns);

    cr_assert_eq(scan.open, open + 1);
    close(fd);
}

Test(fdscan, takes_at_most_half_a_percent_of_the_time)
{
    uint64_t began = ph_clock_ns(), cost;

    ph_fdscan_run(&scan, began);
    cost = (scan.pace.due_ns - began) / 201;

    cr_assert_gt(cost, 0);
    cr_assert_geq(scan.pace.due_ns, began + 201 * cost);
}

Test(fdscan, survives_every_failed_allocation)
{
    int fds[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    EVERY_ALLOC_FAILS({
        ph_fdscan_fini(&scan);
        ph_fdscan_init(&scan);
        run();

        cr_assert_geq(scan.by_kind[PH_FD_SOCKET], 2, "counted, if not told apart");
        cr_assert_eq(scan.n_sockets < scan.by_kind[PH_FD_SOCKET], alloc_failed());
    });
    close(fds[0]);
    close(fds[1]);
}

Test(fdscan, without_procfs_it_stays_invalid)
{
    struct ph_fdscan none = { .dir = NULL };

    ph_fdscan_run(&none, ph_clock_ns());

    cr_assert_not(none.valid);
    cr_assert_eq(none.open, 0);
    ph_fdscan_fini(&none);
}
