/* SPDX-License-Identifier: MIT */
#include "agent/claims.h"

#include <criterion/criterion.h>

#include "agent/ownfds.h"

#define S PH_NS_PER_S

static struct ph_board board;
static struct porthole_thread *one, *two;
static struct ph_sockage age;
static struct ph_claims claims;
static struct ph_fd_socket sockets[8];
static struct ph_fdscan scan = { .sockets = sockets, .valid = true };

static void init(void)
{
    const struct porthole_host host = { .name = "main" };

    ph_board_init(&board, S);
    cr_assert_eq(ph_board_join(&board, &host, &one), PORTHOLE_OK);
    cr_assert_eq(ph_board_join(&board, &host, &two), PORTHOLE_OK);
}

static void fini(void)
{
    porthole_thread_leave(one);
    porthole_thread_leave(two);
    ph_board_fini(&board);
    ph_sockage_fini(&age);
}

TestSuite(claims, .init = init, .fini = fini);

static void claim(struct porthole_thread *t, size_t n, const int *fds)
{
    porthole_fds_publish(t, fds, n);
}

static void claim_nothing(void)
{
    claim(one, 0, NULL);
    claim(two, 0, NULL);
}

static void read_claims(void)
{
    struct porthole_thread *threads[] = { one, two };

    ph_claims_read(&claims, threads, 2);
}

/* What a scan says that finds one descriptor, `after_ns` behind the sets told last. */
static uint64_t outside_at(uint64_t at_ns, int fd, uint64_t inode)
{
    sockets[0] = (struct ph_fd_socket){ .inode = inode, .fd = fd };
    scan.n_sockets = 1;
    scan.pace.taken_ns = at_ns;
    cr_assert(ph_sockage_take(&age, &scan));
    return ph_claims_outside(&claims, &scan, &age);
}

Test(claims, without_threads_nobody_can_tell)
{
    ph_claims_read(&claims, NULL, 0);

    cr_assert_eq(outside_at(S, 9, 77), PORTHOLE_UNKNOWN);
}

Test(claims, until_every_thread_has_told_nobody_can_tell)
{
    claim(one, 0, NULL);
    read_claims();
    cr_assert_eq(outside_at(S, 9, 77), PORTHOLE_UNKNOWN);

    claim(two, 0, NULL);
    read_claims();
    cr_assert_eq(outside_at(2 * S, 9, 77), 0);
}

/* Sets told at these times: the clock of the board is the real one. */
static void told_at(uint64_t one_ns, uint64_t two_ns)
{
    atomic_store(&one->fds_ns, one_ns);
    atomic_store(&two->fds_ns, two_ns);
    read_claims();
}

Test(claims, a_socket_nobody_claims_is_outside_after_two_scans_and_two_seconds)
{
    claim_nothing();
    told_at(1 * S, 1 * S);
    cr_assert_eq(outside_at(1 * S, 9, 77), 0, "the first scan");
    told_at(2 * S, 2 * S);
    cr_assert_eq(outside_at(3 * S - 1, 9, 77), 0, "too young");
    cr_assert_eq(outside_at(3 * S, 9, 77), 1);
    cr_assert_eq(outside_at(9 * S, 9, 77), 1);
}

Test(claims, one_scan_late_is_not_two_scans)
{
    claim_nothing();
    told_at(50 * S, 50 * S);

    cr_assert_eq(outside_at(60 * S, 9, 77), 0);
}

Test(claims, a_claim_of_any_thread_clears_it)
{
    claim_nothing();
    told_at(2 * S, 2 * S);
    outside_at(1 * S, 9, 77);
    cr_assert_eq(outside_at(4 * S, 9, 77), 1);

    claim(two, 1, (const int[]){ 9 });
    told_at(5 * S, 5 * S);
    cr_assert_eq(outside_at(6 * S, 9, 77), 0);
    claim(two, 0, NULL);
    told_at(7 * S, 7 * S);
    cr_assert_eq(outside_at(7 * S, 9, 77), 0, "it begins anew");
}

