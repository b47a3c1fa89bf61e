/* SPDX-License-Identifier: MIT */
#include "agent/sockage.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "alloc.h"

static struct ph_sockage age;
static struct ph_fd_socket sockets[8192];
static struct ph_fdscan scan = { .sockets = sockets, .valid = true };

static void fini(void)
{
    ph_sockage_fini(&age);
}

TestSuite(sockage, .fini = fini);

/* A scan at `at_ns` that finds these inodes, which are in order. */
static bool take(uint64_t at_ns, size_t n, const uint64_t *inodes)
{
    for (size_t i = 0; i < n; i++)
        sockets[i] = (struct ph_fd_socket){ .inode = inodes[i], .fd = (int)i };
    scan.n_sockets = n;
    scan.pace.taken_ns = at_ns;
    return ph_sockage_take(&age, &scan);
}

static uint64_t first_of(uint64_t inode)
{
    for (size_t i = 0; i < age.n; i++)
        if (age.seen[i].inode == inode)
            return age.seen[i].first_ns;
    return 0;
}

#define TAKE(at, ...)                                                                  \
    take(at, sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t),             \
         (const uint64_t[]){ __VA_ARGS__ })

Test(sockage, a_process_without_sockets_has_no_ages)
{
    cr_assert(take(10, 0, NULL));
    cr_assert_eq(age.n, 0);
}

Test(sockage, sockets_keep_the_time_they_were_first_seen)
{
    TAKE(10, 5, 7, 9);
    TAKE(20, 5, 6, 9, 11);
    TAKE(30, 6, 9);

    cr_assert_eq(age.n, 2);
    cr_assert_eq(first_of(6), 20);
    cr_assert_eq(first_of(9), 10);
}

Test(sockage, each_entry_is_beside_its_socket)
{
    TAKE(10, 5, 7, 9);
    TAKE(20, 1, 5, 8, 9);

    for (size_t i = 0; i < age.n; i++)
        cr_assert_eq(age.seen[i].inode, sockets[i].inode);
}

Test(sockage, an_inode_that_was_gone_in_between_is_another_socket)
{
    TAKE(10, 5, 7);
    TAKE(20, 7);
    TAKE(30, 5, 7);

    cr_assert_eq(first_of(5), 30);
    cr_assert_eq(first_of(7), 10);
}

Test(sockage, a_duplicate_descriptor_is_as_old_as_its_socket)
{
    TAKE(10, 5);
    TAKE(20, 5, 5, 5, 6);

    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(age.seen[i].first_ns, 10);
}

Test(sockage, the_same_scan_again_changes_nothing)
{
    TAKE(10, 5, 7);
    ph_sockage_waits(&age, 0, true, 12);

    cr_assert(TAKE(10, 5, 7));
    cr_assert_eq(age.seen[0].waits_ns, 12);
}

Test(sockage, close_wait_counts_from_when_it_was_seen_without_a_break)
{
    TAKE(10, 5);
    ph_sockage_waits(&age, 0, true, 15);
    TAKE(20, 3, 5);
    ph_sockage_waits(&age, 1, true, 25);
    cr_assert_eq(age.seen[1].waits_ns, 15);

    ph_sockage_waits(&age, 1, false, 26);
    cr_assert_eq(age.seen[1].waits_ns, 0);
    ph_sockage_waits(&age, 1, true, 27);
    cr_assert_eq(age.seen[1].waits_ns, 27);
}

Test(sockage, thousands_come_and_go)
{
    static uint64_t inodes[8192];

    for (uint64_t round = 1; round <= 20; round++) {
        size_t n = 0;

        for (uint64_t i = 0; i < 8192; i++)
            if (i % round == 0)
                inodes[n++] = i + 1;
        cr_assert(take(round, n, inodes));
    }
    cr_assert_eq(first_of(1), 1);
    cr_assert_eq(first_of(21), 20, "not in the round before");
}

Test(sockage, without_memory_all_are_forgotten_and_begin_again)
{
    static uint64_t inodes[1000];

    for (uint64_t i = 0; i < 1000; i++)
        inodes[i] = i + 1;
    EVERY_ALLOC_FAILS({
        ph_sockage_fini(&age);
        if (!take(10, 1000, inodes)) {
            cr_assert(alloc_failed());
            cr_assert_eq(age.n, 0);
        }
        if (take(20, 1000, inodes))
            cr_assert_eq(first_of(500), alloc_failed() ? 20 : 10);
    });
}
