/* SPDX-License-Identifier: MIT */
/* Heavy jobs from their start to their outcome, without HTTP. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/jobs.h"
#include "alloc.h"
#include "fake_host.h"

#define MS PH_NS_PER_MS
#define MINUTE (60 * PH_NS_PER_S)

static struct ph_bell bell;
static struct ph_board board;
static struct ph_jobs jobs;
static struct fake_host fake;
static const struct ph_identity identity = { .service = "api", .ident = "web/9", .pid = 9 };

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, 200 * MS);
    board.bell = &bell;
    ph_jobs_init(&jobs, &board, &bell, &identity);
    fake.name = "main";
}

static void fini(void)
{
    ph_jobs_fini(&jobs);
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(job, .init = init, .fini = fini);

static const struct ph_job_spec profile = {
    .kind = PH_JOB_PROFILE, .lasts_ns = 30 * MS, .interval = 1000, .wait_ns = MINUTE
};
static const struct ph_job_spec histogram = { .kind = PH_JOB_HISTOGRAM,
                                              .top = 1000,
                                              .wait_ns = MINUTE };
static const struct ph_job_spec snapshot = { .kind = PH_JOB_SNAPSHOT, .wait_ns = MINUTE };

static struct ph_job *start(const struct ph_job_spec *spec)
{
    struct ph_job *job = NULL;
    unsigned retry_s;

    cr_assert_eq(ph_jobs_start(&jobs, spec, &job, &retry_s), PH_JOB_STARTED);
    return job;
}

static void await(const struct ph_job *job)
{
    uint64_t until_ns = ph_clock_ns() + 10 * PH_NS_PER_S;

    while (!ph_job_is_ready(job)) {
        uint64_t times = ph_bell_times(&bell);

        cr_assert_lt(ph_clock_ns(), until_ns, "a job hangs");
        if (!ph_job_is_ready(job))
            ph_bell_wait(&bell, times, until_ns);
    }
}

/* Have it done; its body is copied, the job is given back. */
static const char *have_done(const struct ph_job_spec *spec)
{
    static char body[1 << 16];
    struct ph_job *job = start(spec);

    await(job);
    cr_assert_null(job->error_code, "%s", job->error);
    cr_assert_eq(job->status, 200);
    cr_assert_lt(job->body->len, sizeof body);
    memcpy(body, job->body->bytes, job->body->len + 1);
    ph_job_drop(job);
    return body;
}

static json_t *have_json(const struct ph_job_spec *spec)
{
    json_error_t at;
    const char *body = have_done(spec);
    json_t *json = json_loads(body, JSON_REJECT_DUPLICATES, &at);

    cr_assert_not_null(json, "%s at %d: %s", at.text, at.position, body);
    return json;
}

/* ---- Outcomes ---------------------------------------------------------------------- */

Test(job, a_profile_is_a_cpuprofile_that_says_where_it_is_from)
{
    static const char *const keys[] = { "version", "service",   "thread",      "at",
                                        "seconds", "truncated", "interval_us", "cost" };
    json_t *json, *origin;

    fake_start(&fake, NULL, &board);
    json = have_json(&profile);
    origin = json_object_get(json, "porthole");

    cr_assert_eq(json_array_size(json_object_get(json, "nodes")), 2);
    cr_assert_eq(json_array_size(json_object_get(json, "samples")), 2);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cr_expect_not_null(json_object_get(origin, keys[i]), "%s", keys[i]);
    json_decref(json);
    fake_stop(&fake);
}

Test(job, a_profile_can_be_folded)
{
    struct ph_job_spec folded = profile;

    folded.folded = true;
    fake_start(&fake, NULL, &board);

    cr_assert_str_eq(have_done(&folded), "spin (/app/x.js:2) 2\n");
    fake_stop(&fake);
}

Test(job, a_heap_profile_is_a_heapprofile)
{
    struct ph_job_spec heap = profile;
    json_t *json;

    heap.kind = PH_JOB_HEAP_PROFILE;
    heap.interval = 524288;
    fake_start(&fake, NULL, &board);
    json = have_json(&heap);

    cr_assert_not_null(json_object_get(json, "head"));
    cr_assert_eq(json_integer_value(
                     json_object_get(json_object_get(json, "porthole"), "interval_bytes")),
                 524288);
    json_decref(json);
    fake_stop(&fake);
}

