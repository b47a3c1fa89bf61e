/* SPDX-License-Identifier: MIT */
#include "agent/board.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "agent/clock.h"
#include "alloc.h"

#define THRESHOLD (200 * PH_NS_PER_MS)

static struct ph_board board;

static void init_board(void)
{
    ph_board_init(&board, THRESHOLD);
}

static void fini_board(void)
{
    ph_board_fini(&board);
}

TestSuite(board, .init = init_board, .fini = fini_board);

static struct porthole_thread *join(const struct porthole_host *host)
{
    struct porthole_thread *t = NULL;

    cr_assert_eq(ph_board_join(&board, host, &t), PORTHOLE_OK);
    return t;
}

static struct porthole_thread *join_named(const char *name)
{
    const struct porthole_host host = { .name = name };

    return join(&host);
}

Test(board, holds_threads_in_the_order_they_joined)
{
    struct porthole_thread *one = join_named("one"), *two = join_named("two");
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];

    cr_assert_eq(ph_board_hold(&board, held), 2);
    cr_assert_eq(held[0], one);
    cr_assert_eq(held[1], two);

    ph_thread_unref(one);
    ph_thread_unref(two);
    porthole_thread_leave(one);
    porthole_thread_leave(two);
}

Test(board, copies_the_hosts_name_and_cuts_it)
{
    char name[] = "a name of more than forty-seven bytes is cut at some point";
    struct porthole_thread *t = join_named(name);

    memset(name, 'x', 10);

    cr_assert_str_eq(t->name, "a name of more than forty-seven bytes is cut…");
    cr_assert_str_eq(t->host.name, t->name);
    porthole_thread_leave(t);
}

Test(board, a_thread_that_left_is_not_held_any_more)
{
    struct porthole_thread *one = join_named("one"), *two = join_named("two");
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];

    porthole_thread_leave(one);

    cr_assert_eq(ph_board_hold(&board, held), 1);
    cr_assert_eq(held[0], two);
    ph_thread_unref(two);
    porthole_thread_leave(two);
}

Test(board, remembers_how_many_ever_joined)
{
    porthole_thread_leave(join_named("one"));
    porthole_thread_leave(join_named("two"));

    cr_assert_eq(ph_board_joins(&board), 2);
}

Test(board, no_thread_may_leave)
{
    porthole_thread_leave(NULL);
}

Test(board, the_513th_thread_is_refused_until_one_leaves)
{
    static struct porthole_thread *joined[PORTHOLE_MAX_THREADS];
    const struct porthole_host host = { .name = "many" };
    struct porthole_thread *extra = NULL;

    for (size_t i = 0; i < PORTHOLE_MAX_THREADS; i++)
        joined[i] = join(&host);
    cr_assert_eq(ph_board_join(&board, &host, &extra), PORTHOLE_ELIMIT);
    cr_assert_null(extra);

    porthole_thread_leave(joined[7]);
    joined[7] = join(&host);
    for (size_t i = 0; i < PORTHOLE_MAX_THREADS; i++)
        porthole_thread_leave(joined[i]);
}

