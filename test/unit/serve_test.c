/* SPDX-License-Identifier: MIT */
/* Tasks from the thread that asks to the host thread that does them, on real threads. */
#include "agent/serve.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/clock.h"
#include "alloc.h"
#include "fake_host.h"

static struct ph_bell bell;
static struct ph_board board;
static struct fake_host fake;
static struct porthole_thread *held[PORTHOLE_MAX_THREADS];

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, 200 * PH_NS_PER_MS);
    board.bell = &bell;
}

static void fini(void)
{
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(serve, .init = init, .fini = fini);

static struct porthole_task *ask(enum porthole_task_kind kind)
{
    const struct ph_task_ask what = { .kind = kind, .interval = 1000, .depth = 64 };
    struct porthole_task *task = ph_ask(fake.thread, &what);

    cr_assert_not_null(task);
    return task;
}

/* Sleep until it is over; fails the test after ten seconds. */
static void await(struct porthole_task *task)
{
    uint64_t until_ns = ph_clock_ns() + 10 * PH_NS_PER_S;

    while (!ph_task_is_over(task)) {
        uint64_t times = ph_bell_times(&bell);

        cr_assert_lt(ph_clock_ns(), until_ns);
        if (!ph_task_is_over(task))
            ph_bell_wait(&bell, times, until_ns);
    }
}

/* ---- One host ---------------------------------------------------------------------- */

Test(serve, a_stack_comes_from_a_waiting_host)
{
    struct porthole_task *task;
    size_t n;

    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_STACK);
    await(task);

    cr_assert_str_eq(task->result.why, "");
    ph_result_frames(&task->result, &n);
    cr_assert_eq(n, 2);
    cr_assert_geq(task->began_ns, task->asked_ns);
    cr_assert_eq(atomic_load(&fake.urged), 1);
    ph_task_unref(task);
    fake_stop(&fake);
}

Test(serve, what_it_cost_is_known)
{
    struct porthole_task *task;

    fake.slices = 5;
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_HISTOGRAM);
    await(task);

    cr_assert_gt(task->spent_ns, 0);
    cr_assert_leq(task->longest_ns, task->spent_ns);
    cr_assert_eq(atomic_load(&fake.thread->spent_ns), task->spent_ns);
    ph_task_unref(task);
    fake_stop(&fake);
}

Test(serve, bulk_work_is_done_in_slices_on_the_loop)
{
    struct porthole_task *task;

    fake.slices = 7;
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_HISTOGRAM);
    await(task);

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_HISTOGRAM]), 7);
    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_HISTOGRAM]), 1);
    cr_assert_eq(atomic_load(&fake.urged), 0);
    ph_task_unref(task);
    fake_stop(&fake);
}

Test(serve, a_failure_comes_with_its_reason)
{
    struct porthole_task *task;

    fake.fails = "a profile is under way already";
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_PROFILE_START);
    await(task);

    cr_assert_str_eq(task->result.why, "a profile is under way already");
    ph_task_unref(task);
    fake_stop(&fake);
}

Test(serve, a_stuck_loop_does_bulk_work_only_when_urged)
{
    struct porthole_task *task;

    atomic_store(&fake.stuck, true);
    fake.slices = 1000;
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_HISTOGRAM);
    fake_await(&fake.summoned, 1);
    cr_assert_not(ph_task_is_over(task));
    ph_ask_urge(fake.thread, task);
    await(task);

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_HISTOGRAM]), 1, "in one go");
    ph_task_unref(task);
    fake_stop(&fake);
}

static bool slice_forever(struct fake_host *host, porthole_task *task, bool on_loop)
{
    (void)host;
    (void)task;
    return !on_loop;
}

Test(serve, an_interrupt_between_two_slices_finishes_the_work_in_one_go)
{
    struct porthole_task *task;

    fake.perform = slice_forever;
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_HISTOGRAM);
    fake_await(&fake.performed[PORTHOLE_TASK_HISTOGRAM], 3);
    ph_ask_urge(fake.thread, task);
    await(task);

    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_HISTOGRAM]), 1);
    ph_task_unref(task);
    fake_stop(&fake);
}

/* Whatever the host does for a task may run into another summons. */
static bool serve_within(struct fake_host *host, porthole_task *task, bool on_loop)
{
    (void)on_loop;
    cr_assert_not(porthole_thread_serve(host->thread, false));
    cr_assert_not(porthole_thread_serve(host->thread, true));
    cr_assert_eq(atomic_load(&host->thread->serving), (int)porthole_task_kind_of(task) + 1);
    return true;
}

