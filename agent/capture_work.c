/* SPDX-License-Identifier: MIT */
/* Owns how a rule's action becomes a stack or a heavy job. */
#include "capture_work.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "gather.h"
#include "job.h"

#define STACK_WAIT_NS (1500 * PH_NS_PER_MS)
#define HEAVY_WAIT_NS (5 * PH_NS_PER_S)
#define PROFILE_INTERVAL_US 1000
#define HISTOGRAM_ROWS 1000
#define STACK_BYTES (4u << 20)

/* What a rule's action is doing: one of the two is not NULL. */
struct run {
    const char *kind;
    struct ph_gather *gather;
    struct ph_job *job;
};

static const struct {
    const char *kind;
    enum ph_job_kind job;
    uint64_t interval;
    unsigned top;
} heavy[PH_ACTIONS] = {
    [PH_ACTION_PROFILE] = { "profile.cpuprofile", PH_JOB_PROFILE, PROFILE_INTERVAL_US, 0 },
    [PH_ACTION_HISTOGRAM] = { "histogram.json", PH_JOB_HISTOGRAM, 0, HISTOGRAM_ROWS },
};

static enum ph_capture_answer start_stack(const struct ph_capture_work *work, int thread,
                                          struct run *run, char *why)
{
    bool missing;

    run->kind = "stack.json";
    run->gather = ph_gather_new(work->board, thread, STACK_WAIT_NS, &missing);
    if (run->gather)
        return PH_CAPTURE_RUNNING;
    snprintf(why, PH_CAPTURE_WHY, "%s", missing ? "the thread has ended" : "out of memory");
    return PH_CAPTURE_FAILED;
}

static enum ph_capture_answer start_heavy(const struct ph_capture_work *work,
                                          const struct ph_rule *rule, int thread,
                                          struct run *run, char *why)
{
    struct ph_job_spec spec = { .kind = heavy[rule->action].job,
                                .thread = thread,
                                .lasts_ns =
                                    rule->action == PH_ACTION_PROFILE ? rule->lasts_ns : 0,
                                .interval = heavy[rule->action].interval,
                                .top = heavy[rule->action].top,
                                .wait_ns = HEAVY_WAIT_NS };
    unsigned retry_s;

    run->kind = heavy[rule->action].kind;
    switch (ph_jobs_start(work->jobs, &spec, &run->job, &retry_s)) {
    case PH_JOB_STARTED:
        return PH_CAPTURE_RUNNING;
    case PH_JOB_BUSY:
        return PH_CAPTURE_BUSY;
    case PH_JOB_NO_THREAD:
        snprintf(why, PH_CAPTURE_WHY, "the thread has ended");
        return PH_CAPTURE_FAILED;
    default:
        snprintf(why, PH_CAPTURE_WHY, "out of memory");
        return PH_CAPTURE_FAILED;
    }
}

static enum ph_capture_answer start(void *ctx, const struct ph_rule *rule, int thread,
                                    void **out, char *why)
{
    struct run *run = calloc(1, sizeof *run);
    enum ph_capture_answer answer;

    if (!run) {
        snprintf(why, PH_CAPTURE_WHY, "out of memory");
        return PH_CAPTURE_FAILED;
    }
    answer = rule->action == PH_ACTION_STACK ? start_stack(ctx, thread, run, why)
                                             : start_heavy(ctx, rule, thread, run, why);
    if (answer == PH_CAPTURE_RUNNING)
        *out = run;
    else
        free(run);
    return answer;
}

static void end(struct run *run)
{
    ph_gather_unref(run->gather);
    if (run->job)
        ph_job_drop(run->job);
    free(run);
}

static struct ph_blob *stack_body(const struct ph_gather *gather)
{
    struct ph_blob *body;
    struct ph_sink sink;

    ph_sink_init(&sink, STACK_BYTES);
    ph_gather_json(gather, &sink);
    body = ph_blob_take(&sink);
    ph_sink_fini(&sink);
    return body;
}

static bool is_ready(const struct run *run)
{
    return run->gather ? ph_gather_ready(run->gather, ph_clock_ns())
                       : ph_job_is_ready(run->job);
}

static enum ph_capture_answer poll_run(void *ctx, void *opaque, struct ph_capture_outcome *out)
{
    struct run *run = opaque;
    const char *why = "out of memory";

    (void)ctx;
    if (!is_ready(run))
        return PH_CAPTURE_RUNNING;
    out->kind = run->kind;
    out->body = run->gather ? stack_body(run->gather) : ph_blob_ref(run->job->body);
    if (run->job && run->job->error_code) {
        ph_blob_unref(out->body);
        out->body = NULL;
        why = run->job->error;
    }
    if (!out->body)
        snprintf(out->why, sizeof out->why, "%.*s", PH_CAPTURE_WHY - 1, why);
    end(run);
    return out->body ? PH_CAPTURE_DONE : PH_CAPTURE_FAILED;
}

static void cancel(void *ctx, void *run)
{
    (void)ctx;
    end(run);
}

const struct ph_capture_ops ph_capture_work = { start, poll_run, cancel };
