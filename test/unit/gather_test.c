/* SPDX-License-Identifier: MIT */
#include "agent/gather.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/serve.h"
#include "alloc.h"
#include "fake_host.h"

#define MS PH_NS_PER_MS
#define LONG (10 * PH_NS_PER_S)

static struct ph_bell bell;
static struct ph_board board;
static struct fake_host main_host, worker;

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, 200 * MS);
    board.bell = &bell;
    main_host.name = "main";
    worker.name = "worker 1";
    worker.id = 1;
}

static void fini(void)
{
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(gather, .init = init, .fini = fini);

static struct ph_gather *gather(int thread, uint64_t wait_ns)
{
    bool missing = true;
    struct ph_gather *g = ph_gather_new(&board, thread, wait_ns, &missing);

    cr_assert_not_null(g);
    cr_assert_not(missing);
    return g;
}

/* Wait as the http thread does: look when the bell has rung, or the time is up. */
static void await(struct ph_gather *g)
{
    for (;;) {
        uint64_t times = ph_bell_times(&bell);

        if (ph_gather_ready(g, ph_clock_ns()))
            return;
        ph_bell_wait(&bell, times, ph_gather_due(g));
    }
}

static json_t *told(const struct ph_gather *g)
{
    struct ph_sink sink;
    json_error_t at;
    json_t *json;

    ph_sink_init(&sink, 1 << 20);
    ph_gather_json(g, &sink);
    cr_assert_not(sink.failed);
    cr_assert_eq(sink.bytes[sink.len - 1], '\n');
    json = json_loadb(sink.bytes, sink.len, JSON_REJECT_DUPLICATES, &at);
    cr_assert_not_null(json, "%s at %d: %.*s", at.text, at.position, (int)sink.len, sink.bytes);
    ph_sink_fini(&sink);
    return json;
}

static const char *told_text(const struct ph_gather *g)
{
    static char text[8192];
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof text - 1);
    ph_gather_text(g, &sink);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    return text;
}

static json_t *thread_of(json_t *json, size_t i)
{
    return json_array_get(json_object_get(json, "threads"), i);
}

static const char *string_of(json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "(no string)";
}

/* ---- All answer -------------------------------------------------------------------- */

Test(gather, every_thread_tells_its_stack)
{
    struct ph_gather *g;
    json_t *json;

    fake_start(&main_host, NULL, &board);
    fake_start(&worker, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);
    json = told(g);

    cr_assert_eq(json_array_size(json_object_get(json, "threads")), 2);
    for (size_t i = 0; i < 2; i++) {
        json_t *frames = json_object_get(thread_of(json, i), "frames");

        cr_assert_str_eq(string_of(thread_of(json, i), "status"), "ok");
        cr_assert_eq(json_array_size(frames), 2);
        cr_assert_str_eq(string_of(json_array_get(frames, 0), "function"), "spin");
    }
    cr_assert_str_eq(string_of(thread_of(json, 1), "name"), "worker 1");
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
    fake_stop(&worker);
}

Test(gather, an_answer_has_the_members_of_the_contract)
{
    static const char *const keys[] = {
        "id",    "name",     "status",           "loop",   "waited_ms",        "late_ms",
        "after", "async_id", "trigger_async_id", "frames", "frames_truncated", "cost",
    };
    struct ph_gather *g;
    json_t *json, *thread;

    main_host.blocked_ns = 5 * PH_NS_PER_S;
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);
    json = told(g);
    thread = thread_of(json, 0);

    cr_assert_eq(json_object_size(thread), sizeof keys / sizeof keys[0]);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cr_assert_not_null(json_object_get(thread, keys[i]), "%s", keys[i]);
    cr_assert_eq(strlen(string_of(json_object_get(json, "captured"), "at")), PH_ISO_BYTES - 1);
    cr_assert_str_eq(string_of(json_object_get(thread, "loop"), "state"), "blocked");
    cr_assert_geq(
        json_number_value(json_object_get(json_object_get(thread, "loop"), "blocked_ms")),
        5000);
    cr_assert(json_is_null(json_object_get(json_object_get(thread, "loop"), "in_syscall")));
    cr_assert_eq(json_integer_value(json_object_get(thread, "async_id")), 5);
    cr_assert_eq(json_integer_value(json_object_get(thread, "trigger_async_id")), 1);
    cr_assert(json_is_number(json_object_get(json_object_get(thread, "cost"), "loop_ms")));
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
}

static bool give_nothing(struct fake_host *fake, porthole_task *task, bool on_loop)
{
    (void)fake;
    (void)task;
    (void)on_loop;
    return true;
}

Test(gather, an_idle_loop_has_no_frames_and_no_async_ids)
{
    struct ph_gather *g;
    json_t *json, *thread;

    main_host.perform = give_nothing;
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);
    json = told(g);
    thread = thread_of(json, 0);

    cr_assert_str_eq(string_of(thread, "status"), "ok");
    cr_assert_str_eq(string_of(json_object_get(thread, "loop"), "state"), "idle");
    cr_assert_eq(json_array_size(json_object_get(thread, "frames")), 0);
    cr_assert(json_is_null(json_object_get(thread, "async_id")));
    cr_assert_str_eq(told_text(g), "thread 0 (main): idle\n    (no JavaScript is running)\n");
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
}

