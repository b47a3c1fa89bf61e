/* SPDX-License-Identifier: MIT */
#include "agent/task.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "alloc.h"

static struct ph_bell bell;
static struct ph_mail mail;

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    memset(&mail, 0, sizeof mail);
    ph_mail_init(&mail);
}

static void fini(void)
{
    ph_mail_fini(&mail);
    ph_bell_fini(&bell);
}

TestSuite(task, .init = init, .fini = fini);

static struct porthole_task *new_task(enum porthole_task_kind kind)
{
    const struct ph_task_ask ask = { .kind = kind, .interval = 1000, .depth = 64 };
    struct porthole_task *task = ph_task_new(&ask, &bell);

    cr_assert_not_null(task);
    return task;
}

static int state_of(const struct porthole_task *task)
{
    return atomic_load(&task->state);
}

/* ---- One task ---------------------------------------------------------------------- */

Test(task, waits_with_what_was_asked_of_it)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_PROFILE_START);

    cr_assert_eq(state_of(task), PH_TASK_WAITING);
    cr_assert_eq(task->kind, PORTHOLE_TASK_PROFILE_START);
    cr_assert_eq(task->interval, 1000);
    cr_assert_eq(task->depth, 64);
    cr_assert_gt(task->asked_ns, 0);
    cr_assert_not(ph_task_is_over(task));
    ph_task_unref(task);
}

Test(task, only_a_stack_is_urgent_from_the_start)
{
    for (unsigned kind = 0; kind < PORTHOLE_TASK_KINDS; kind++) {
        struct porthole_task *task = new_task((enum porthole_task_kind)kind);

        cr_assert_eq(atomic_load(&task->urgent), kind == PORTHOLE_TASK_STACK);
        ph_task_unref(task);
    }
}

Test(task, is_claimed_once)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_STACK);

    cr_assert(ph_task_claim(task));
    cr_assert_not(ph_task_claim(task));
    cr_assert_eq(state_of(task), PH_TASK_RUNNING);
    ph_task_unref(task);
}

Test(task, dropped_before_it_was_claimed_it_cannot_be)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_STACK);

    ph_task_drop(task);

    cr_assert(ph_task_is_over(task));
    cr_assert_not(ph_task_claim(task));
    ph_task_finish(task);
    cr_assert_eq(state_of(task), PH_TASK_DROPPED);
    ph_task_unref(task);
}

Test(task, dropped_while_it_runs_it_is_told_so)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_STACK);

    ph_task_claim(task);
    ph_task_drop(task);

    cr_assert_eq(state_of(task), PH_TASK_RUNNING);
    cr_assert(atomic_load(&task->unwanted));
    ph_task_finish(task);
    cr_assert_eq(state_of(task), PH_TASK_DONE);
    ph_task_unref(task);
}

Test(task, rings_once_when_it_is_done)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_STACK);
    uint64_t times = ph_bell_times(&bell);

    ph_task_claim(task);
    ph_task_finish(task);
    ph_task_finish(task);

    cr_assert(ph_task_is_over(task));
    cr_assert_eq(ph_bell_times(&bell), times + 1);
    ph_task_unref(task);
}

Test(task, needs_no_bell)
{
    const struct ph_task_ask ask = { .kind = PORTHOLE_TASK_STACK };
    struct porthole_task *task = ph_task_new(&ask, NULL);

    ph_task_finish(task);

    cr_assert(ph_task_is_over(task));
    ph_task_unref(task);
}

Test(task, none_may_be_held_and_given_back)
{
    cr_assert_null(ph_task_ref(NULL));
    ph_task_unref(NULL);
}

/* ---- Races ------------------------------------------------------------------------- */

#define RACERS 8
#define RACES 2000

static struct porthole_task *raced[RACES];
static atomic_uint claims[RACES];
static pthread_barrier_t line;

static void *race_to_claim(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&line);
    for (size_t i = 0; i < RACES; i++)
        if (ph_task_claim(raced[i]))
            atomic_fetch_add(&claims[i], 1);
    return NULL;
}

