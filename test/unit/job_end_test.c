/* SPDX-License-Identifier: MIT */
/* Heavy jobs whose askers leave, and those that are streams. */
#include <criterion/criterion.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/jobs.h"
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

TestSuite(job_end, .init = init, .fini = fini);

static const struct ph_job_spec profile = {
    .kind = PH_JOB_PROFILE, .lasts_ns = 30 * MS, .interval = 1000, .wait_ns = MINUTE
};
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

/* ---- Askers that leave ------------------------------------------------------------- */

Test(job_end, the_last_asker_who_leaves_ends_the_profile)
{
    struct ph_job_spec lasting = profile;
    struct ph_job *first, *second;

    lasting.lasts_ns = MINUTE;
    fake_start(&fake, NULL, &board);
    first = start(&lasting);
    second = start(&lasting);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    ph_job_drop(first);
    cr_assert_eq(start(&lasting), second, "somebody still waits for it");
    ph_job_drop(second);
    ph_job_drop(second);

    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_STOP], 1);
    fake_stop(&fake);
}

static atomic_uint waiting_in_start, seen_unwanted;

/* A start that takes as long as somebody wants it. */
static bool start_until_unwanted(struct fake_host *host, porthole_task *task, bool on_loop)
{
    (void)host;
    (void)on_loop;
    if (porthole_task_kind_of(task) != PORTHOLE_TASK_PROFILE_START)
        return true;
    atomic_fetch_add(&waiting_in_start, 1);
    while (porthole_task_wanted(task))
        ;
    atomic_fetch_add(&seen_unwanted, 1);
    return true;
}

Test(job_end, a_start_under_way_when_the_asker_leaves_is_told_and_undone)
{
    struct ph_job *job;

    fake.perform = start_until_unwanted;
    fake_start(&fake, NULL, &board);
    job = start(&profile);
    fake_await(&waiting_in_start, 1);
    ph_job_drop(job);

    fake_await(&seen_unwanted, 1);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_STOP], 1);
    fake_stop(&fake);
}

static bool is_mail_empty(void)
{
    bool empty;

    pthread_mutex_lock(&fake.thread->mail.lock);
    empty = fake.thread->mail.n == 0;
    pthread_mutex_unlock(&fake.thread->mail.lock);
    return empty;
}

/* Patience ends at 1 ms, and just then the host comes: whatever was begun is ended. */
Test(job_end, a_start_that_comes_just_when_patience_ends_is_undone, .timeout = 120)
{
    struct ph_job_spec hasty = profile;

    hasty.wait_ns = MS;
    hasty.lasts_ns = MS;
    fake_start(&fake, NULL, &board);
    for (unsigned i = 0; i < 600; i++) {
        unsigned begun = atomic_load(&fake.finished[PORTHOLE_TASK_PROFILE_START]), ended;
        uint64_t came_ns;
        struct ph_job *job;

        ended = atomic_load(&fake.finished[PORTHOLE_TASK_PROFILE_STOP]);
        atomic_store(&fake.deaf, true);
        job = start(&hasty);
        came_ns = job->began_ns + MS + i % 300 * 1000;
        while (ph_clock_ns() < came_ns)
            ;
        atomic_store(&fake.deaf, false);
        fake_nudge(&fake);
        await(job);
        ph_job_drop(job);
        while (!is_mail_empty())
            ;
        begun = atomic_load(&fake.finished[PORTHOLE_TASK_PROFILE_START]) - begun;
        ended = atomic_load(&fake.finished[PORTHOLE_TASK_PROFILE_STOP]) - ended;
        cr_assert_leq(begun, ended, "round %u: a profile goes on for ever", i);
    }
    fake_stop(&fake);
}

Test(job_end, the_agents_end_ends_a_long_job_at_once)
{
    struct ph_job_spec lasting = profile;
    uint64_t began_ns;
    struct ph_job *job;

    lasting.lasts_ns = MINUTE;
    fake_start(&fake, NULL, &board);
    job = start(&lasting);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    ph_job_drop(job); /* the http thread is the first to go */
    began_ns = ph_clock_ns();
    ph_jobs_fini(&jobs);

    cr_assert_lt(ph_clock_ns() - began_ns, PH_NS_PER_S);
    ph_jobs_init(&jobs, &board, &bell, &identity);
    fake_stop(&fake);
}

/* ---- Streams ----------------------------------------------------------------------- */

/* Read on to byte `most`; how far it came, and how it ended. */
static uint64_t read_stream(struct ph_pipe *pipe, uint64_t most, ssize_t *end)
{
    static uint64_t total;
    static char buf[65536];

    while (total < most && (*end = ph_pipe_read(pipe, buf, sizeof buf)) >= 0) {
        uint64_t times = ph_bell_times(&bell);

        for (ssize_t i = 0; i < *end; i++)
            cr_assert_eq(buf[i], fake_stream_byte(total + (uint64_t)i));
        total += (uint64_t)*end;
        if (*end == PH_PIPE_EMPTY && !ph_pipe_is_ready(pipe))
            ph_bell_wait(&bell, times, ph_clock_ns() + 20 * MS);
    }
    return total;
}

Test(job_end, a_snapshot_is_a_stream_and_is_dropped_by_the_host_afterwards)
{
    struct ph_job *job;
    ssize_t end;

    fake.stream_bytes = 5000001;
    fake_start(&fake, NULL, &board);
    job = start(&snapshot);
    await(job);

    cr_assert_eq(job->status, 200);
    cr_assert_null(job->body);
    cr_assert_eq(read_stream(job->pipe, UINT64_MAX, &end), 5000001);
    cr_assert_eq(end, PH_PIPE_END);
    fake_await(&fake.finished[PORTHOLE_TASK_SNAPSHOT_DROP], 1);
    ph_job_drop(job);
    fake_stop(&fake);
}

Test(job_end, a_snapshot_that_nobody_reads_on_is_given_up)
{
    struct ph_job *job;
    ssize_t end;

    fake.stream_bytes = UINT64_C(1) << 40;
    fake_start(&fake, NULL, &board);
    job = start(&snapshot);
    await(job);
    read_stream(job->pipe, 1000000, &end);
    ph_job_drop(job);

    fake_await(&fake.finished[PORTHOLE_TASK_SNAPSHOT_DROP], 1);
    cr_assert(atomic_load(&fake.stream_refused));
    fake_stop(&fake);
}

Test(job_end, a_thread_that_leaves_during_its_snapshot_fails_the_stream)
{
    struct ph_job *job;
    ssize_t end;

    fake.stream_bytes = UINT64_C(1) << 40;
    fake_start(&fake, NULL, &board);
    job = start(&snapshot);
    await(job);
    read_stream(job->pipe, 1000000, &end);
    fake_stop(&fake);
    read_stream(job->pipe, UINT64_MAX, &end);

    cr_assert_eq(end, PH_PIPE_FAILED);
    ph_job_drop(job);
}
