/* SPDX-License-Identifier: MIT */
#include "agent/pipe.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/clock.h"
#include "alloc.h"

#define RING (256u * 1024)
#define LONG_NS (60 * PH_NS_PER_S)

static struct ph_bell bell;
static struct ph_pipe *the_pipe;
static atomic_bool goes_on;

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    the_pipe = ph_pipe_new(&bell);
    cr_assert_not_null(the_pipe);
    atomic_store(&goes_on, true);
}

static void fini(void)
{
    ph_pipe_unref(the_pipe);
    ph_bell_fini(&bell);
}

TestSuite(pipe, .init = init, .fini = fini);

static bool go_on(void *ctx)
{
    (void)ctx;
    return atomic_load(&goes_on);
}

static bool write_some(const char *bytes, size_t n)
{
    struct ph_pipe_patience patience = { LONG_NS, go_on, NULL };

    return ph_pipe_write(the_pipe, bytes, n, &patience);
}

/* ---- Another thread that writes ---------------------------------------------------- */

struct writer {
    pthread_t thread;
    size_t total, step;
    uint64_t stall_ns;
    bool fails; /* ends with a failure */
    atomic_bool over, whole;
};

static char byte_at(uint64_t at)
{
    return (char)(at * 2654435761u >> 24);
}

static void *write_all(void *arg)
{
    struct writer *w = arg;
    char *block = malloc(w->step);
    bool good = true;

    for (size_t at = 0; at < w->total && good; at += w->step) {
        size_t n = w->total - at < w->step ? w->total - at : w->step;

        for (size_t i = 0; i < n; i++)
            block[i] = byte_at(at + i);
        struct ph_pipe_patience patience = { w->stall_ns, go_on, NULL };

        good = ph_pipe_write(the_pipe, block, n, &patience);
    }
    ph_pipe_end(the_pipe, w->fails || !good);
    free(block);
    atomic_store(&w->whole, good);
    atomic_store(&w->over, true);
    return NULL;
}

static void start(struct writer *w)
{
    cr_assert_eq(pthread_create(&w->thread, NULL, write_all, w), 0);
}

static void await_over(struct writer *w)
{
    uint64_t began_ns = ph_clock_ns();

    pthread_join(w->thread, NULL);
    cr_assert_lt(ph_clock_ns() - began_ns, 10 * PH_NS_PER_S);
}

/* Wait until there is something to read. */
static void await_bytes(void)
{
    while (!ph_pipe_is_ready(the_pipe)) {
        uint64_t times = ph_bell_times(&bell);

        if (!ph_pipe_is_ready(the_pipe))
            ph_bell_wait(&bell, times, ph_clock_ns() + 20 * PH_NS_PER_MS);
    }
}

static void await_full(void)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    size_t n;

    do {
        nanosleep(&moment, NULL);
        pthread_mutex_lock(&the_pipe->lock);
        n = the_pipe->n;
        pthread_mutex_unlock(&the_pipe->lock);
    } while (n < RING);
}

/* Read to the end in pieces of `cap`; the end is returned, the bytes are counted. */
static ssize_t read_all(size_t cap, uint64_t *total)
{
    char *buf = malloc(cap);
    ssize_t n;

    *total = 0;
    while ((n = ph_pipe_read(the_pipe, buf, cap)) >= 0) {
        for (ssize_t i = 0; i < n; i++)
            cr_assert_eq(buf[i], byte_at(*total + (uint64_t)i), "byte %zu",
                         (size_t)*total + (size_t)i);
        *total += (uint64_t)n;
        if (n == PH_PIPE_EMPTY)
            await_bytes();
    }
    free(buf);
    return n;
}

/* ---- Bytes ------------------------------------------------------------------------- */

Test(pipe, what_is_written_is_read)
{
    char buf[16];

    cr_assert(write_some("hello", 5));
    cr_assert(write_some("world", 5));

    cr_assert_eq(ph_pipe_read(the_pipe, buf, 7), 7);
    cr_assert_eq(memcmp(buf, "hellowo", 7), 0);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), 3);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), PH_PIPE_EMPTY);
    cr_assert_not(ph_pipe_is_ready(the_pipe));
}

