/* SPDX-License-Identifier: MIT */
/* Holds the tools of the other tests, alloc.h and guard.h, to what they promise. That
 * guard.c fails tests which leave something behind is shown by selftest.sh. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "guard.h"

static char diary[64];

/* Where the optimiser cannot see that an allocation is never used. */
static void *volatile shelf;

static void shelve(void *memory)
{
    shelf = memory;
    free(shelf);
}

static void note(const char *event)
{
    size_t len = strlen(diary);

    snprintf(diary + len, sizeof diary - len, "%s", event);
}

static void allocate_twice(void)
{
    void *first = malloc(1);
    void *second = calloc(1, 1);

    note(first ? "1" : "-");
    note(second ? "2" : "-");
    note(" ");
    free(first);
    free(second);
}

Test(alloc, fails_each_allocation_alone_and_with_all_later_ones)
{
    EVERY_ALLOC_FAILS({ allocate_twice(); });

    cr_assert_str_eq(diary, "-2 -- 1- 1- 12 ");
}

Test(alloc, is_over_when_the_loop_is)
{
    EVERY_ALLOC_FAILS({ allocate_twice(); });

    char *text = strdup("granted");

    cr_assert_not_null(text);
    cr_assert(!alloc_failed());
    free(text);
}

Test(alloc, says_whether_this_round_failed)
{
    unsigned rounds = 0, failures = 0;

    EVERY_ALLOC_FAILS({
        void *one = malloc(1);

        rounds++;
        failures += alloc_failed();
        cr_assert_eq(alloc_failed(), !one);
        free(one);
    });

    cr_assert_eq(rounds, 3);
    cr_assert_eq(failures, 2);
}

Test(alloc, reaches_every_function_it_wraps)
{
    unsigned refused = 0;

    EVERY_ALLOC_FAILS({
        void *grown = realloc(NULL, 8);
        char *copy = strdup("a");
        char *part = strndup("abc", 2);

        refused += !grown + !copy + !part;
        free(grown);
        free(copy);
        free(part);
    });

    cr_assert_eq(refused, 3 + 3 + 2 + 1, "1 alone and 3, 2, 1 with all later ones");
}

static void *allocate_elsewhere(void *unused)
{
    (void)unused;
    return malloc(1);
}

Test(alloc, spares_other_threads)
{
    void *theirs = NULL;

    EVERY_ALLOC_FAILS({
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, allocate_elsewhere, NULL), 0);
        pthread_join(thread, &theirs);
        cr_assert_not_null(theirs);
        free(theirs);
        shelve(malloc(1));
    });
}

Test(alloc, counts_what_was_granted)
{
    size_t before = alloc_calls();

    shelve(malloc(1));
    shelve(calloc(1, 1));

    cr_assert_eq(alloc_calls() - before, 2);
}

Test(guard, counts_descriptors)
{
    int before = guard_open_fds();
    int fd = dup(STDIN_FILENO);

    cr_assert_eq(guard_open_fds(), before + 1);
    close(fd);
    cr_assert_eq(guard_open_fds(), before);
}

static int opened;

static void open_one(void)
{
    opened = dup(STDIN_FILENO);
}

static void close_it(void)
{
    close(opened);
}

Test(guard, lets_fini_clean_up_first, .init = open_one, .fini = close_it)
{
    cr_assert_geq(opened, 0);
}