Test(claims, a_loop_that_is_blocked_accuses_nobody)
{
    claim_nothing();
    told_at(1 * S, 100 * S);
    outside_at(10 * S, 9, 77);
    cr_assert_eq(outside_at(60 * S, 9, 77), 0, "thread one may have opened it since");

    told_at(61 * S, 100 * S);
    cr_assert_eq(outside_at(62 * S, 9, 77), 1);
}

Test(claims, our_own_sockets_are_not_outside)
{
    claim_nothing();
    told_at(2 * S, 2 * S);
    ph_ownfds_add(9);
    outside_at(1 * S, 9, 77);

    cr_assert_eq(outside_at(9 * S, 9, 77), 0);
    ph_ownfds_drop(9);
}

Test(claims, descriptors_beyond_the_limit_are_left_out)
{
    claim_nothing();
    told_at(2 * S, 2 * S);
    outside_at(1 * S, PORTHOLE_FD_LIMIT, 77);
    cr_assert_eq(outside_at(9 * S, PORTHOLE_FD_LIMIT, 77), 0);

    outside_at(1 * S, PORTHOLE_FD_LIMIT - 1, 78);
    told_at(5 * S, 5 * S);
    cr_assert_eq(outside_at(9 * S, PORTHOLE_FD_LIMIT - 1, 78), 1, "the last one is in");
}

Test(claims, standard_streams_are_whose_who_started_the_process)
{
    claim_nothing();
    told_at(2 * S, 2 * S);
    for (int fd = 0; fd <= 3; fd++) {
        outside_at(1 * S, fd, 77 + (uint64_t)fd);
        told_at(5 * S, 5 * S);
        cr_assert_eq(outside_at(9 * S, fd, 77 + (uint64_t)fd), fd == 3 ? 1 : 0, "%d", fd);
        told_at(2 * S, 2 * S);
    }
}

Test(claims, a_socket_with_duplicates_counts_once_and_one_claim_is_enough)
{
    const uint64_t inodes[] = { 77, 77, 77, 78, 78 };

    claim(one, 1, (const int[]){ 11 });
    claim(two, 0, NULL);
    told_at(4 * S, 4 * S);
    for (uint64_t at_s = 1; at_s <= 3; at_s += 2) {
        for (int i = 0; i < 5; i++)
            sockets[i] = (struct ph_fd_socket){ .inode = inodes[i], .fd = 10 + i };
        scan.n_sockets = 5;
        scan.pace.taken_ns = at_s * S;
        cr_assert(ph_sockage_take(&age, &scan));
        cr_assert_eq(ph_claims_outside(&claims, &scan, &age), at_s == 3 ? 1 : 0);
    }
}

Test(claims, an_inode_used_again_is_not_accused_for_the_one_before)
{
    claim_nothing();
    told_at(20 * S, 20 * S);
    outside_at(1 * S, 9, 77);
    outside_at(9 * S, 9, 78);

    cr_assert_eq(outside_at(10 * S, 9, 77), 0);
}

Test(claims, a_set_that_shrinks_lets_go)
{
    claim(one, 2, (const int[]){ 9, 5000 });
    claim(two, 0, NULL);
    read_claims();
    cr_assert_neq(claims.bits[5000 / 64], 0);
    claim(one, 1, (const int[]){ 9 });
    read_claims();

    cr_assert_eq(claims.bits[5000 / 64], 0);
    cr_assert_neq(claims.bits[9 / 64], 0);
}

Test(claims, garbage_among_the_descriptors_is_ignored)
{
    claim(one, 4, (const int[]){ -1, PORTHOLE_FD_LIMIT, 0x7fffffff, 3 });
    claim(two, 0, NULL);
    read_claims();

    for (size_t i = 0; i < PH_FD_WORDS; i++)
        cr_assert_eq(claims.bits[i], i == 0 ? 8 : 0);
}