Test(job, a_histogram_has_the_most_numerous_first)
{
    json_t *json;
    int objects, total, truncated, count;
    const char *first;

    fake_start(&fake, NULL, &board);
    json = have_json(&histogram);

    cr_assert_eq(json_unpack(json, "{s:i s:i s:b s:[{s:s s:i s:n}]}", "objects", &objects,
                             "rows_total", &total, "truncated", &truncated, "rows",
                             "constructor", &first, "count", &count, "bytes"),
                 0);
    cr_assert_eq(objects, 1023);
    cr_assert_eq(total, 3);
    cr_assert_not(truncated);
    cr_assert_str_eq(first, "Many");
    cr_assert_eq(count, 1000);
    cr_assert_not_null(json_object_get(json, "heap_used_bytes"), "null if it is not known");
    json_decref(json);
    fake_stop(&fake);
}

Test(job, a_histogram_is_cut_to_its_top_and_says_so)
{
    struct ph_job_spec top = histogram;
    json_t *json;

    top.top = 1;
    fake_start(&fake, NULL, &board);
    json = have_json(&top);

    cr_assert_eq(json_array_size(json_object_get(json, "rows")), 1);
    cr_assert_eq(json_integer_value(json_object_get(json, "rows_total")), 3);
    cr_assert(json_is_true(json_object_get(json, "truncated")));
    cr_assert_eq(json_integer_value(json_object_get(json, "objects")), 1023, "all of them");
    json_decref(json);
    fake_stop(&fake);
}

Test(job, what_it_cost_is_told)
{
    char cost[64];
    struct ph_job *job;

    fake_start(&fake, NULL, &board);
    job = start(&histogram);
    await(job);

    cr_assert_eq(job->gc_ns, 7 * MS);
    cr_assert_eq(strncmp(ph_job_cost(job, cost, sizeof cost), "loop_ms=", 8), 0);
    cr_assert_not_null(strstr(cost, "; gc_ms=7.0"), "%s", cost);
    ph_job_drop(job);
    fake_stop(&fake);
}

/* ---- One at a time ----------------------------------------------------------------- */

Test(job, who_asks_for_the_same_shares_it)
{
    struct ph_job *first, *second;

    fake_start(&fake, NULL, &board);
    first = start(&profile);
    second = start(&profile);
    await(first);

    cr_assert_eq(first, second);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_START]), 1);
    ph_job_drop(first);
    cr_assert_not_null(second->body, "the other one still has it");
    ph_job_drop(second);
    fake_stop(&fake);
}

Test(job, who_asks_for_anything_else_is_told_when_to_come_again)
{
    struct ph_job_spec lasting = profile, other;
    struct ph_job *job, *none = NULL;
    unsigned retry_s = 0;

    lasting.lasts_ns = 7 * PH_NS_PER_S;
    fake_start(&fake, NULL, &board);
    job = start(&lasting);

    for (int i = 0; i < 5; i++) {
        other = lasting;
        other.interval += i == 0;
        other.lasts_ns += i == 1;
        other.folded = i == 2;
        other.kind = i == 3 ? PH_JOB_HEAP_PROFILE : other.kind;
        if (i == 4)
            other = histogram;
        cr_assert_eq(ph_jobs_start(&jobs, &other, &none, &retry_s), PH_JOB_BUSY, "%d", i);
        cr_assert(retry_s >= 6 && retry_s <= 8, "%u", retry_s);
    }
    ph_job_drop(job);
    fake_stop(&fake);
}

Test(job, a_histogram_of_another_size_is_something_else)
{
    struct ph_job_spec larger = histogram;
    struct ph_job *job, *none = NULL;
    unsigned retry_s = 0;

    larger.top++;
    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    job = start(&histogram);

    cr_assert_eq(ph_jobs_start(&jobs, &larger, &none, &retry_s), PH_JOB_BUSY);
    ph_job_drop(job);
    fake_stop(&fake);
}

Test(job, snapshots_are_not_shared)
{
    struct ph_job *job, *none = NULL;
    unsigned retry_s = 0;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    job = start(&snapshot);

    cr_assert_eq(ph_jobs_start(&jobs, &snapshot, &none, &retry_s), PH_JOB_BUSY);
    cr_assert_geq(retry_s, 1);
    ph_job_drop(job);
    fake_stop(&fake);
}

Test(job, who_has_one_done_may_ask_for_the_next_at_once)
{
    fake_start(&fake, NULL, &board);

    for (int i = 0; i < 100; i++)
        have_done(&histogram);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_HISTOGRAM]), 100);
    fake_stop(&fake);
}

