/* SPDX-License-Identifier: MIT */
/* The clock is the test's: looks are taken when it says so, on stamps it wrote itself. */
#include "agent/watch.h"

#include <criterion/criterion.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/serve.h"

#define MS PH_NS_PER_MS
#define THRESHOLD (200 * MS)

static struct ph_bell bell;
static struct ph_board board;
static porthole_thread *thread;
static uint64_t start_ns;
static const char *fails;

static void ignore_summons(void *ctx, bool urgent)
{
    (void)ctx;
    (void)urgent;
}

static bool give_stack(void *ctx, porthole_task *task, bool on_loop)
{
    const struct porthole_frame frame = { "spin", "/app/x.js", 3, 5, PORTHOLE_FRAME_JS, false };

    (void)ctx;
    (void)on_loop;
    if (fails)
        porthole_task_fail(task, fails);
    else
        porthole_task_frame(task, &frame);
    return true;
}

static const struct porthole_host host = { .name = "main",
                                           .summon = ignore_summons,
                                           .perform = give_stack };

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, THRESHOLD);
    board.bell = &bell;
    cr_assert_eq(ph_board_join(&board, &host, &thread), PORTHOLE_OK);
    start_ns = ph_clock_ns();
    fails = NULL;
}

static void fini(void)
{
    porthole_thread_leave(thread);
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(watch, .init = init, .fini = fini);

/* ---- The loop and the looks, in milliseconds from the start --------------------------- */

static void wait_from(uint64_t ms)
{
    porthole_loop_before_poll(thread, start_ns + ms * MS, 0);
}

static void busy_from(uint64_t ms)
{
    porthole_loop_after_poll(thread, start_ns + ms * MS);
}

/* When it wants to look again, in nanoseconds from the start. */
static uint64_t look_at(uint64_t ns)
{
    return ph_watch_run(&board, start_ns + ns) - start_ns;
}

static void serve(void)
{
    porthole_thread_serve(thread, false);
}

static struct ph_block blocks[PH_BLOCKS_KEPT];
static size_t n_blocks;

/* Look at what is kept; references are given back at once, so read only while it is. */
static const struct ph_block *newest(void)
{
    n_blocks = ph_blocks_copy(&thread->blocks, blocks);
    ph_blocks_release(blocks, n_blocks);
    return n_blocks ? &blocks[0] : NULL;
}

/* ---- When it looks ----------------------------------------------------------------- */

Test(watch, without_threads_there_is_nothing_to_look_at)
{
    struct ph_board empty;

    ph_board_init(&empty, THRESHOLD);

    cr_assert_eq(ph_watch_run(&empty, start_ns), UINT64_MAX);
    ph_board_fini(&empty);
}

Test(watch, an_idle_loop_is_looked_at_once_per_threshold)
{
    wait_from(0);

    cr_assert_eq(look_at(1000 * MS), 1200 * MS);
    cr_assert_null(newest());
}

Test(watch, a_busy_loop_is_looked_at_when_it_would_be_blocked)
{
    wait_from(0);
    busy_from(10);

    cr_assert_eq(look_at(60 * MS), 210 * MS);
}

Test(watch, a_block_is_noticed_exactly_at_the_threshold)
{
    wait_from(0);
    busy_from(10);
    look_at(210 * MS - 1);
    cr_assert_null(newest());

    look_at(210 * MS);
    cr_assert_not_null(newest());
    cr_assert_eq(newest()->status, PH_BLOCK_WAITING);
    cr_assert(newest()->ongoing);
    cr_assert_eq(newest()->lasted_ns, THRESHOLD);
}

/* However soon it is busy again: looks are no nearer than the shortest pause allows. */
Test(watch, a_busy_loop_is_looked_at_a_bounded_number_of_times_a_second)
{
    uint64_t at_ns = 0;
    unsigned looks = 0;

    for (uint64_t turn = 0; at_ns < 10000 * MS;) {
        while (turn * 199 * MS <= at_ns) { /* busy all but a moment of each turn */
            wait_from(turn * 199);
            busy_from(turn * 199);
            turn++;
        }
        at_ns = look_at(at_ns);
        looks++;
    }

    cr_assert_leq(looks, 110, "in ten seconds, two a threshold: %u", looks);
    cr_assert_null(newest());
}

Test(watch, each_look_finds_every_block_within_two_milliseconds)
{
    uint64_t at_ns = 0;

    for (uint64_t i = 0; i < 50; i++) { /* busy from some moment after a look */
        uint64_t busy_ns = at_ns + i * 37 * MS / 10;

        porthole_loop_before_poll(thread, start_ns + at_ns, 0);
        while (at_ns < busy_ns)
            at_ns = look_at(at_ns);
        porthole_loop_after_poll(thread, start_ns + busy_ns);
        for (n_blocks = 0; !newest() || !newest()->ongoing;)
            at_ns = look_at(at_ns);
        cr_assert_leq(newest()->lasted_ns, THRESHOLD + 2 * MS, "%lu", (unsigned long)i);
        serve();
        porthole_loop_before_poll(thread, start_ns + at_ns, 0);
        at_ns = look_at(at_ns);
        cr_assert_not(newest()->ongoing);
    }
}

/* ---- The stack of a block ------------------------------------------------------------ */

Test(watch, the_stack_is_asked_for_once_and_looked_for_soon)
{
    wait_from(0);
    busy_from(0);

    cr_assert_eq(look_at(200 * MS), 220 * MS);
    cr_assert_eq(thread->mail.n, 1);
    look_at(220 * MS);
    cr_assert_eq(thread->mail.n, 1);
}

Test(watch, the_stack_that_comes_is_kept_with_the_block)
{
    size_t n;

    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    serve();
    cr_assert_eq(look_at(220 * MS), 420 * MS, "no hurry any more");

    cr_assert_eq(newest()->status, PH_BLOCK_OK);
    cr_assert_str_eq(newest()->reason, "");
    cr_assert_not_null(newest()->task);
    cr_assert_str_eq(ph_result_text(&newest()->task->result,
                                    ph_result_frames(&newest()->task->result, &n)->function),
                     "spin");
}

Test(watch, the_stack_stays_when_the_block_goes_on_and_ends)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    serve();
    for (uint64_t at = 220; at < 3000; at += 200)
        look_at(at * MS);
    cr_assert_eq(newest()->lasted_ns, 2820 * MS);
    wait_from(2900);
    look_at(3000 * MS);

    cr_assert_eq(n_blocks, 1);
    cr_assert_not(newest()->ongoing);
    cr_assert_eq(newest()->lasted_ns, 2900 * MS, "by the loop's own count");
    cr_assert_eq(newest()->status, PH_BLOCK_OK);
    cr_assert_not_null(newest()->task);
    cr_assert_eq(atomic_load(&newest()->task->refs), 1, "the ring's alone");
}