Test(serve, a_summons_within_a_task_returns_at_once)
{
    struct porthole_task *one, *two;

    fake.perform = serve_within;
    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    one = ask(PORTHOLE_TASK_STACK);
    two = ask(PORTHOLE_TASK_STACK);
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    await(one);
    await(two);

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_STACK]), 2);
    cr_assert_eq(atomic_load(&fake.thread->serving), 0);
    ph_task_unref(one);
    ph_task_unref(two);
    fake_stop(&fake);
}

/* What the application computes hangs, and an interrupt comes. */
static bool look_into_provided(struct fake_host *host, porthole_task *task, bool on_loop)
{
    if (porthole_task_kind_of(task) == PORTHOLE_TASK_STACK)
        return !on_loop;
    host->more = ask(PORTHOLE_TASK_STACK);
    cr_assert_not(porthole_thread_serve(host->thread, false));
    cr_assert_eq(atomic_load(&host->thread->serving), PORTHOLE_TASK_PROVIDED + 1);
    return ph_task_is_over(host->more);
}

Test(serve, what_the_application_computes_can_be_looked_into)
{
    struct porthole_task *provided;

    fake.perform = look_into_provided;
    fake_start(&fake, NULL, &board);
    provided = ask(PORTHOLE_TASK_PROVIDED);
    await(provided);

    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_STACK]), 1);
    cr_assert_eq(atomic_load(&fake.thread->serving), 0);
    ph_task_unref(provided);
    ph_task_unref(fake.more);
    fake_stop(&fake);
}

Test(serve, what_was_dropped_before_is_never_performed)
{
    struct porthole_task *dropped, *kept;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    dropped = ask(PORTHOLE_TASK_PROFILE_START);
    kept = ask(PORTHOLE_TASK_STACK);
    ph_task_drop(dropped);
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    await(kept);

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_START]), 0);
    ph_task_unref(dropped);
    ph_task_unref(kept);
    fake_stop(&fake);
}

/* A host that does nothing but look for tasks. */
struct eager {
    porthole_thread *thread;
    atomic_uint performed, unclaimed;
    atomic_bool joined, ending;
};

static void ignore_summons(void *ctx, bool urgent)
{
    (void)ctx;
    (void)urgent;
}

static bool check_claimed(void *ctx, porthole_task *task, bool on_loop)
{
    struct eager *eager = ctx;

    (void)on_loop;
    atomic_fetch_add(&eager->performed, 1);
    if (atomic_load(&task->state) != PH_TASK_RUNNING)
        atomic_fetch_add(&eager->unclaimed, 1);
    return true;
}

static void *be_eager(void *arg)
{
    struct eager *eager = arg;
    const struct porthole_host host = {
        .name = "eager", .ctx = eager, .summon = ignore_summons, .perform = check_claimed
    };

    cr_assert_eq(ph_board_join(&board, &host, &eager->thread), PORTHOLE_OK);
    atomic_store(&eager->joined, true);
    while (!atomic_load(&eager->ending))
        porthole_thread_serve(eager->thread, true);
    porthole_thread_leave(eager->thread);
    return NULL;
}

/* The asker gives up in the very moment the host thread takes the task. */
Test(serve, what_is_dropped_in_that_very_moment_is_not_performed_either)
{
    const struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK };
    struct eager eager = { .thread = NULL };
    pthread_t thread;

    pthread_create(&thread, NULL, be_eager, &eager);
    while (!atomic_load(&eager.joined))
        ;
    for (unsigned i = 0; i < 60000; i++) {
        struct porthole_task *task = ph_ask(eager.thread, &what);

        for (volatile unsigned spin = 0; spin < i % 20000; spin++)
            ;
        if (task)
            ph_task_drop(task);
        ph_task_unref(task);
    }
    atomic_store(&eager.ending, true);
    pthread_join(thread, NULL);

    cr_assert_gt(atomic_load(&eager.performed), 0);
    cr_assert_eq(atomic_load(&eager.unclaimed), 0);
}

Test(serve, a_host_that_leaves_ends_what_waits_for_it)
{
    struct porthole_task *task;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    task = ask(PORTHOLE_TASK_HISTOGRAM);
    fake_stop(&fake);

    cr_assert(ph_task_is_over(task));
    cr_assert_str_eq(task->result.why, "the thread has ended");
    ph_task_unref(task);
}

