/* SPDX-License-Identifier: MIT */
/* Ten thousand tasks against host threads that come and go as they like: whatever happens to
 * whom, every task ends, nobody crashes, nothing is left behind. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "agent/clock.h"
#include "agent/serve.h"
#include "fake_host.h"

#ifdef __SANITIZE_THREAD__ /* 23,000 threads begin and end under ten thousand tasks: 50 s */
#define TASKS 2000u
#else
#define TASKS 10000u
#endif
#define HOSTS 64u
#define ASKERS 4u
#define PATIENCE_NS (20 * PH_NS_PER_S) /* a life takes milliseconds */

static struct ph_bell bell;
static struct ph_board board;
static atomic_uint asked, answered, ended, dropped, refused, lives;
static atomic_bool over;

static uint32_t pick(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static void rest(uint32_t us)
{
    const struct timespec moment = { .tv_nsec = (long)us * 1000 };

    nanosleep(&moment, NULL);
}

/* ---- Hosts ------------------------------------------------------------------------- */

static void *live_again_and_again(void *arg)
{
    uint32_t seed = (uint32_t)(uintptr_t)arg;

    while (!atomic_load(&over)) {
        struct fake_host fake = { .name = "worker", .id = (int)pick(&seed, HOSTS) };

        fake.slices = pick(&seed, 4);
        fake.stream_bytes = pick(&seed, 300000);
        fake.fails = pick(&seed, 8) ? NULL : "no";
        atomic_store(&fake.deaf, pick(&seed, 8) == 0);
        atomic_store(&fake.stuck, pick(&seed, 4) == 0);
        fake_start(&fake, NULL, &board);
        rest(pick(&seed, 4000));
        fake_stop(&fake);
        atomic_fetch_add(&lives, 1);
    }
    return NULL;
}

/* ---- Askers ------------------------------------------------------------------------ */

static bool take(void *to, const char *bytes, size_t n)
{
    uint64_t *left = to;

    (void)bytes;
    *left -= n < *left ? n : *left;
    return *left > 0;
}

static void await(struct porthole_task *task)
{
    uint64_t until_ns = ph_clock_ns() + PATIENCE_NS;

    while (!ph_task_is_over(task) && ph_clock_ns() < until_ns) {
        uint64_t times = ph_bell_times(&bell);

        if (!ph_task_is_over(task))
            ph_bell_wait(&bell, times, until_ns);
    }
    cr_assert(ph_task_is_over(task), "a task hangs");
}

static void ask_one(struct porthole_thread *thread, uint32_t *seed)
{
    const struct ph_task_ask what = { .kind = (enum porthole_task_kind)pick(
                                          seed, PORTHOLE_TASK_KINDS) };
    struct porthole_task *task = ph_ask(thread, &what);

    if (!task) {
        atomic_fetch_add(&refused, 1);
        return;
    }
    atomic_fetch_add(&asked, 1);
    if (pick(seed, 2))
        ph_ask_urge(thread, task);
    if (pick(seed, 2)) {
        await(task);
        atomic_fetch_add(task->result.why[0] ? &ended : &answered, 1);
    } else {
        rest(pick(seed, 100));
        ph_task_drop(task);
        atomic_fetch_add(&dropped, 1);
    }
    ph_task_unref(task);
}

static void *ask_around(void *arg)
{
    uint32_t seed = (uint32_t)(uintptr_t)arg;

    while (atomic_load(&asked) < TASKS) {
        struct porthole_thread *held[PORTHOLE_MAX_THREADS];
        size_t n = ph_board_hold(&board, held), chosen = n ? pick(&seed, (uint32_t)n) : 0;
        uint64_t wanted = pick(&seed, 400000);

        if (n)
            ask_one(held[chosen], &seed);
        if (n && pick(&seed, 64) == 0)
            (void)!ph_ask_stream(held[chosen], take, &wanted);
        for (size_t i = 0; i < n; i++)
            ph_thread_unref(held[i]);
    }
    return NULL;
}

Test(serve_storm, ten_thousand_tasks_against_64_threads_that_join_and_leave, .timeout = 300)
{
    pthread_t hosts[HOSTS], askers[ASKERS];

    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, 200 * PH_NS_PER_MS);
    board.bell = &bell;
    for (uintptr_t i = 0; i < HOSTS; i++)
        pthread_create(&hosts[i], NULL, live_again_and_again, (void *)(i + 1));
    for (uintptr_t i = 0; i < ASKERS; i++)
        pthread_create(&askers[i], NULL, ask_around, (void *)(i + 1000));
    for (size_t i = 0; i < ASKERS; i++)
        pthread_join(askers[i], NULL);
    atomic_store(&over, true);
    for (size_t i = 0; i < HOSTS; i++)
        pthread_join(hosts[i], NULL);

    cr_assert_eq(atomic_load(&answered) + atomic_load(&ended) + atomic_load(&dropped),
                 atomic_load(&asked));
    cr_assert_gt(atomic_load(&answered), TASKS / 100, "or it proves nothing");
    cr_assert_gt(atomic_load(&ended), 0);
    cr_assert_gt(atomic_load(&lives), HOSTS);
    cr_assert_eq(board.n_threads, 0);
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}
