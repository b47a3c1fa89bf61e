/* SPDX-License-Identifier: MIT */
/* The engine with actions of the test's own: what they answer is set beforehand. */
#include "agent/capture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "alloc.h"
#include "scratch.h"

#define AT UINT64_C(1795216017906000000) /* 2026-11-20T23:06:57.906Z */
#define S PH_NS_PER_S

/* ---- The actions ------------------------------------------------------------------- */

static struct {
    enum ph_capture_answer start, poll;
    const char *why;
    int started, cancelled, under_way;
    int thread;
    enum ph_action action;
} fake;

static enum ph_capture_answer fake_start(void *ctx, const struct ph_rule *rule, int thread,
                                         void **run, char *why)
{
    fake.started++;
    fake.thread = thread;
    fake.action = rule->action;
    fake.under_way += fake.start == PH_CAPTURE_RUNNING;
    *run = ctx;
    if (fake.start == PH_CAPTURE_FAILED)
        snprintf(why, PH_CAPTURE_WHY, "%s", fake.why);
    return fake.start;
}

static enum ph_capture_answer fake_poll(void *ctx, void *run, struct ph_capture_outcome *out)
{
    struct ph_sink sink;

    cr_assert_eq(run, ctx);
    if (fake.poll == PH_CAPTURE_RUNNING)
        return fake.poll;
    fake.under_way--;
    out->kind = "stack.json";
    ph_sink_init(&sink, 100);
    ph_sink_text(&sink, "{}\n");
    if (fake.poll == PH_CAPTURE_DONE && !(out->body = ph_blob_take(&sink)))
        fake.poll = PH_CAPTURE_FAILED;
    if (fake.poll == PH_CAPTURE_FAILED)
        snprintf(out->why, sizeof out->why, "%s", fake.why);
    ph_sink_fini(&sink);
    return fake.poll;
}

static void fake_cancel(void *ctx, void *run)
{
    cr_assert_eq(run, ctx);
    fake.cancelled++;
    fake.under_way--;
}

static const struct ph_capture_ops ops = { fake_start, fake_poll, fake_cancel };

/* ---- The engine -------------------------------------------------------------------- */

static struct ph_board board;
static struct ph_rules rules;
static struct ph_captures *captures;
static porthole_thread *thread;
static const struct ph_snapshot *tick;
static uint64_t began, now;
static char dir[64];

static void begin(void)
{
    const struct porthole_host host = { .name = "main", .id = 0 };

    scratch_init();
    snprintf(dir, sizeof dir, "%s", scratch_path(""));
    began = now = ph_clock_ns();
    ph_board_init(&board, 100 * PH_NS_PER_MS);
    cr_assert_eq(ph_board_join(&board, &host, &thread), PORTHOLE_OK);
    fake.start = PH_CAPTURE_RUNNING;
    fake.poll = PH_CAPTURE_DONE;
    fake.why = "it was not to be";
}

static void end(void)
{
    ph_captures_free(captures);
    cr_assert_eq(fake.under_way, 0);
    porthole_thread_leave(thread);
    ph_board_fini(&board);
    scratch_fini();
}

TestSuite(capture, .init = begin, .fini = end);

static void start_in(const char *run_dir, const char *text)
{
    const struct ph_capture_env env = { .rules = &rules,
                                        .run_dir = run_dir,
                                        .pid = 4121,
                                        .board = &board,
                                        .ops = &ops,
                                        .ctx = &fake };
    bool failed;

    cr_assert_eq(ph_rules_parse(text, &rules, NULL), PORTHOLE_OK);
    captures = ph_captures_new(&env, &failed);
    cr_assert_not(failed);
}

static void start(const char *text)
{
    start_in(dir, text);
}

static uint64_t look(void)
{
    const struct ph_capture_now at = {
        .ns = now, .unix_ns = AT + (now - began), .s = (double)(now - began) / 1e9, .tick = tick
    };

    return ph_captures_run(captures, &at);
}

static void look_after(uint64_t ns)
{
    now += ns;
    look();
}

static void block(void)
{
    porthole_loop_after_poll(thread, now);
}

static void unblock(void)
{
    porthole_loop_before_poll(thread, now, 0);
}

/* The document of /captures; good until the next call. */
static const char *shown(void)
{
    static char text[65536];
    struct ph_sink sink;

    ph_sink_init(&sink, sizeof text - 1);
    ph_captures_json(captures, &sink);
    cr_assert_not(sink.failed);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    return text;
}

static void expect(const char *part)
{
    cr_assert(strstr(shown(), part), "%s\nis not in\n%s", part, shown());
}

static size_t files(void)
{
    DIR *listing = opendir(dir);
    size_t n = 0;

    while (readdir(listing))
        n++;
    closedir(listing);
    return n - 2;
}

