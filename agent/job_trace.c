/* SPDX-License-Identifier: MIT */
/* Owns the steps of a trace: begin, sleep, end, splice the host's figures into the answer. What
 * was begun is ended whatever happens: tracing must never stay on. */
#include "job_trace.h"

#include "clock.h"
#include "job_work.h"
#include "put.h"

/* The host's answer is a JSON object; that it is JSON was seen to when it came. */
static bool is_object(const struct ph_sink *json)
{
    return json->len > 2 && json->bytes[0] == '{' && json->bytes[json->len - 1] == '}';
}

static void encode(struct ph_job *job, const struct ph_sink *json, uint64_t lasted_ns)
{
    struct ph_sink sink;

    if (!is_object(json)) {
        ph_job_fail(job, 503, "failed", "the thread has not told what it noted");
        return;
    }
    ph_sink_init(&sink, PH_JOB_BODY_MAX);
    ph_job_put_head(job, &sink);
    ph_put_text(&sink, "\"what\":", job->spec.sockets ? "sockets" : "listeners");
    ph_sink_text(&sink, ",\"seconds\":");
    ph_sink_real(&sink, (double)lasted_ns / (double)PH_NS_PER_S);
    ph_sink_char(&sink, ',');
    ph_sink_put(&sink, json->bytes + 1, json->len - 2);
    ph_sink_char(&sink, ',');
    ph_job_put_cost(job, &sink);
    ph_sink_text(&sink, "}\n");
    ph_job_take_body(job, &sink, PH_JOB_JSON, ".trace.json");
}

void ph_job_trace(struct ph_job *job)
{
    struct porthole_task *task = ph_job_have_done(
        job, job->spec.sockets ? PORTHOLE_TASK_TRACE_SOCKETS : PORTHOLE_TASK_TRACE_LISTENERS, 0,
        PORTHOLE_TASK_TRACE_STOP);
    uint64_t began_ns;
    bool slept;

    if (!task)
        return;
    began_ns = task->began_ns;
    ph_task_unref(task);
    slept = ph_job_sleep_until(job, ph_clock_ns() + job->spec.lasts_ns);
    task =
        slept ? ph_job_have_done(job, PORTHOLE_TASK_TRACE_STOP, 0, PORTHOLE_TASK_KINDS) : NULL;
    if (task) {
        encode(job, &task->result.json, task->began_ns - began_ns);
        ph_task_unref(task);
    } else {
        ph_job_clean_up(job, PORTHOLE_TASK_TRACE_STOP);
    }
}