static void *race_to_drop(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&line);
    for (size_t i = 0; i < RACES; i++)
        ph_task_drop(raced[i]);
    return NULL;
}

static void race(void *(*last)(void *))
{
    pthread_t racers[RACERS];

    pthread_barrier_init(&line, NULL, RACERS);
    for (size_t i = 0; i < RACES; i++)
        raced[i] = new_task(PORTHOLE_TASK_STACK);
    for (size_t i = 0; i < RACERS; i++)
        pthread_create(&racers[i], NULL, i ? race_to_claim : last, NULL);
    for (size_t i = 0; i < RACERS; i++)
        pthread_join(racers[i], NULL);
    pthread_barrier_destroy(&line);
}

static void forget_raced(void)
{
    for (size_t i = 0; i < RACES; i++)
        ph_task_unref(raced[i]);
}

Test(task, is_claimed_once_when_eight_threads_race_for_it)
{
    race(race_to_claim);

    for (size_t i = 0; i < RACES; i++)
        cr_assert_eq(atomic_load(&claims[i]), 1, "task %zu", i);
    forget_raced();
}

Test(task, is_either_claimed_or_dropped)
{
    race(race_to_drop);

    for (size_t i = 0; i < RACES; i++) {
        bool running = state_of(raced[i]) == PH_TASK_RUNNING;

        cr_assert_eq(atomic_load(&claims[i]), running, "task %zu", i);
        cr_assert(running || state_of(raced[i]) == PH_TASK_DROPPED);
        cr_assert_eq(atomic_load(&raced[i]->unwanted), running);
    }
    forget_raced();
}

/* ---- Mail -------------------------------------------------------------------------- */

/* The next one, borrowed. */
static struct porthole_task *next(bool on_loop)
{
    struct porthole_task *task = ph_mail_next(&mail, on_loop);

    ph_task_unref(task); /* the mail's reference is left */
    return task;
}

static struct porthole_task *put(enum porthole_task_kind kind)
{
    struct porthole_task *task = new_task(kind);

    cr_assert(ph_mail_put(&mail, task));
    return task;
}

Test(task, mail_hands_out_the_oldest_first)
{
    struct porthole_task *one = put(PORTHOLE_TASK_HISTOGRAM);
    struct porthole_task *two = put(PORTHOLE_TASK_PROFILE_STOP);

    cr_assert_eq(next(true), one);
    cr_assert_eq(next(true), one, "it stays until it is removed");
    ph_mail_remove(&mail, one);
    cr_assert_eq(next(true), two);
    ph_mail_remove(&mail, two);
    cr_assert_null(next(true));
    ph_task_unref(one);
    ph_task_unref(two);
}

Test(task, an_urgent_one_does_not_wait_behind_the_slices_of_another)
{
    struct porthole_task *bulk = put(PORTHOLE_TASK_PROFILE_STOP);
    struct porthole_task *stack = put(PORTHOLE_TASK_STACK);

    cr_assert_eq(next(true), stack);
    ph_mail_remove(&mail, stack);
    cr_assert_eq(next(true), bulk);
    ph_task_unref(bulk);
    ph_task_unref(stack);
}

Test(task, what_ends_another_gets_into_a_full_mail)
{
    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        ph_task_unref(put(PORTHOLE_TASK_STACK));

    ph_task_unref(put(PORTHOLE_TASK_PROFILE_STOP));
    ph_task_unref(put(PORTHOLE_TASK_SNAPSHOT_DROP));
    cr_assert_eq(mail.n, PH_MAIL_PLACES);
}

Test(task, in_the_middle_of_running_code_only_the_urgent_is_handed_out)
{
    struct porthole_task *bulk = put(PORTHOLE_TASK_HISTOGRAM), *stack;

    cr_assert_null(next(false));
    stack = put(PORTHOLE_TASK_STACK);
    cr_assert_eq(next(false), stack);

    atomic_store(&bulk->urgent, true);
    cr_assert_eq(next(false), bulk);
    ph_task_unref(bulk);
    ph_task_unref(stack);
}

