/* SPDX-License-Identifier: MIT */
#include "agent/history_heir.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/history_file.h"
#include "agent/snapshot.h"
#include "history_life.h"
#include "scratch.h"

TestSuite(history_heir, .init = scratch_init, .fini = scratch_fini);

#define DEAD 1999999001u /* beyond what a pid can be: nobody lives there */
#define HEIR 1999999101u

/* A successor in a process of its own, that begins when all others do, tells whether it has
 * a past, and lives until all have told. @return its pid. */
static pid_t begin_with_the_others(const int gate[2], const int end[2], int tell, unsigned pid,
                                   const char *service)
{
    struct life l;
    char byte;
    pid_t child = fork();

    if (child != 0)
        return child;
    close(gate[1]);
    close(end[1]);
    if (read(gate[0], &byte, 1) != 0)
        _exit(2);
    life_begin(&l, pid, service, NULL);
    byte = life_known(&l) == 5;
    if (write(tell, &byte, 1) != 1)
        _exit(2);
    _exit(read(end[0], &byte, 1) != 0);
}

#define MANY 16u

static const char *service_of(unsigned i)
{
    return i % 2 ? "api" : "web";
}

static void leave_many(void)
{
    struct life dead[MANY];

    for (unsigned i = 0; i < MANY; i++) {
        life_begin(&dead[i], DEAD + i, service_of(i), NULL);
        life_tick(&dead[i], 5, 1);
    }
    for (unsigned i = 0; i < MANY; i++)
        life_stop(&dead[i]);
}

/* @return how many began without a past. */
static unsigned succeed_many(void)
{
    char has_past[MANY];
    pid_t child[MANY];
    int gate[2], end[2], told[2], status;
    unsigned without = 0;

    cr_assert_eq(pipe(gate) + pipe(end) + pipe(told), 0);
    for (unsigned i = 0; i < MANY; i++)
        child[i] = begin_with_the_others(gate, end, told[1], HEIR + i, service_of(i));
    close(gate[1]);
    for (unsigned i = 0; i < MANY; i++) {
        cr_assert_eq(read(told[0], &has_past[i], 1), 1);
        without += !has_past[i];
    }
    close(end[1]);
    for (unsigned i = 0; i < MANY; i++)
        cr_assert(waitpid(child[i], &status, 0) == child[i] && status == 0);
    close(gate[0]);
    close(end[0]);
    close(told[0]);
    close(told[1]);
    return without;
}

Test(history_heir, of_many_that_start_at_once_each_gets_one)
{
    for (int round = 0; round < 10; round++) {
        leave_many();
        cr_assert_eq(succeed_many(), 0);
        for (unsigned i = 0; i < MANY; i++)
            unlink(scratch_path(life_file(HEIR + i)));
    }
}