Test(watch, a_stack_that_comes_between_the_looks_belongs_to_its_block)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    serve();
    wait_from(205);
    look_at(220 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_OK);
    cr_assert_not(newest()->ongoing);
    cr_assert_eq(newest()->lasted_ns, 205 * MS);
}

Test(watch, a_stack_of_a_later_turn_is_not_the_blocks)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    wait_from(210);
    busy_from(211);
    serve(); /* it comes too late */
    look_at(220 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_ENDED);
    cr_assert_null(newest()->task);
    cr_assert_eq(newest()->lasted_ns, 210 * MS);
}

Test(watch, a_block_that_ends_before_its_stack_came_gives_it_up)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    wait_from(210);
    look_at(220 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_ENDED);
    cr_assert_not(newest()->ongoing);
    cr_assert_null(thread->watched.task);
    serve();
    cr_assert_eq(atomic_load(&thread->spent_ns), 0, "it is not performed any more");
}

Test(watch, a_thread_that_does_not_come_is_unreachable_with_the_kernels_words)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    look_at(2190 * MS);
    cr_assert_eq(newest()->status, PH_BLOCK_WAITING);
    look_at(2210 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_UNREACHABLE);
    cr_assert_str_neq(newest()->reason, "");
}

Test(watch, a_stack_that_comes_very_late_is_taken_all_the_same)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    look_at(2500 * MS);
    serve();
    look_at(2700 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_OK);
    cr_assert_str_eq(newest()->reason, "");
    cr_assert_not_null(newest()->task);
}

Test(watch, a_stack_that_cannot_be_taken_leaves_its_reason)
{
    fails = "the isolate is being torn down";
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    serve();
    look_at(220 * MS);

    cr_assert_eq(newest()->status, PH_BLOCK_UNREACHABLE);
    cr_assert_str_eq(newest()->reason, "the isolate is being torn down");
}

