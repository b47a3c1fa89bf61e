/* SPDX-License-Identifier: MIT */
/* Rules of a file inside of the process: read from a file, seen in snapshots that are built
 * here, and what the engine of captures makes of them. */
#include "agent/capture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/capture_watch.h"
#include "agent/clock.h"
#include "agent/rulecapture.h"
#include "alloc.h"
#include "rulecases.h"
#include "scratch.h"

#define S PH_NS_PER_S

static struct ph_board board;
static porthole_thread *main_thread, *worker;
static struct ph_rules rules;
static struct ph_captures *captures;
static struct ph_suspects_copy suspects;
static uint64_t began;

/* What was begun: the seconds, and the thread of the last one. */
static char fires[512];
static int thread;
static double now_s;

/* ---- The engine -------------------------------------------------------------------- */

static enum ph_capture_answer start(void *ctx, const struct ph_rule *rule, int of, void **run,
                                    char *why)
{
    size_t len = strlen(fires);

    (void)ctx;
    (void)rule;
    (void)run;
    snprintf(fires + len, sizeof fires - len, "%s%g", len ? " " : "", now_s);
    thread = of;
    snprintf(why, PH_CAPTURE_WHY, "it was not to be");
    return PH_CAPTURE_FAILED;
}

static const struct ph_capture_ops ops = { .start = start };

static void begin(void)
{
    const struct porthole_host hosts[] = { { .name = "main", .id = 0 },
                                           { .name = "worker 7", .id = 7 } };

    scratch_init();
    began = ph_clock_ns();
    ph_board_init(&board, 100 * PH_NS_PER_MS);
    cr_assert_eq(ph_board_join(&board, &hosts[0], &main_thread), PORTHOLE_OK);
    cr_assert_eq(ph_board_join(&board, &hosts[1], &worker), PORTHOLE_OK);
    porthole_loop_before_poll(main_thread, began, 0);
    porthole_loop_before_poll(worker, began, 0);
}

static void stop(void)
{
    ph_captures_free(captures);
    captures = NULL;
    ph_rules_fini(&rules);
}

static void end(void)
{
    stop();
    porthole_thread_leave(main_thread);
    porthole_thread_leave(worker);
    ph_board_fini(&board);
    scratch_fini();
}

TestSuite(capture_watch, .init = begin, .fini = end);

static const struct ph_capture_env *env(void)
{
    static struct ph_capture_env one;
    static char dir[64];

    snprintf(dir, sizeof dir, "%s", scratch_path(""));
    one = (struct ph_capture_env){ .rules = &rules,
                                   .run_dir = dir,
                                   .pid = 4121,
                                   .board = &board,
                                   .suspects = &suspects,
                                   .ops = &ops };
    return &one;
}

static void read_rule(const char *text)
{
    const char *path = scratch_path("rules.yml");
    struct porthole_config config = { .rules = path };
    FILE *file = fopen(path, "w");
    porthole_error err;

    cr_assert_not_null(file);
    fprintf(file, "r:\n  %s\n  do: capture stack\n", text);
    fclose(file);
    cr_assert_eq(ph_rulecapture_read(&config, &rules, &err), PORTHOLE_OK, "%s", err.text);
}

static void start_with(const char *text)
{
    bool failed;

    read_rule(text);
    captures = ph_captures_new(env(), &failed);
    cr_assert_not(failed);
    fires[0] = '\0';
}

static void look(double s, const struct ph_snapshot *tick)
{
    const struct ph_capture_now now = { .ns = began + (uint64_t)(s * (double)S),
                                        .unix_ns = (uint64_t)((s + 1e9) * (double)S),
                                        .s = s,
                                        .tick = tick };

    now_s = s;
    ph_captures_run(captures, &now);
}

/* ---- Snapshots --------------------------------------------------------------------- */

static const struct ph_metric id_metric = { PH_COUNT("id"), "", NULL };

