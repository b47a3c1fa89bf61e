/* SPDX-License-Identifier: MIT */
#include "agent/history_heir.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/history_file.h"
#include "agent/snapshot.h"
#include "scratch.h"

TestSuite(history_heir, .init = scratch_init, .fini = scratch_fini);

#define DEAD 1999999001u /* beyond what a pid can be: nobody lives there */
#define HEIR 1999999101u
#define SECOND_NS UINT64_C(1000000000)

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };

/* One life of a process. */
struct life {
    struct ph_history *history;
    struct ph_history_clock clock;
    struct ph_history_file file;
    uint64_t ticks;
};

static void begin_as(struct life *l, unsigned pid, const char *service, const char *component)
{
    struct ph_history_owner owner = { pid, 12, service, component };

    memset(l, 0, sizeof *l);
    l->history = ph_history_new(PH_HISTORY_BYTES);
    ph_history_clock_init(&l->clock, 1);
    ph_history_file_init(&l->file, scratch_path(""), &owner, l->history, &l->clock);
}

/* Ticks a minute of work apart. */
static void tick(struct life *l, size_t n, uint64_t value)
{
    struct ph_builder b;
    struct ph_snapshot *s;
    char name[16];

    ph_build_begin(&b);
    ph_build_object(&b, "x");
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "n%zu", i);
        ph_build_entry(&b, name, &gauge, value + i);
    }
    ph_build_end(&b);
    s = ph_build_freeze(&b, 1, 1, 1);
    ph_history_take(l->history, s, ph_history_clock_s(&l->clock));
    ph_snapshot_unref(s);
    ph_history_file_write(&l->file, l->ticks++ * SECOND_NS);
}

static void stop(struct life *l)
{
    ph_history_file_fini(&l->file);
    ph_history_free(l->history);
}

static size_t known(const struct life *l)
{
    size_t n = 0;

    for (size_t i = 0; i < ph_history_count(l->history); i++)
        n += ph_history_at(l->history, i) != NULL;
    return n;
}

static const char *name_of(unsigned pid)
{
    static char name[40];

    snprintf(name, sizeof name, "%u.history", pid);
    return name;
}

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
    begin_as(&l, pid, service, NULL);
    byte = known(&l) == 5;
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
        begin_as(&dead[i], DEAD + i, service_of(i), NULL);
        tick(&dead[i], 5, 1);
    }
    for (unsigned i = 0; i < MANY; i++)
        stop(&dead[i]);
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
            unlink(scratch_path(name_of(HEIR + i)));
    }
}