/* A plain host, as the one of a C program. */
Test(watch, a_host_that_gives_no_stacks_has_blocks_without)
{
    const struct porthole_host plain = { .name = "plain" };
    porthole_thread *other = NULL;

    wait_from(0);
    cr_assert_eq(ph_board_join(&board, &plain, &other), PORTHOLE_OK);
    porthole_loop_before_poll(other, start_ns, 0);
    porthole_loop_after_poll(other, start_ns);
    look_at(200 * MS);
    n_blocks = ph_blocks_copy(&other->blocks, blocks);
    ph_blocks_release(blocks, n_blocks);

    cr_assert_eq(n_blocks, 1);
    cr_assert_eq(blocks[0].status, PH_BLOCK_UNREACHABLE);
    cr_assert_str_eq(blocks[0].reason, "this host gives no stacks");
    porthole_thread_leave(other);
}

/* ---- Blocks of our own, missed ones, many --------------------------------------------- */

Test(watch, what_we_stop_ourselves_is_not_blamed_on_the_application)
{
    wait_from(0);
    busy_from(0);
    atomic_store(&thread->serving, PORTHOLE_TASK_HISTOGRAM + 1);
    look_at(200 * MS);
    atomic_store(&thread->serving, 0);

    cr_assert_eq(newest()->status, PH_BLOCK_PORTHOLE);
    cr_assert_str_eq(newest()->reason, "stopped by porthole for /heap/histogram");
    cr_assert_eq(thread->mail.n, 0, "no stack is asked for");
    wait_from(300);
    look_at(400 * MS);
    cr_assert_eq(newest()->status, PH_BLOCK_PORTHOLE);
}

Test(watch, every_task_of_ours_has_a_name)
{
    for (int kind = 0; kind < PORTHOLE_TASK_KINDS; kind++) {
        uint64_t at = 1000 * (uint64_t)kind;

        wait_from(at);
        busy_from(at);
        atomic_store(&thread->serving, kind + 1);
        look_at((at + 200) * MS);
        atomic_store(&thread->serving, 0);
        cr_assert_not_null(newest());
        cr_assert_eq(strncmp(blocks[0].reason, "stopped by porthole for /", 25), 0, "%s",
                     blocks[0].reason);
        wait_from(at + 300);
        look_at((at + 400) * MS);
    }
}

Test(watch, a_block_that_no_look_has_met_is_noted)
{
    wait_from(0);
    look_at(0);
    busy_from(10);
    wait_from(310);
    look_at(400 * MS);

    cr_assert_not_null(newest());
    cr_assert_eq(newest()->status, PH_BLOCK_ENDED);
    cr_assert_eq(newest()->lasted_ns, 300 * MS);
    look_at(600 * MS);
    newest();
    cr_assert_eq(n_blocks, 1, "once");
}

Test(watch, a_block_that_follows_another_at_once_is_one_of_its_own)
{
    wait_from(0);
    busy_from(0);
    look_at(200 * MS);
    wait_from(250);
    busy_from(250);
    look_at(460 * MS);

    newest();
    cr_assert_eq(n_blocks, 2);
    cr_assert(blocks[0].ongoing);
    cr_assert_eq(blocks[0].lasted_ns, 210 * MS);
    cr_assert_not(blocks[1].ongoing);
    cr_assert_eq(blocks[1].status, PH_BLOCK_ENDED);
    serve();
}

Test(watch, the_last_sixteen_are_kept)
{
    for (uint64_t i = 0; i < 20; i++) {
        wait_from(1000 * i);
        busy_from(1000 * i);
        look_at((1000 * i + 200) * MS);
        serve();
        wait_from(1000 * i + 300 + i);
        look_at((1000 * i + 500) * MS);
    }

    newest();
    cr_assert_eq(n_blocks, PH_BLOCKS_KEPT);
    cr_assert_eq(blocks[0].lasted_ns, 319 * MS);
    cr_assert_eq(blocks[15].lasted_ns, 304 * MS);
    for (size_t i = 0; i < n_blocks; i++)
        cr_assert_eq(blocks[i].status, PH_BLOCK_OK);
}

Test(watch, a_thread_that_leaves_during_its_block_leaves_nothing)
{
    porthole_thread *other = NULL;

    cr_assert_eq(ph_board_join(&board, &host, &other), PORTHOLE_OK);
    porthole_loop_before_poll(other, start_ns, 0);
    porthole_loop_after_poll(other, start_ns);
    look_at(200 * MS);
    cr_assert(other->watched.ongoing);
    porthole_thread_leave(other);

    cr_assert_neq(look_at(220 * MS), UINT64_MAX);
}