/* ---- Tests ------------------------------------------------------------------------- */

Test(capture, without_rules_there_is_nothing)
{
    start("");

    cr_assert_null(captures);
    cr_assert_eq(look(), UINT64_MAX);
    cr_assert_str_eq(shown(), "{\"rules\":[],\"files\":[]}\n");
}

Test(capture, an_armed_rule_is_shown_before_the_first_look)
{
    start("blocked>5s:stack");

    cr_assert_str_eq(shown(), "{\"rules\":[{\"rule\":\"blocked>5s:stack\",\"state\":\"armed\","
                              "\"reason\":null,\"fired\":0,\"last_at\":null}],\"files\":[]}\n");
}

Test(capture, a_block_is_captured_once_and_kept)
{
    start("blocked>5s:profile");
    block();
    look_after(4 * S);
    cr_assert_eq(fake.started, 0);
    fake.poll = PH_CAPTURE_RUNNING;
    look_after(1 * S);
    cr_assert_eq(fake.started, 1);
    cr_assert_eq(fake.action, PH_ACTION_PROFILE);
    expect("\"state\":\"capturing\",\"reason\":null,\"fired\":1,"
           "\"last_at\":\"2026-11-20T23:07:02.906Z\"");
    look_after(1 * S);
    expect("\"state\":\"capturing\"");
    fake.poll = PH_CAPTURE_DONE;
    look_after(1 * S);

    expect("\"state\":\"cooling\",\"reason\":null,\"fired\":1");
    cr_assert(scratch_has("4121-20261120T230704906Z-1-stack.json"));
    expect("/4121-20261120T230704906Z-1-stack.json\",\"bytes\":3,\"at\":\"20");
    expect("\",\"rule\":\"blocked>5s:profile\"}]}");
    for (int i = 0; i < 300; i++)
        look_after(1 * S);
    cr_assert_eq(fake.started, 1, "the block goes on: it is the same one");
}

Test(capture, is_armed_again_when_the_trouble_is_over_and_a_minute_has_passed)
{
    start("blocked>5s:stack");
    block();
    look_after(5 * S);
    look_after(1 * S);
    unblock();
    look_after(59 * S);
    expect("\"state\":\"cooling\"");
    block();
    look_after(10 * S);
    expect("\"state\":\"cooling\"");
    cr_assert_eq(fake.started, 1);
    unblock();
    look_after(1 * S);
    expect("\"state\":\"armed\",\"reason\":null,\"fired\":1");
    block();
    look_after(5 * S);
    look_after(1 * S);

    cr_assert_eq(fake.started, 2);
    expect("\"fired\":2");
    cr_assert_eq(files(), 2);
}

Test(capture, each_rule_keeps_its_own_files_and_no_more_than_its_limit)
{
    start("blocked>5s:stack/2,near-heap-limit:histogram");
    porthole_near_heap_limit(thread);
    for (int i = 0; i < 4; i++) {
        block();
        look_after(5 * S);
        look_after(1 * S);
        unblock();
        look_after(61 * S);
    }

    cr_assert_eq(fake.started, 5);
    cr_assert_eq(files(), 3);
    expect("\"rule\":\"blocked>5s:stack/2\",\"state\":\"armed\",\"reason\":null,\"fired\":4");
    expect("\"rule\":\"near-heap-limit:histogram\",\"state\":\"armed\",\"reason\":null,"
           "\"fired\":1");
}

Test(capture, a_busy_job_is_waited_for_as_long_as_the_trouble_lasts)
{
    start("blocked>5s:profile");
    fake.start = PH_CAPTURE_BUSY;
    block();
    look_after(5 * S);
    expect("\"state\":\"armed\",\"reason\":\"another heavy job is under way\",\"fired\":0");
    look_after(100 * PH_NS_PER_MS);
    cr_assert_eq(fake.started, 1, "a second is waited");
    fake.start = PH_CAPTURE_RUNNING;
    look_after(1 * S);
    look_after(1 * S);

    expect("\"state\":\"cooling\",\"reason\":null,\"fired\":1");
}

Test(capture, a_busy_job_that_outlasts_the_trouble_is_told)
{
    start("blocked>5s:profile");
    fake.start = PH_CAPTURE_BUSY;
    block();
    look_after(5 * S);
    unblock();
    look_after(100 * PH_NS_PER_MS);

    expect("\"state\":\"error\",\"reason\":\"another heavy job is under way\",\"fired\":1");
}

