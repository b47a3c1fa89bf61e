/* SPDX-License-Identifier: MIT */
/* Owns how an answer waits for a heavy job. Nothing here waits itself. */
#include "routes_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "params.h"

#define JOB_PATIENCE_NS (900 * PH_NS_PER_S) /* no job of ours takes longer */

static const struct ph_param one_thread = { "thread", 0, 1e9, 0, true };
static const struct ph_param job_wait = { "wait_ms", 50, 60000, 5000, true };

struct job_later {
    struct ph_later later;
    struct ph_job *job;
};

static void describe(const struct ph_job *job, struct ph_reply *reply)
{
    ph_job_cost(job, reply->cost, sizeof reply->cost);
    snprintf(reply->disposition, sizeof reply->disposition,
             "attachment; filename=\"porthole-%d%s\"", (int)job->identity->pid,
             job->suffix ? job->suffix : "");
}

static bool settle_job(struct ph_later *later, uint64_t now_ns, struct ph_reply *reply)
{
    struct ph_job *job = ((struct job_later *)later)->job;

    if (!ph_job_is_ready(job)) {
        if (now_ns < later->due_ns)
            return false;
        ph_reply_error(reply, 504, "timeout", "the job takes too long", NULL);
        return true;
    }
    if (job->error_code) {
        ph_reply_error(reply, job->status, job->error_code, job->error, NULL);
        return true;
    }
    if (job->pipe) {
        ph_reply_take_blob(reply, job->status, job->content_type, NULL);
        reply->pipe = ph_pipe_ref(job->pipe);
    } else {
        ph_reply_take_blob(reply, job->status, job->content_type, ph_blob_ref(job->body));
    }
    describe(job, reply);
    return true;
}

static void drop_job(struct ph_later *later)
{
    ph_job_drop(((struct job_later *)later)->job);
    free(later);
}

void ph_route_job_start(const struct ph_routes_env *env, const struct ph_request *request,
                        const struct ph_job_spec *spec, struct ph_reply *reply)
{
    struct job_later *j = calloc(1, sizeof *j);
    unsigned retry_s = 0;
    enum ph_job_answer answer;

    if (!j)
        return;
    answer = ph_jobs_start(env->jobs, spec, &j->job, &retry_s);
    if (answer == PH_JOB_STARTED) {
        j->later = (struct ph_later){ settle_job, drop_job, ph_clock_ns() + JOB_PATIENCE_NS };
        reply->later = &j->later;
        return;
    }
    free(j);
    if (answer == PH_JOB_NO_THREAD) {
        ph_refuse_thread(request, reply);
    } else if (answer == PH_JOB_NO_MEMORY) {
        ph_reply_error(reply, 503, "no-memory", "out of memory for", request->path);
    } else {
        ph_reply_error(reply, 429, "busy", "another heavy job is under way; come again for",
                       request->path);
        reply->retry_s = retry_s;
    }
}

bool ph_route_job_read(const struct ph_request *request, struct ph_job_spec *spec,
                       struct ph_reply *reply)
{
    double thread, wait_ms;

    if (!ph_param_read(request, &one_thread, &thread, reply) ||
        !ph_param_read(request, &job_wait, &wait_ms, reply))
        return false;
    spec->thread = (int)thread;
    spec->wait_ns = (uint64_t)wait_ms * PH_NS_PER_MS;
    return true;
}

bool ph_route_heap(const struct ph_routes_env *env, int thread, char name[PORTHOLE_NAME_BYTES],
                   uint64_t *used_bytes)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(env->board, held);
    struct porthole_heap heap;
    bool found = false;

    for (size_t i = 0; i < n; i++) {
        if (!found && held[i]->host.id == thread) {
            found = true;
            memcpy(name, held[i]->name, PORTHOLE_NAME_BYTES);
            *used_bytes = ph_board_heap(held[i], &heap) ? heap.used_bytes : PORTHOLE_UNKNOWN;
        }
        ph_thread_unref(held[i]);
    }
    return found;
}