/* `path` with its objects; of a second figure beside it, if there is one, the last key. */
static void build_path(struct ph_builder *b, const char *path, double value, const char *limit,
                       double most)
{
    static char keys[8][64];
    static struct ph_metric metric = { PH_COUNT(NULL), "", NULL }, beside;
    unsigned depth = 0;

    for (const char *dot; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        snprintf(keys[depth], sizeof keys[depth], "%.*s", (int)(dot - path), path);
        ph_build_object(b, keys[depth++]);
    }
    metric.key = path;
    ph_build_real(b, &metric, value);
    if (limit) {
        beside = metric;
        beside.key = strrchr(limit, '.') + 1;
        ph_build_real(b, &beside, most);
    }
    while (depth--)
        ph_build_end(b);
}

static bool is_of_threads(const char *path)
{
    return strncmp(path, "sockets", 7) != 0 && strncmp(path, "process", 7) != 0;
}

static struct ph_snapshot *snapshot_of(const struct rulecase *one, double value)
{
    struct ph_builder b;

    ph_build_begin(&b);
    if (is_of_threads(one->figure)) {
        ph_build_array(&b, "threads");
        ph_build_item(&b, NULL, NULL);
        ph_build_uint(&b, &id_metric, 0);
    }
    if (strcmp(one->figure, "heap.share") == 0)
        build_path(&b, "heap.used_bytes", value, "heap.limit_bytes", 1);
    else
        build_path(&b, one->figure, value, one->limit, one->most);
    if (is_of_threads(one->figure)) {
        ph_build_end(&b);
        ph_build_end(&b);
    }
    return ph_build_freeze(&b, 0, 0, 0);
}

/* Of the main thread and of the worker. */
static struct ph_snapshot *heaps(double main_used, double worker_used)
{
    struct ph_builder b;

    ph_build_begin(&b);
    ph_build_array(&b, "threads");
    for (unsigned id = 0; id <= 7; id += 7) {
        ph_build_item(&b, NULL, NULL);
        ph_build_uint(&b, &id_metric, id);
        build_path(&b, "heap.used_bytes", id ? worker_used : main_used, "heap.limit_bytes",
                   100);
        ph_build_end(&b);
    }
    ph_build_end(&b);
    return ph_build_freeze(&b, 0, 0, 0);
}

static void look_at(double s, struct ph_snapshot *taken)
{
    look(s, taken);
    ph_snapshot_unref(taken);
}

static const char *shown(void)
{
    static char text[4096];
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof text - 1);
    ph_captures_json(captures, &sink);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    return text;
}

/* ---- Tests ------------------------------------------------------------------------- */

Test(capture_watch, the_agent_fires_when_the_cases_say)
{
    for (size_t i = 0; i < rulecases_n; i++) {
        const struct rulecase *one = &rulecases[i];

        start_with(one->rule);
        for (unsigned s = 0; s <= one->end_s; s += one->step_s)
            look_at(s, snapshot_of(one, one->value(s, one->seed)));
        cr_expect_str_eq(fires, one->fires, "%s: %s", one->rule, fires);
        stop();
    }
}

Test(capture_watch, without_a_cooldown_there_is_a_minute_of_it)
{
    start_with("when: heap.used_bytes > 50%\n  thread: main");
    for (int s = 0; s < 150; s++)
        look_at(s, heaps(s % 2 ? 90 : 10, 0));

    cr_assert_str_eq(fires, "1 61 121");
}

Test(capture_watch, it_cools_down_as_long_as_the_rule_says)
{
    start_with("when: heap.used_bytes > 50%\n  cooldown: 5m\n  thread: main");
    look_at(0, heaps(90, 0));
    look_at(1, heaps(10, 0));
    look_at(299, heaps(10, 0));
    cr_assert(strstr(shown(), "\"state\":\"error\""), "the try failed: %s", shown());
    look_at(300, heaps(10, 0));
    look_at(301, heaps(90, 0));

    cr_assert_str_eq(fires, "0 301");
}

Test(capture_watch, threads_together_unless_one_is_named)
{
    start_with("when: heap.used_bytes > 50%");
    look_at(0, heaps(10, 80));
    cr_assert_str_eq(fires, "");
    look_at(1, heaps(30, 80));
    cr_assert_str_eq(fires, "1");
    cr_assert_eq(thread, 7, "which has most of it");
    stop();

    start_with("when: heap.used_bytes > 50%\n  thread: main");
    look_at(0, heaps(10, 95));
    cr_assert_str_eq(fires, "");
    look_at(1, heaps(60, 95));
    cr_assert_eq(thread, 0);
    stop();

    start_with("when: heap.used_bytes > 50%\n  thread: any");
    look_at(0, heaps(10, 60));
    cr_assert_str_eq(fires, "0");
    cr_assert_eq(thread, 7);
}

