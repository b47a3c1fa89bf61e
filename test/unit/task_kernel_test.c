/* SPDX-License-Identifier: MIT */
#include "agent/task_kernel.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/clock.h"

struct sleeper {
    pthread_t thread;
    _Atomic pid_t tid;
    const char *name;
    int fds[2];
};

static void *read_forever(void *arg)
{
    struct sleeper *s = arg;
    char byte;

    prctl(PR_SET_NAME, s->name);
    atomic_store(&s->tid, gettid());
    (void)!read(s->fds[0], &byte, 1);
    return NULL;
}

/* What the kernel says once the thread has gone to sleep in read(). */
static void read_asleep(struct sleeper *s, struct ph_task_kernel *kernel)
{
    uint64_t until_ns = ph_clock_ns() + 10 * PH_NS_PER_S;

    cr_assert_eq(pipe(s->fds), 0);
    cr_assert_eq(pthread_create(&s->thread, NULL, read_forever, s), 0);
    do
        ph_task_kernel_read(atomic_load(&s->tid), kernel);
    while ((atomic_load(&s->tid) == 0 || strcmp(kernel->syscall, "read") != 0) &&
           ph_clock_ns() < until_ns);
}

static void wake(struct sleeper *s)
{
    close(s->fds[1]);
    pthread_join(s->thread, NULL);
    close(s->fds[0]);
}

Test(task_kernel, names_the_system_call_a_thread_sleeps_in)
{
    struct sleeper s = { .name = "reader" };
    struct ph_task_kernel kernel;

    read_asleep(&s, &kernel);

    cr_assert_str_eq(kernel.syscall, "read");
    cr_assert_str_eq(kernel.state, "sleeping");
    wake(&s);
}

/* The state stands behind the name, and a name may look like one. */
Test(task_kernel, a_threads_name_cannot_lie_about_its_state)
{
    struct sleeper s = { .name = "x) R 1 1 (y" };
    struct ph_task_kernel kernel;

    read_asleep(&s, &kernel);

    cr_assert_str_eq(kernel.state, "sleeping");
    wake(&s);
}

Test(task_kernel, a_running_thread_is_in_no_system_call_or_in_this_one)
{
    struct ph_task_kernel kernel;

    ph_task_kernel_read(gettid(), &kernel);

    cr_assert_str_eq(kernel.state, "running");
}

Test(task_kernel, of_a_thread_that_is_gone_it_tells_nothing)
{
    struct ph_task_kernel kernel;
    char says[128];

    memset(&kernel, 'x', sizeof kernel);
    ph_task_kernel_read(0x7FFFFFFE, &kernel);

    cr_assert_str_eq(kernel.state, "");
    cr_assert_str_eq(kernel.syscall, "");
    cr_assert_str_eq(kernel.wchan, "");
    cr_assert_not_null(
        strstr(ph_task_kernel_says(&kernel, says, sizeof says), "tells nothing"));
}

Test(task_kernel, says_it_in_words)
{
    static const struct {
        struct ph_task_kernel kernel;
        const char *says;
    } rows[] = {
        { { "sleeping", "wait4", "do_wait" },
          "inside a system call (wait4, waiting in do_wait)" },
        { { "sleeping", "read", "" }, "inside a system call (read)" },
        { { "running", "", "" }, "running native code, not in a system call" },
        { { "stopped", "", "do_signal_stop" }, "stopped, not in a system call" },
    };
    char says[128];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(ph_task_kernel_says(&rows[i].kernel, says, sizeof says), rows[i].says);
}

Test(task_kernel, the_longest_words_are_cut_to_the_buffer)
{
    struct ph_task_kernel kernel;
    char says[24];

    memset(&kernel, 'w', sizeof kernel);
    kernel.syscall[sizeof kernel.syscall - 1] = '\0';
    kernel.wchan[sizeof kernel.wchan - 1] = '\0';
    kernel.state[sizeof kernel.state - 1] = '\0';

    cr_assert_eq(strlen(ph_task_kernel_says(&kernel, says, sizeof says)), sizeof says - 1);
}