Test(board, survives_every_failed_allocation)
{
    const struct porthole_host host = { .name = "main" };

    EVERY_ALLOC_FAILS({
        struct porthole_thread *t = NULL;
        enum porthole_status rc = ph_board_join(&board, &host, &t);

        cr_assert_eq(rc, alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
        porthole_thread_leave(t);
    });
}

Test(board, the_cost_of_threads_that_left_is_kept)
{
    struct porthole_thread *one = join_named("one"), *two = join_named("two");

    porthole_thread_published(one, 1, 30);
    porthole_thread_published(one, 2, 12);
    porthole_thread_published(two, 3, 100);
    porthole_thread_leave(one);
    porthole_thread_leave(two);

    cr_assert_eq(board.left_spent_ns, 142);
}

/* ---- The state of a loop, by made-up clocks ---------------------------------------- */

static struct ph_loop_view seen(struct porthole_thread *t, uint64_t now_ns)
{
    struct ph_loop_view view;

    ph_board_loop(t, now_ns, &view);
    return view;
}

Test(board, a_loop_without_idle_time_is_idle_while_it_polls)
{
    struct porthole_thread *t = join_named("main");
    uint64_t t0 = t->joined_ns;
    struct ph_loop_view view;

    porthole_loop_before_poll(t, t0 + 10, 0);
    view = seen(t, t0 + 10 + 5 * PH_NS_PER_S);

    cr_assert_eq(view.state, PH_LOOP_IDLE);
    cr_assert_eq(view.busy_ns, 0);
    cr_assert_eq(view.idle_ns, 5 * PH_NS_PER_S);
    porthole_thread_leave(t);
}

Test(board, a_loop_without_idle_time_runs_and_then_is_blocked)
{
    struct porthole_thread *t = join_named("main");
    uint64_t back = t->joined_ns + 1000;

    porthole_loop_before_poll(t, t->joined_ns + 10, 0);
    porthole_loop_after_poll(t, back);

    cr_assert_eq(seen(t, back + THRESHOLD - 1).state, PH_LOOP_RUNNING);
    cr_assert_eq(seen(t, back + THRESHOLD).state, PH_LOOP_BLOCKED);
    cr_assert_eq(seen(t, back + 9 * THRESHOLD).busy_ns, 9 * THRESHOLD);
    porthole_thread_leave(t);
}

/* What a host like libuv tells: it runs on by `step` with each question while it waits. */
struct fake_idle {
    uint64_t ns, step;
    unsigned asked;
};

static uint64_t tell_idle(void *ctx)
{
    struct fake_idle *fake = ctx;

    fake->asked++;
    return fake->ns += fake->step;
}

static struct porthole_thread *join_with(struct fake_idle *fake)
{
    const struct porthole_host host = { .name = "main", .idle_ns = tell_idle, .ctx = fake };

    return join(&host);
}

Test(board, idle_time_that_runs_on_means_waiting)
{
    struct fake_idle fake = { .step = 1 };
    struct porthole_thread *t = join_with(&fake);
    struct ph_loop_view view;

    porthole_loop_before_poll(t, t->joined_ns + 10, fake.ns);
    fake.ns += PH_NS_PER_S;
    view = seen(t, t->joined_ns + 10 + PH_NS_PER_S);

    cr_assert_eq(view.state, PH_LOOP_IDLE);
    cr_assert_leq(view.busy_ns, 10);
    porthole_thread_leave(t);
}

Test(board, idle_time_that_stands_still_means_work)
{
    struct fake_idle fake = { .ns = 77 };
    struct porthole_thread *t = join_with(&fake);
    uint64_t turn = t->joined_ns + 10;

    porthole_loop_before_poll(t, turn, fake.ns);
    fake.ns += 50 * PH_NS_PER_MS; /* it waited so long, and a callback has run since */

    cr_assert_eq(seen(t, turn + 60 * PH_NS_PER_MS).busy_ns, 10 * PH_NS_PER_MS);
    cr_assert_eq(seen(t, turn + 50 * PH_NS_PER_MS + THRESHOLD - 1).state, PH_LOOP_RUNNING);
    cr_assert_eq(seen(t, turn + 50 * PH_NS_PER_MS + THRESHOLD).state, PH_LOOP_BLOCKED);
    porthole_thread_leave(t);
}

Test(board, a_block_that_goes_on_is_counted_already)
{
    struct porthole_thread *t = join_named("main");
    uint64_t back = t->joined_ns;
    struct ph_loop_view view;

    porthole_loop_after_poll(t, back);
    view = seen(t, back + 3 * THRESHOLD);

    cr_assert_eq(view.stamp.blocks, 1);
    cr_assert_eq(view.stamp.longest_ns, 3 * THRESHOLD);
    cr_assert_neq(view.stamp.last_block_unix_ns, 0);
    cr_assert_eq(t->stamp.blocks, 0, "but only shown, not kept");
    porthole_thread_leave(t);
}

Test(board, a_clock_that_seems_to_go_back_is_no_block)
{
    struct porthole_thread *t = join_named("main");

    porthole_loop_after_poll(t, t->joined_ns + PH_NS_PER_S);

    cr_assert_eq(seen(t, t->joined_ns).state, PH_LOOP_RUNNING);
    cr_assert_eq(seen(t, t->joined_ns).busy_ns, 0);
    porthole_thread_leave(t);
}

Test(board, idle_ns_is_never_called_after_leave_though_a_reader_holds_on)
{
    struct fake_idle fake = { 0 };
    struct porthole_thread *t = join_with(&fake);
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    unsigned asked;

    cr_assert_eq(ph_board_hold(&board, held), 1);
    seen(held[0], t->joined_ns + 5);
    asked = fake.asked;
    porthole_thread_leave(t);
    seen(held[0], held[0]->joined_ns + 5 * PH_NS_PER_S);

    cr_assert_gt(asked, 0);
    cr_assert_eq(fake.asked, asked);
    ph_thread_unref(held[0]);
}

/* ---- Threads that come and go while the board is read ------------------------------ */

static atomic_bool readers_done;
static atomic_uint late_calls;

struct member {
    atomic_bool left;
};

static uint64_t note_late(void *ctx)
{
    if (atomic_load(&((struct member *)ctx)->left))
        atomic_fetch_add(&late_calls, 1);
    return 0;
}

static void *come_and_go(void *unused)
{
    (void)unused;
    for (int i = 0; i < 300; i++) {
        struct member member = { false };
        const struct porthole_host host = { .name = "w", .idle_ns = note_late, .ctx = &member };
        struct porthole_thread *t = join(&host);

        porthole_loop_before_poll(t, ph_clock_ns(), 0);
        porthole_gc_done(t, PORTHOLE_GC_MAJOR, 1000, 1 << 20);
        porthole_loop_after_poll(t, ph_clock_ns());
        porthole_thread_leave(t);
        atomic_store(&member.left, true);
    }
    return NULL;
}

static void *read_all(void *unused)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    struct ph_gcstats gc;

    (void)unused;
    while (!atomic_load(&readers_done)) {
        size_t n = ph_board_hold(&board, held);

        for (size_t i = 0; i < n; i++) {
            seen(held[i], ph_clock_ns());
            ph_board_gcstats(held[i], &gc);
            ph_thread_unref(held[i]);
        }
    }
    return NULL;
}

Test(board, threads_come_and_go_while_two_agent_threads_read)
{
    pthread_t readers[2], hosts[2];

    for (size_t i = 0; i < 2; i++)
        pthread_create(&readers[i], NULL, read_all, NULL);
    for (size_t i = 0; i < 2; i++)
        pthread_create(&hosts[i], NULL, come_and_go, NULL);
    for (size_t i = 0; i < 2; i++)
        pthread_join(hosts[i], NULL);
    atomic_store(&readers_done, true);
    for (size_t i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);

    cr_assert_eq(late_calls, 0);
    cr_assert_eq(board.n_threads, 0);
}