Test(job, a_thread_that_is_not_there_has_no_job_done)
{
    struct ph_job_spec elsewhere = histogram;
    struct ph_job *none = NULL;
    unsigned retry_s;

    elsewhere.thread = 7;
    fake_start(&fake, NULL, &board);

    cr_assert_eq(ph_jobs_start(&jobs, &elsewhere, &none, &retry_s), PH_JOB_NO_THREAD);
    fake_stop(&fake);
}

Test(job, starting_reports_a_failed_allocation)
{
    fake_start(&fake, NULL, &board);
    EVERY_ALLOC_FAILS({
        struct ph_job *job = NULL;
        unsigned retry_s;
        enum ph_job_answer answer = ph_jobs_start(&jobs, &histogram, &job, &retry_s);

        cr_assert_eq(answer == PH_JOB_STARTED, !alloc_failed());
        if (job) {
            await(job);
            ph_job_drop(job);
        }
    });
    fake_stop(&fake);
}

/* ---- Threads that do not come ------------------------------------------------------ */

Test(job, a_stuck_loop_is_taken_in_the_middle_of_its_work_after_20_ms)
{
    uint64_t began_ns = ph_clock_ns();

    atomic_store(&fake.stuck, true);
    fake_start(&fake, NULL, &board);
    have_done(&histogram);

    cr_assert_eq(atomic_load(&fake.urged), 1);
    cr_assert_geq(ph_clock_ns() - began_ns, 20 * MS);
    fake_stop(&fake);
}

Test(job, a_loop_that_comes_is_not_interrupted)
{
    fake_start(&fake, NULL, &board);
    have_done(&histogram);

    cr_assert_eq(atomic_load(&fake.urged), 0);
    fake_stop(&fake);
}

Test(job, a_thread_that_never_comes_is_unreachable_and_told_where_it_is)
{
    struct ph_job_spec soon = profile;
    struct ph_job *job;

    soon.wait_ns = 60 * MS;
    atomic_store(&fake.deaf, true);
    fake_start(&fake, NULL, &board);
    job = start(&soon);
    await(job);

    cr_assert_eq(job->status, 503);
    cr_assert_str_eq(job->error_code, "unreachable");
    cr_assert_eq(strncmp(job->error,
                         "cannot reach thread 'main' within 60 ms: inside a system "
                         "call (futex",
                         67),
                 0, "%s", job->error);
    ph_job_drop(job);
    fake_stop(&fake);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_START]), 0);
}

Test(job, a_profile_whose_end_cannot_be_asked_for_is_ended_as_soon_as_it_can)
{
    struct ph_job_spec soon = profile;
    struct ph_job *job;

    soon.wait_ns = 60 * MS;
    fake_start(&fake, NULL, &board);
    job = start(&soon);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    atomic_store(&fake.deaf, true);
    await(job);
    cr_assert_str_eq(job->error_code, "unreachable");
    ph_job_drop(job);
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_STOP], 1);

    fake_stop(&fake);
}

Test(job, a_host_that_cannot_do_it_says_why)
{
    struct ph_job *job;

    fake.fails = "another profiler is running";
    fake_start(&fake, NULL, &board);
    job = start(&profile);
    await(job);

    cr_assert_eq(job->status, 503);
    cr_assert_str_eq(job->error_code, "failed");
    cr_assert_str_eq(job->error, "another profiler is running");
    ph_job_drop(job);
    fake_stop(&fake);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_STOP]), 0,
                 "nothing was begun that must be ended");
}

Test(job, a_thread_that_leaves_during_its_profile_ends_the_job)
{
    struct ph_job_spec lasting = profile;
    struct ph_job *job;

    lasting.lasts_ns = MINUTE;
    fake_start(&fake, NULL, &board);
    job = start(&lasting);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    fake_stop(&fake);
    await(job);

    cr_assert_eq(job->status, 503);
    cr_assert_str_eq(job->error_code, "thread-ended");
    ph_job_drop(job);
}

/* The stacks that are taken beside a profile wait for the same thread. */
Test(job, a_profile_of_a_thread_that_falls_silent_leaves_room_to_end_it)
{
    struct ph_job_spec longer = profile;
    struct ph_job *job;

    longer.lasts_ns = 600 * MS;
    longer.wait_ns = 60 * MS;
    fake.blocked_ns = PH_NS_PER_S;
    fake_start(&fake, NULL, &board);
    job = start(&longer);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    atomic_store(&fake.deaf, true);
    await(job);
    cr_assert_str_eq(job->error_code, "unreachable");
    ph_job_drop(job);
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);

    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_STOP], 1);
    fake_stop(&fake);
}