Test(pipe, order_and_bytes_survive_any_sizes)
{
    static const struct {
        size_t total, step, cap;
    } rows[] = {
        { 10, 1, 1 },           { RING, RING, RING },       { RING + 1, RING + 1, RING },
        { 4 * RING, 7, 65536 }, { 9 * RING + 5, 50000, 3 }, { 20 * RING, 3 * RING, 4096 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct writer w = { .total = rows[i].total, .step = rows[i].step, .stall_ns = LONG_NS };
        uint64_t total;

        start(&w);
        cr_assert_eq(read_all(rows[i].cap, &total), PH_PIPE_END, "row %zu", i);
        cr_assert_eq(total, rows[i].total, "row %zu", i);
        await_over(&w);
        cr_assert(atomic_load(&w.whole));
        ph_pipe_unref(the_pipe);
        the_pipe = ph_pipe_new(&bell);
    }
}

Test(pipe, a_slow_reader_loses_nothing)
{
    struct writer w = { .total = 6 * RING, .step = 100000, .stall_ns = LONG_NS };
    uint64_t total;

    start(&w);
    for (int i = 0; i < 3; i++)
        await_full();
    cr_assert_not(atomic_load(&w.over), "it waits for room");

    cr_assert_eq(read_all(5000, &total), PH_PIPE_END);
    cr_assert_eq(total, 6 * RING);
    await_over(&w);
}

Test(pipe, an_empty_write_writes_nothing)
{
    cr_assert(write_some("", 0));

    cr_assert_not(ph_pipe_is_ready(the_pipe));
}

/* ---- Bells ------------------------------------------------------------------------- */

Test(pipe, rings_only_for_a_reader_that_found_it_empty)
{
    uint64_t times = ph_bell_times(&bell);
    char buf[8];

    write_some("a", 1);
    cr_assert_eq(ph_bell_times(&bell), times);
    ph_pipe_read(the_pipe, buf, 8);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, 8), PH_PIPE_EMPTY);

    write_some("b", 1);
    cr_assert_eq(ph_bell_times(&bell), times + 1);
    write_some("c", 1);
    cr_assert_eq(ph_bell_times(&bell), times + 1, "it knows already");
}

Test(pipe, the_end_rings_always)
{
    uint64_t times = ph_bell_times(&bell);

    ph_pipe_end(the_pipe, false);

    cr_assert_eq(ph_bell_times(&bell), times + 1);
    cr_assert(ph_pipe_is_ready(the_pipe));
}

/* ---- Ends -------------------------------------------------------------------------- */

Test(pipe, the_end_comes_after_the_last_byte)
{
    char buf[8];

    write_some("abc", 3);
    ph_pipe_end(the_pipe, false);

    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), 3);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), PH_PIPE_END);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), PH_PIPE_END);
}

Test(pipe, a_failure_is_told_apart_from_an_end)
{
    char buf[8];

    write_some("abc", 3);
    ph_pipe_end(the_pipe, true);

    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), 3);
    cr_assert_eq(ph_pipe_read(the_pipe, buf, sizeof buf), PH_PIPE_FAILED);
}

Test(pipe, a_closed_one_takes_nothing)
{
    ph_pipe_close(the_pipe);

    cr_assert_not(write_some("abc", 3));
    cr_assert_eq(the_pipe->total, 0);
}

Test(pipe, closing_wakes_a_writer_that_waits_for_room)
{
    struct writer w = { .total = 4 * RING, .step = RING, .stall_ns = LONG_NS };

    start(&w);
    await_full();
    ph_pipe_close(the_pipe);
    await_over(&w);

    cr_assert_not(atomic_load(&w.whole));
}

Test(pipe, a_stalled_reader_is_given_up)
{
    struct writer w = { .total = 4 * RING, .step = RING, .stall_ns = 50 * PH_NS_PER_MS };
    uint64_t began_ns = ph_clock_ns(), total;

    start(&w);
    await_over(&w);

    cr_assert_not(atomic_load(&w.whole));
    cr_assert_geq(ph_clock_ns() - began_ns, 50 * PH_NS_PER_MS);
    cr_assert_eq(read_all(65536, &total), PH_PIPE_FAILED);
    cr_assert_eq(total, RING, "what was written is intact");
}

Test(pipe, a_writer_that_shall_not_go_on_gives_up)
{
    struct writer w = { .total = 4 * RING, .step = RING, .stall_ns = LONG_NS };

    start(&w);
    await_full();
    atomic_store(&goes_on, false);
    await_over(&w);

    cr_assert_not(atomic_load(&w.whole));
}

Test(pipe, lives_as_long_as_its_last_holder)
{
    struct writer w = { .total = 2 * RING, .step = 1000, .stall_ns = LONG_NS };
    struct ph_pipe *ours = ph_pipe_ref(the_pipe);
    uint64_t total;

    start(&w);
    read_all(65536, &total);
    await_over(&w);
    ph_pipe_unref(the_pipe);
    the_pipe = ours;

    cr_assert_eq(ours->total, 2 * RING);
}

Test(pipe, none_may_be_held_and_given_back)
{
    cr_assert_null(ph_pipe_ref(NULL));
    ph_pipe_unref(NULL);
}

Test(pipe, reports_a_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_pipe *p = ph_pipe_new(&bell);

        cr_assert_eq(!p, alloc_failed());
        ph_pipe_unref(p);
    });
}
