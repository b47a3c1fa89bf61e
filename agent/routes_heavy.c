/* SPDX-License-Identifier: MIT */
/* Owns the paths whose answers are heavy jobs: what they take, and how they are waited for.
 * Nothing here waits itself. */
#include "routes_heavy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "headroom.h"
#include "params.h"
#include "put.h"

#define JSON "application/json"
#define MAX_SECONDS 300
#define MAX_SAMPLES 1000000.0               /* of one profile: PH_RESULT_SAMPLES */
#define JOB_PATIENCE_NS (900 * PH_NS_PER_S) /* no job of ours takes longer */

static const struct ph_param one_thread = { "thread", 0, 1e9, 0, true };
static const struct ph_param job_wait = { "wait_ms", 50, 60000, 5000, true };
static const struct ph_param seconds = { "seconds", 0.1, MAX_SECONDS, 5, false };
static const struct ph_param interval_us = { "interval_us", 100, 100000, 1000, true };
static const struct ph_param interval_bytes = { "interval_bytes", 1024, 16777216, 524288,
                                                true };
static const struct ph_param top = { "top", 1, 10000, 1000, true };

/* ---- Heavy jobs -------------------------------------------------------------------- */

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

static void start_job(const struct ph_routes_env *env, const struct ph_request *request,
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

static bool read_job(const struct ph_request *request, struct ph_job_spec *spec,
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

static bool read_profile(const struct ph_request *request, const struct ph_param *interval,
                         struct ph_job_spec *spec, struct ph_reply *reply)
{
    double lasts_s, every;

    if (!read_job(request, spec, reply) || !ph_param_read(request, &seconds, &lasts_s, reply) ||
        !ph_param_read(request, interval, &every, reply))
        return false;
    spec->lasts_ns = (uint64_t)(lasts_s * (double)PH_NS_PER_S);
    spec->interval = (uint64_t)every;
    if (interval == &interval_us && lasts_s * 1e6 / every > MAX_SAMPLES) {
        ph_reply_error(reply, 400, "bad-option",
                       "more than 1000000 samples; ask for fewer 'seconds' or a longer",
                       "interval_us");
        return false;
    }
    return true;
}

void ph_answer_profile(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply)
{
    static const char *const formats[] = { "cpuprofile", "folded", NULL };
    struct ph_job_spec spec = { .kind = PH_JOB_PROFILE };
    unsigned format;

    if (!read_profile(request, &interval_us, &spec, reply) ||
        !ph_param_choice(request, "format", formats, &format, reply))
        return;
    spec.folded = format == 1;
    start_job(env, request, &spec, reply);
}

void ph_answer_heap_profile(const struct ph_routes_env *env, const struct ph_request *request,
                            struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_HEAP_PROFILE };

    if (read_profile(request, &interval_bytes, &spec, reply))
        start_job(env, request, &spec, reply);
}

void ph_answer_histogram(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_HISTOGRAM };
    double rows;

    if (!read_job(request, &spec, reply) || !ph_param_read(request, &top, &rows, reply))
        return;
    spec.top = (unsigned)rows;
    start_job(env, request, &spec, reply);
}

/* ---- /heap/snapshot ---------------------------------------------------------------- */

struct outlook {
    uint64_t heap_bytes, headroom_bytes; /* PORTHOLE_UNKNOWN where nobody knows */
    struct ph_snapshot_estimate estimate;
    bool enough;
    char name[PORTHOLE_NAME_BYTES];
};

/* False if there is no such thread. */
static bool foresee(const struct ph_routes_env *env, int thread, struct outlook *out)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(env->board, held);
    struct porthole_heap heap;
    bool found = false;

    memset(out, 0, sizeof *out);
    out->heap_bytes = PORTHOLE_UNKNOWN;
    for (size_t i = 0; i < n; i++) {
        if (!found && held[i]->host.id == thread) {
            found = true;
            memcpy(out->name, held[i]->name, sizeof out->name);
            if (ph_board_heap(held[i], &heap))
                out->heap_bytes = heap.used_bytes;
        }
        ph_thread_unref(held[i]);
    }
    out->headroom_bytes = ph_headroom_bytes();
    ph_snapshot_estimate(out->heap_bytes == PORTHOLE_UNKNOWN ? 0 : out->heap_bytes,
                         &out->estimate);
    out->enough = out->headroom_bytes > out->estimate.memory_bytes;
    return found;
}

static const char *say_shortage(const struct outlook *o, char *buf, size_t cap)
{
    snprintf(buf, cap,
             "a heap snapshot may need %llu MB and there is room for %llu MB; 'force' takes it "
             "all the same",
             (unsigned long long)(o->estimate.memory_bytes >> 20),
             (unsigned long long)(o->headroom_bytes >> 20));
    return buf;
}

static void answer_estimate(const struct outlook *o, int thread, struct ph_reply *reply)
{
    struct ph_sink sink;
    char text[160];

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_put_number(&sink, "{\"thread\":{\"id\":", (uint64_t)thread);
    ph_put_text(&sink, ",\"name\":", o->name);
    ph_put_number(&sink, "},\"heap_used_bytes\":", o->heap_bytes);
    ph_sink_text(&sink, ",\"estimate\":{\"loop_s\":");
    ph_sink_real(&sink, o->estimate.loop_s);
    ph_put_number(&sink, ",\"memory_bytes\":", o->estimate.memory_bytes);
    ph_put_number(&sink, ",\"file_bytes\":", o->estimate.file_bytes);
    ph_put_number(&sink, "},\"headroom_bytes\":", o->headroom_bytes);
    ph_sink_text(&sink, o->enough ? ",\"allowed\":true" : ",\"allowed\":false");
    ph_put_text(&sink, ",\"reason\":", o->enough ? NULL : say_shortage(o, text, sizeof text));
    ph_sink_text(&sink, "}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

void ph_answer_snapshot(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_SNAPSHOT };
    struct outlook outlook;
    char text[160];

    if (!read_job(request, &spec, reply))
        return;
    if (!foresee(env, spec.thread, &outlook))
        ph_refuse_thread(request, reply);
    else if (request->query(request, "estimate"))
        answer_estimate(&outlook, spec.thread, reply);
    else if (!outlook.enough && !request->query(request, "force"))
        ph_reply_error(reply, 507, "not-enough-memory",
                       say_shortage(&outlook, text, sizeof text), NULL);
    else
        start_job(env, request, &spec, reply);
}