Test(task, a_full_mail_refuses)
{
    struct porthole_task *one_more = new_task(PORTHOLE_TASK_STACK);

    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        ph_task_unref(put(PORTHOLE_TASK_STACK));

    cr_assert_not(ph_mail_put(&mail, one_more));
    cr_assert_eq(atomic_load(&one_more->refs), 1, "it took no reference");
    ph_task_unref(one_more);
}

Test(task, what_was_dropped_makes_room)
{
    struct porthole_task *tasks[PH_MAIL_TASKS];

    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        tasks[i] = put(PORTHOLE_TASK_STACK);
    for (unsigned i = 0; i < PH_MAIL_TASKS; i++)
        if (i != 9)
            ph_task_drop(tasks[i]);

    cr_assert_eq(next(true), tasks[9]);
    ph_mail_remove(&mail, tasks[9]);
    cr_assert_null(next(true));
    cr_assert_eq(mail.n, 0);
    for (unsigned i = 0; i < PH_MAIL_TASKS; i++) {
        cr_assert_eq(atomic_load(&tasks[i]->refs), 1, "ours is the last");
        ph_task_unref(tasks[i]);
    }
}

/* Sixteen askers that gave up must not lock the seventeenth out of a stuck thread. */
Test(task, what_was_dropped_makes_room_although_the_thread_never_comes)
{
    struct porthole_task *late;

    for (unsigned i = 0; i < PH_MAIL_TASKS; i++) {
        struct porthole_task *task = put(PORTHOLE_TASK_STACK);

        ph_task_drop(task);
        ph_task_unref(task);
    }
    late = new_task(PORTHOLE_TASK_STACK);

    cr_assert(ph_mail_put(&mail, late));
    ph_task_unref(late);
}

Test(task, closing_ends_what_waits_with_the_reason)
{
    struct porthole_task *waiting = put(PORTHOLE_TASK_STACK);
    struct porthole_task *dropped = put(PORTHOLE_TASK_STACK);
    struct porthole_task *running = put(PORTHOLE_TASK_HISTOGRAM);

    ph_task_drop(dropped);
    ph_task_claim(running);
    ph_mail_close(&mail, "the thread has ended");

    cr_assert_eq(state_of(waiting), PH_TASK_DONE);
    cr_assert_str_eq(waiting->result.why, "the thread has ended");
    cr_assert_eq(state_of(dropped), PH_TASK_DROPPED);
    cr_assert_eq(state_of(running), PH_TASK_DONE, "its next slice never comes");
    cr_assert_str_eq(running->result.why, "the thread has ended");
    ph_task_unref(waiting);
    ph_task_unref(dropped);
    ph_task_unref(running);
}

Test(task, a_closed_mail_refuses)
{
    struct porthole_task *task = new_task(PORTHOLE_TASK_STACK);

    ph_mail_close(&mail, "the thread has ended");

    cr_assert_not(ph_mail_put(&mail, task));
    ph_task_unref(task);
}

Test(task, removing_what_is_not_there_is_a_no_op)
{
    struct porthole_task *in = put(PORTHOLE_TASK_STACK), *out = new_task(PORTHOLE_TASK_STACK);

    ph_mail_remove(&mail, out);

    cr_assert_eq(mail.n, 1);
    cr_assert_eq(atomic_load(&out->refs), 1);
    ph_task_unref(in);
    ph_task_unref(out);
}

Test(task, reports_a_failed_allocation)
{
    const struct ph_task_ask ask = { .kind = PORTHOLE_TASK_STACK };

    EVERY_ALLOC_FAILS({
        struct porthole_task *task = ph_task_new(&ask, &bell);

        cr_assert_eq(!task, alloc_failed());
        ph_task_unref(task);
    });
}
