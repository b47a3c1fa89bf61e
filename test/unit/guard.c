/* SPDX-License-Identifier: MIT */
/*
 * Wraps Criterion's own setup and main part of a test (linker option --wrap), so that no
 * test has to remember to count. Runs in the process of the test, never in the runner.
 * Also holds what makes Criterion 2.4.1 bear the sanitizers; see rand_r() below.
 */
#include "guard.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

void __real_criterion_internal_test_setup(void);
void __real_criterion_internal_test_main(void (*test)(void));
void __wrap_criterion_internal_test_setup(void);
void __wrap_criterion_internal_test_main(void (*test)(void));

/* Called from shared libraries: our objects are built with -fvisibility=hidden. */
#define EXPORTED __attribute__((visibility("default")))

/* Criterion hands its child the test's description at odd addresses. */
#define TOLERATES_ODD_ADDRESSES __attribute__((no_sanitize("alignment")))

EXPORTED const char *__tsan_default_options(void);
EXPORTED const char *__asan_default_options(void);
EXPORTED int rand_r(unsigned *seed);

static int fds_before;
static int threads_before;
static void (*test_body)(void);

static int entries(const char *path)
{
    DIR *dir = opendir(path);
    int n = 0;

    if (!dir)
        return -1;
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2; /* "." and ".." */
}

int guard_open_fds(void)
{
    return entries("/proc/self/fd") - 1; /* the one that reads the directory */
}

int guard_threads(void)
{
    return entries("/proc/self/task");
}

static void name_open_fds(void)
{
    char path[64], target[256];

    for (int fd = 3; fd < 1024; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(path, target, sizeof target - 1);
        if (n < 0)
            continue;
        target[n] = '\0';
        fprintf(stderr, "    %d -> %s\n", fd, target);
    }
}

/* A joined thread is still listed for the moment between waking its joiner and leaving
 * the kernel. */
static bool threads_have_ended(void)
{
    const struct timespec pause = { .tv_nsec = 1000000 };

    for (int tries = 0; tries < 1000; tries++) {
        if (guard_threads() <= threads_before)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static bool leaks_memory(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return __lsan_do_recoverable_leak_check() != 0;
#else
    return false;
#endif
}

TOLERATES_ODD_ADDRESSES
static void run_fini(struct criterion_test_extra_data *data)
{
    if (!data || !data->fini)
        return;
    data->fini();
    data->fini = NULL;
}

/* Criterion counts a test as passed before its .fini has run, and a crash after that is a
 * warning to it. So .fini runs here, inside the test, and then the counting. */
TOLERATES_ODD_ADDRESSES
static void check_nothing_is_left(void)
{
    run_fini(criterion_current_test->data);
    run_fini(criterion_current_suite->data);
    cr_expect(threads_have_ended(), "the test left a thread running");
    if (guard_open_fds() > fds_before) {
        name_open_fds();
        cr_expect(false, "the test left a descriptor open; all that are open stand above");
    }
    cr_expect(!leaks_memory(), "the test left memory behind");
}

static void run_plain(void)
{
    test_body();
    check_nothing_is_left();
}

static void run_parameterized(void *parameter)
{
    ((void (*)(void *))test_body)(parameter);
    check_nothing_is_left();
}

void __wrap_criterion_internal_test_setup(void)
{
    fds_before = guard_open_fds();
    threads_before = guard_threads();
    __real_criterion_internal_test_setup();
}

TOLERATES_ODD_ADDRESSES
void __wrap_criterion_internal_test_main(void (*test)(void))
{
    bool parameterized = criterion_current_test->data->param_;

    test_body = test;
    __real_criterion_internal_test_main(parameterized ? (void (*)(void))run_parameterized
                                                      : run_plain);
}

/* A race is a failed test, not a message between passing ones. What is in tsan.c is known by
 * the stack of either side, so the longest memory of stacks there is. */
const char *__tsan_default_options(void)
{
    return "halt_on_error=1:second_deadlock_stack=1:history_size=7";
}

/* The check at exit would see Criterion's own memory; leaks_memory() sees the test's. */
const char *__asan_default_options(void)
{
    return "leak_check_at_exit=0:detect_stack_use_after_return=1:strict_string_checks=1";
}

#if defined(__SANITIZE_THREAD__)
/* Criterion shares memory with its children at an address it draws with rand_r() from a
 * range that TSan keeps for itself, and gives up (Criterion issue 274). Draw from the
 * part TSan leaves to the application, below where the kernel puts executables:
 * 0x200000000000 + (0x350000 .. 0x354fff) * 2^24. */
int rand_r(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int)(0x350000u + (*seed >> 16) % 0x5000u);
}
#endif
