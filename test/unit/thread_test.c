/* SPDX-License-Identifier: MIT */
#include "agent/thread.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

struct seen {
    sigset_t mask;
    void *self;
};

static void *look(void *arg)
{
    struct seen *seen = arg;

    pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
    seen->self = arg;
    return NULL;
}

Test(thread, every_signal_is_blocked_on_it)
{
    struct seen seen;
    pthread_t thread;

    cr_assert_eq(ph_thread_start(&thread, "porthole-test", look, &seen, NULL), PORTHOLE_OK);
    pthread_join(thread, NULL);

    for (int sig = 1; sig < SIGRTMAX; sig++) {
        bool cannot = sig == SIGKILL || sig == SIGSTOP || (sig > SIGSYS && sig < SIGRTMIN);

        cr_assert_eq(sigismember(&seen.mask, sig), !cannot, "%d", sig);
    }
    cr_assert_eq(seen.self, &seen);
}

Test(thread, the_callers_signals_are_as_before)
{
    sigset_t mine, after;
    struct seen seen;
    pthread_t thread;

    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &mine, NULL);
    cr_assert_eq(ph_thread_start(&thread, "porthole-test", look, &seen, NULL), PORTHOLE_OK);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    pthread_join(thread, NULL);

    for (int sig = 1; sig < SIGRTMAX; sig++)
        cr_assert_eq(sigismember(&after, sig), sigismember(&mine, sig), "%d", sig);
}

static pthread_barrier_t named;

static void *wait_to_be_named(void *unused)
{
    pthread_barrier_wait(&named);
    return unused;
}

Test(thread, its_name_can_be_seen)
{
    pthread_t thread;
    char name[16] = "";

    pthread_barrier_init(&named, NULL, 2);
    cr_assert_eq(ph_thread_start(&thread, "porthole-test", wait_to_be_named, NULL, NULL),
                 PORTHOLE_OK);
    pthread_getname_np(thread, name, sizeof name);
    pthread_barrier_wait(&named);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&named);

    cr_assert_str_eq(name, "porthole-test");
}