/* ---- Who cannot be asked ----------------------------------------------------------- */

static porthole_thread *join_here(const struct porthole_host *host)
{
    porthole_thread *thread = NULL;

    cr_assert_eq(ph_board_join(&board, host, &thread), PORTHOLE_OK);
    return thread;
}

Test(serve, a_host_without_tasks_is_not_asked)
{
    const struct porthole_host plain = { .name = "plain" };
    const struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK };
    porthole_thread *thread = join_here(&plain);

    cr_assert_null(ph_ask(thread, &what));
    cr_assert_not(porthole_thread_serve(thread, true));
    cr_assert_not(ph_ask_stream(thread, NULL, NULL));
    porthole_thread_leave(thread);
}

Test(serve, a_thread_with_a_full_mail_is_not_asked_again)
{
    const struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK };
    struct porthole_task *tasks[PH_MAIL_TASKS];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        tasks[i] = ask(PORTHOLE_TASK_STACK);

    cr_assert_null(ph_ask(fake.thread, &what));
    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        ph_task_unref(tasks[i]);
    fake_stop(&fake);
}

Test(serve, a_thread_that_left_is_neither_asked_nor_summoned)
{
    const struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK };
    fake_start(&fake, NULL, &board);
    cr_assert_eq(ph_board_hold(&board, held), 1);
    fake_stop(&fake);

    cr_assert_null(ph_ask(held[0], &what));
    cr_assert_not(ph_ask_stream(held[0], NULL, NULL));
    cr_assert_eq(atomic_load(&fake.summoned), 0);
    ph_thread_unref(held[0]);
}

Test(serve, asking_reports_a_failed_allocation)
{
    const struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK };

    fake_start(&fake, NULL, &board);
    EVERY_ALLOC_FAILS({
        struct porthole_task *task = ph_ask(fake.thread, &what);

        cr_assert_eq(!task, alloc_failed());
        if (task)
            await(task);
        ph_task_unref(task);
    });
    fake_stop(&fake);
}

/* ---- Streams ----------------------------------------------------------------------- */

struct taker {
    uint64_t taken, limit;
    bool wrong;
    atomic_uint writes;
    atomic_bool hold; /* take nothing, but do not give up either */
};

static bool take(void *to, const char *bytes, size_t n)
{
    struct taker *taker = to;
    const struct timespec moment = { .tv_nsec = 1000000 };

    for (size_t i = 0; i < n; i++)
        taker->wrong |= bytes[i] != fake_stream_byte(taker->taken + i);
    taker->taken += n;
    atomic_fetch_add(&taker->writes, 1);
    if (atomic_load(&taker->hold))
        nanosleep(&moment, NULL);
    return taker->taken < taker->limit;
}

Test(serve, a_stream_is_written_whole)
{
    struct taker taker = { .limit = UINT64_MAX };

    fake.stream_bytes = 3 << 20;
    fake_start(&fake, NULL, &board);

    cr_assert(ph_ask_stream(fake.thread, take, &taker));
    cr_assert_eq(taker.taken, 3 << 20);
    cr_assert_not(taker.wrong);
    fake_stop(&fake);
}

Test(serve, a_stream_ends_when_nobody_takes_it)
{
    struct taker taker = { .limit = 100000 };

    fake.stream_bytes = 3 << 20;
    fake_start(&fake, NULL, &board);
    (void)!ph_ask_stream(fake.thread, take, &taker);

    cr_assert(atomic_load(&fake.stream_refused));
    cr_assert_lt(taker.taken, 200000);
    fake_stop(&fake);
}

static void *stream_away(void *arg)
{
    return ph_ask_stream(held[0], take, arg) ? arg : NULL;
}

Test(serve, leaving_ends_a_stream_and_waits_for_it)
{
    struct taker taker = { .limit = UINT64_MAX, .hold = true };
    pthread_t thread;
    void *whole = NULL;

    fake.stream_bytes = UINT64_C(1) << 40;
    fake_start(&fake, NULL, &board);
    cr_assert_eq(ph_board_hold(&board, held), 1); /* as a job does */
    pthread_create(&thread, NULL, stream_away, &taker);
    fake_await(&taker.writes, 3);
    fake_stop(&fake); /* the host's memory may go now */
    cr_assert(atomic_load(&fake.stream_refused), "its function has returned");
    pthread_join(thread, &whole);
    ph_thread_unref(held[0]);

    cr_assert_null(whole, "it is told that the text is not complete");
}