Test(capture, what_fails_says_why_and_is_tried_at_the_next_trouble)
{
    start("blocked>5s:stack");
    fake.start = PH_CAPTURE_FAILED;
    block();
    look_after(5 * S);
    expect("\"state\":\"error\",\"reason\":\"it was not to be\",\"fired\":1");
    fake.start = PH_CAPTURE_RUNNING;
    fake.poll = PH_CAPTURE_FAILED;
    fake.why = "the thread has ended";
    unblock();
    look_after(61 * S);
    expect("\"state\":\"error\",\"reason\":\"it was not to be\"");
    block();
    look_after(5 * S);
    look_after(1 * S);
    expect("\"state\":\"error\",\"reason\":\"the thread has ended\",\"fired\":2");
    fake.poll = PH_CAPTURE_DONE;
    unblock();
    look_after(61 * S);
    block();
    look_after(5 * S);
    look_after(1 * S);

    expect("\"state\":\"cooling\",\"reason\":null,\"fired\":3");
}

Test(capture, without_room_nothing_is_begun)
{
    int fd;

    start("blocked>5s:stack");
    scratch_write("4121-20261120T230657906Z-2-stack.json", "", 0);
    fd = truncate(scratch_path("4121-20261120T230657906Z-2-stack.json"), (32 << 20) + 1);
    cr_assert_eq(fd, 0);
    block();
    look_after(5 * S);

    cr_assert_eq(fake.started, 0);
    expect("\"state\":\"exhausted\",\"reason\":\"the files kept would exceed 32 MiB; remove "
           "some\",\"fired\":1");
    expect("\"rule\":null}]}"); /* of a rule that is no more */
}

Test(capture, without_a_run_directory_every_rule_fails)
{
    start_in("", "blocked>5s:stack");
    expect("\"state\":\"error\",\"reason\":\"there is no run directory\",\"fired\":0");
    block();
    look_after(5 * S);

    cr_assert_eq(fake.started, 0);
    expect("\"state\":\"error\",\"reason\":\"there is no run directory\",\"fired\":1");
}

Test(capture, what_is_under_way_at_the_end_is_cancelled)
{
    start("blocked>5s:stack,blocked>6s:stack");
    fake.poll = PH_CAPTURE_RUNNING;
    block();
    look_after(5 * S);
    look_after(1 * S);
    ph_captures_free(captures);
    captures = NULL;

    cr_assert_eq(fake.cancelled, 2);
    cr_assert_eq(files(), 0);
}

Test(capture, looks_again_when_a_rule_may_have_something_to_do)
{
    start("blocked>5s:stack,blocked>7s:stack");
    unblock();
    cr_assert_eq(look(), now + 5 * S, "idle");
    fake.poll = PH_CAPTURE_RUNNING;
    block();
    now += 5 * S;
    cr_assert_leq(look(), now + 50 * PH_NS_PER_MS, "it is to be looked after");
    fake.poll = PH_CAPTURE_DONE;
    now += 50 * PH_NS_PER_MS;

    cr_assert_leq(look(), began + 7 * S, "the second rule");
}

Test(capture, a_file_that_somebody_removed_is_not_shown_for_long)
{
    start("blocked>5s:stack");
    block();
    look_after(5 * S);
    look_after(1 * S);
    expect("\"bytes\":3");
    cr_assert_eq(unlink(scratch_path("4121-20261120T230703906Z-1-stack.json")), 0);
    look_after(61 * S);

    expect("\"files\":[]");
}

static void *ask_often(void *until)
{
    while (!atomic_load((atomic_bool *)until))
        expect("{\"rules\":[{\"rule\":\"blocked>5s:stack\",\"state\":\"");
    return NULL;
}

Test(capture, can_be_asked_by_another_thread_meanwhile)
{
    atomic_bool over = false;
    pthread_t asker;

    start("blocked>5s:stack");
    cr_assert_eq(pthread_create(&asker, NULL, ask_often, &over), 0);
    for (int i = 0; i < 50; i++) {
        block();
        look_after(5 * S);
        look_after(1 * S);
        unblock();
        look_after(61 * S);
    }
    atomic_store(&over, true);
    pthread_join(asker, NULL);

    expect("\"fired\":50");
}

Test(capture, every_failed_allocation_is_survived)
{
    const struct ph_capture_env env = {
        .rules = &rules, .run_dir = dir, .pid = 4121, .board = &board, .ops = &ops, .ctx = &fake
    };

    cr_assert_eq(ph_rules_parse("blocked>5s:stack", &rules, NULL), PORTHOLE_OK);
    block();
    EVERY_ALLOC_FAILS({
        struct ph_sink sink;
        bool failed;

        ph_sink_init(&sink, 65536);
        fake.poll = PH_CAPTURE_DONE;
        captures = ph_captures_new(&env, &failed);
        cr_assert_eq(failed, captures == NULL);
        now += 5 * S;
        look();
        look_after(1 * S);
        ph_captures_json(captures, &sink);
        cr_assert(sink.len > 0 || alloc_failed());
        ph_sink_fini(&sink);
        ph_captures_free(captures);
        captures = NULL;
    });
}