Test(capture_watch, what_it_is_about_may_not_be_known)
{
    start_with("when: handles.nonesuch > 5");
    look_at(0, heaps(1, 1));
    cr_assert(
        strstr(shown(), "\"state\":\"armed\",\"reason\":\"what it is about is not known\""),
        "%s", shown());
    stop();

    start_with("when: heap.used_bytes grows > 5/h");
    look_at(0, heaps(1, 1));
    cr_assert(strstr(shown(), "\"reason\":\"not enough history yet\""), "%s", shown());
    stop();

    start_with("when: heap.used_bytes > 1\n  for: 5m");
    look_at(0, heaps(1, 1));
    cr_assert(strstr(shown(), "\"reason\":\"it holds, but not for long enough yet\""), "%s",
              shown());
}

Test(capture_watch, a_block_is_seen_between_ticks)
{
    start_with("when: blocked > 2s");
    look_at(0, heaps(1, 1));
    porthole_loop_after_poll(worker, began);
    look(1.9, NULL);
    cr_assert_str_eq(fires, "");
    look(2, NULL);

    cr_assert_str_eq(fires, "2");
    cr_assert_eq(thread, 7);
}

Test(capture_watch, rounds_of_a_block_are_ticks)
{
    start_with("when: blocked > 1s\n  misses: 3");
    porthole_loop_after_poll(main_thread, began);
    for (int i = 0; i < 50; i++)
        look(2 + i / 100.0, NULL);
    for (int s = 3; s <= 5; s++)
        look_at(s, heaps(1, 1));

    cr_assert_str_eq(fires, "5");
}

Test(capture_watch, a_block_of_our_own_does_not_end_one)
{
    start_with("when: blocked > 1s\n  cooldown: 1s");
    porthole_loop_after_poll(main_thread, began);
    look(1, NULL);
    atomic_store(&main_thread->serving, 1);
    look(5, NULL);
    atomic_store(&main_thread->serving, 0);
    look(9, NULL);

    cr_assert_str_eq(fires, "1", "it is the same one");
}

Test(capture_watch, a_heap_is_near_its_limit_when_v8_says_so_or_it_is_nearly_full)
{
    start_with("when: near-heap-limit\n  cooldown: 1s");
    look_at(0, heaps(50, 50));
    atomic_store(&worker->near_limit, 1);
    look(1, NULL);
    cr_assert_str_eq(fires, "1");
    cr_assert_eq(thread, 7);
    look_at(2, heaps(50, 50));
    look_at(3, heaps(95, 50));

    cr_assert_str_eq(fires, "1 3");
    cr_assert_eq(thread, 0);
}

Test(capture_watch, a_verdict_is_one_of_a_class_or_a_series)
{
    struct ph_suspect *one = &suspects.suspect[0];

    *one = (struct ph_suspect){ .series = "sockets.tcp.established",
                                .thread = PH_NO_THREAD,
                                .class_of = PH_CLASS_SOCKETS,
                                .verdict.grade = PH_SUSPECT };
    suspects.n = 1;
    start_with("when: verdict confirmed of sockets.tcp.*");
    look_at(0, heaps(1, 1));
    cr_assert_str_eq(fires, "");
    one->verdict.grade = PH_URGENT;
    look_at(1, heaps(1, 1));
    cr_assert_str_eq(fires, "1");
    cr_assert_eq(thread, 0);
    stop();

    start_with("when: verdict suspect of handles");
    look_at(0, heaps(1, 1));
    cr_assert_str_eq(fires, "");
    one->class_of = PH_CLASS_HANDLES;
    look_at(1, heaps(1, 1));
    cr_assert_str_eq(fires, "1");
}

Test(capture_watch, growth_needs_memory_that_may_be_out)
{
    read_rule("when: sockets.total grows > 5/h");
    EVERY_ALLOC_FAILS({
        bool failed;
        struct ph_captures *c = ph_captures_new(env(), &failed);

        cr_assert_eq(failed, c == NULL);
        cr_assert(!failed || alloc_failed());
        ph_captures_free(c);
    });
}