Test(gather, as_text_it_is_readable)
{
    struct ph_gather *g;

    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);

    cr_assert_not_null(strstr(told_text(g), "thread 0 (main): idle\n"), "%s", told_text(g));
    cr_assert_not_null(strstr(told_text(g), "    at spin (/app/x.js:3:5)\n"
                                            "    at new main (/app/x.js:9:1)\n"));
    ph_gather_unref(g);
    fake_stop(&main_host);
}

Test(gather, one_that_came_late_says_that_a_native_call_held_it)
{
    struct ph_gather *g;
    json_t *json;

    atomic_store(&main_host.deaf, true);
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    while (ph_clock_ns() < ph_gather_due(g) - LONG + 30 * MS)
        cr_assert_not(ph_gather_ready(g, ph_clock_ns()));
    atomic_store(&main_host.deaf, false);
    fake_nudge(&main_host);
    await(g);
    json = told(g);

    cr_assert_str_eq(string_of(thread_of(json, 0), "after"), "native call");
    cr_assert_geq(json_number_value(json_object_get(thread_of(json, 0), "late_ms")), 25);
    cr_assert_not_null(strstr(told_text(g), " ms late, after a native call"));
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
}

/* ---- Some do not ------------------------------------------------------------------- */

Test(gather, a_silent_thread_is_waited_for_until_the_time_is_up_and_no_longer)
{
    struct ph_gather *g;
    uint64_t due_ns;

    atomic_store(&worker.deaf, true);
    fake_start(&main_host, NULL, &board);
    fake_start(&worker, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    due_ns = ph_gather_due(g);
    fake_await(&main_host.finished[PORTHOLE_TASK_STACK], 1);

    cr_assert_not(ph_gather_ready(g, due_ns - 1));
    cr_assert(ph_gather_ready(g, due_ns));
    ph_gather_unref(g);
    fake_stop(&main_host);
    fake_stop(&worker);
}

Test(gather, a_silent_thread_is_told_with_the_kernels_words)
{
    struct ph_gather *g;
    json_t *json, *silent;

    atomic_store(&worker.deaf, true);
    fake_start(&main_host, NULL, &board);
    fake_start(&worker, NULL, &board);
    g = gather(PH_GATHER_ALL, 50 * MS);
    await(g);
    json = told(g);
    silent = thread_of(json, 1);

    cr_assert_str_eq(string_of(thread_of(json, 0), "status"), "ok");
    cr_assert_str_eq(string_of(silent, "status"), "unreachable");
    cr_assert(json_is_null(json_object_get(silent, "frames")));
    cr_assert_str_eq(string_of(json_object_get(silent, "kernel"), "syscall"), "futex");
    cr_assert_eq(strncmp(string_of(silent, "reason"), "inside a system call (futex", 27), 0,
                 "%s", string_of(silent, "reason"));
    cr_assert_not_null(json_object_get(silent, "loop"));
    cr_assert_not_null(strstr(told_text(g), "thread 1 (worker 1): "));
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
    fake_stop(&worker);
}

Test(gather, what_comes_after_the_time_is_nobodys)
{
    struct ph_gather *g;
    json_t *before, *after;

    atomic_store(&main_host.deaf, true);
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    cr_assert(ph_gather_ready(g, ph_gather_due(g)));
    before = told(g);
    atomic_store(&main_host.deaf, false);
    fake_nudge(&main_host);
    fake_stop(&main_host);
    cr_assert(ph_gather_ready(g, 0), "once ready it stays so");
    after = told(g);

    cr_assert_eq(atomic_load(&main_host.performed[PORTHOLE_TASK_STACK]), 0);
    cr_assert_str_eq(string_of(thread_of(before, 0), "status"), "unreachable");
    cr_assert_str_eq(string_of(thread_of(after, 0), "status"), "unreachable");
    json_decref(before);
    json_decref(after);
    ph_gather_unref(g);
}

/* Begins at once, and ends when it is not wanted any more. */
static bool dawdle(struct fake_host *fake, porthole_task *task, bool on_loop)
{
    (void)fake;
    (void)on_loop;
    while (porthole_task_wanted(task))
        ;
    return true;
}

Test(gather, a_stack_begun_in_time_and_ended_after_it_is_nobodys_either)
{
    struct ph_gather *g;
    json_t *json;

    main_host.perform = dawdle;
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    fake_await(&main_host.performed[PORTHOLE_TASK_STACK], 1);
    cr_assert(ph_gather_ready(g, ph_gather_due(g)));
    fake_await(&main_host.finished[PORTHOLE_TASK_STACK], 1);
    fake_stop(&main_host);
    json = told(g);

    cr_assert_str_eq(string_of(thread_of(json, 0), "status"), "unreachable");
    json_decref(json);
    ph_gather_unref(g);
}

Test(gather, a_thread_that_leaves_meanwhile_has_ended)
{
    struct ph_gather *g;
    json_t *json;

    atomic_store(&main_host.deaf, true);
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    fake_stop(&main_host);
    cr_assert(ph_gather_ready(g, 0), "nobody is left to wait for");
    json = told(g);

    cr_assert_str_eq(string_of(thread_of(json, 0), "status"), "unreachable");
    cr_assert_str_eq(string_of(thread_of(json, 0), "reason"), "the thread has ended");
    json_decref(json);
    ph_gather_unref(g);
}

Test(gather, a_host_that_fails_tells_why)
{
    struct ph_gather *g;
    json_t *json;

    main_host.fails = "the isolate is \"gone\"";
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);
    json = told(g);

    cr_assert_str_eq(string_of(thread_of(json, 0), "status"), "unreachable");
    cr_assert_str_eq(string_of(thread_of(json, 0), "reason"), "the isolate is \"gone\"");
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
}

Test(gather, a_host_without_tasks_is_not_waited_for)
{
    const struct porthole_host plain = { .name = "plain" };
    porthole_thread *thread = NULL;
    struct ph_gather *g;
    json_t *json;

    cr_assert_eq(ph_board_join(&board, &plain, &thread), PORTHOLE_OK);
    g = gather(PH_GATHER_ALL, LONG);
    cr_assert(ph_gather_ready(g, 0));
    json = told(g);

    cr_assert_str_eq(string_of(thread_of(json, 0), "reason"), "this host gives no stacks");
    json_decref(json);
    ph_gather_unref(g);
    porthole_thread_leave(thread);
}

/* ---- Whom ------------------------------------------------------------------------- */

Test(gather, one_thread_is_asked_alone)
{
    struct ph_gather *g;
    json_t *json;

    fake_start(&main_host, NULL, &board);
    fake_start(&worker, NULL, &board);
    g = gather(1, LONG);
    await(g);
    json = told(g);

    cr_assert_eq(json_array_size(json_object_get(json, "threads")), 1);
    cr_assert_eq(json_integer_value(json_object_get(thread_of(json, 0), "id")), 1);
    cr_assert_eq(atomic_load(&main_host.performed[PORTHOLE_TASK_STACK]), 0);
    json_decref(json);
    ph_gather_unref(g);
    fake_stop(&main_host);
    fake_stop(&worker);
}

Test(gather, a_thread_that_is_not_there_is_missing)
{
    bool missing = false;

    fake_start(&main_host, NULL, &board);

    cr_assert_null(ph_gather_new(&board, 7, LONG, &missing));
    cr_assert(missing);
    fake_stop(&main_host);
}

Test(gather, without_threads_all_of_them_is_none)
{
    struct ph_gather *g = gather(PH_GATHER_ALL, LONG);
    json_t *json;

    cr_assert(ph_gather_ready(g, 0));
    json = told(g);
    cr_assert_eq(json_array_size(json_object_get(json, "threads")), 0);
    json_decref(json);
    ph_gather_unref(g);
}

Test(gather, who_asks_the_same_may_share_it)
{
    struct ph_gather *g = gather(PH_GATHER_ALL, LONG);

    cr_assert(ph_gather_is(g, PH_GATHER_ALL, LONG));
    cr_assert_not(ph_gather_is(g, 0, LONG));
    cr_assert_not(ph_gather_is(g, PH_GATHER_ALL, LONG + 1));
    cr_assert_eq(ph_gather_ref(g), g);
    ph_gather_unref(g);
    ph_gather_unref(g);
    ph_gather_unref(NULL);
}

Test(gather, given_up_by_all_it_is_dropped_by_the_host)
{
    struct ph_gather *g;

    atomic_store(&main_host.deaf, true);
    fake_start(&main_host, NULL, &board);
    g = gather(PH_GATHER_ALL, LONG);
    ph_gather_unref(g);
    atomic_store(&main_host.deaf, false);
    fake_nudge(&main_host);
    g = gather(PH_GATHER_ALL, LONG);
    await(g);

    cr_assert_eq(atomic_load(&main_host.performed[PORTHOLE_TASK_STACK]), 1, "the second only");
    ph_gather_unref(g);
    fake_stop(&main_host);
}

Test(gather, survives_every_failed_allocation)
{
    fake_start(&main_host, NULL, &board);
    EVERY_ALLOC_FAILS({
        bool missing = true;
        struct ph_gather *g = ph_gather_new(&board, 0, LONG, &missing);

        cr_assert_not(missing, "it is memory that is missing");
        cr_assert(g || alloc_failed());
        if (g) {
            struct ph_sink sink;

            await(g);
            ph_sink_init(&sink, 1 << 20);
            ph_gather_json(g, &sink);
            ph_gather_text(g, &sink);
            cr_assert(!sink.failed || alloc_failed());
            ph_sink_fini(&sink);
        }
        ph_gather_unref(g);
    });
    fake_stop(&main_host);
}
