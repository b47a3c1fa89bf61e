/* SPDX-License-Identifier: MIT */
/* Owns who may have a heavy job done, and the thread it is done on. What the jobs do is in
 * job_profile.c and its like. */
#include "jobs.h"

#include <stdlib.h>

#include "clock.h"
#include "job_heap.h"
#include "job_listeners.h"
#include "job_profile.h"
#include "job_trace.h"
#include "thread.h"

#define RETRY_S 5u /* when nobody knows how long it will take */

static void unref(struct ph_job *job)
{
    if (!job || atomic_fetch_sub_explicit(&job->refs, 1, memory_order_acq_rel) != 1)
        return;
    ph_blob_unref(job->body);
    if (job->pipe)
        ph_pipe_close(job->pipe);
    ph_pipe_unref(job->pipe);
    ph_thread_unref(job->thread);
    free(job);
}

void ph_jobs_init(struct ph_jobs *jobs, struct ph_board *board, struct ph_bell *bell,
                  const struct ph_identity *identity)
{
    *jobs = (struct ph_jobs){ .board = board, .bell = bell, .identity = identity };
    pthread_mutex_init(&jobs->lock, NULL);
}

void ph_jobs_fini(struct ph_jobs *jobs)
{
    bool joinable;

    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    joinable = jobs->joinable;
    jobs->joinable = false;
    if (jobs->current)
        atomic_store_explicit(&jobs->current->cancelled, true, memory_order_relaxed);
    pthread_mutex_unlock(&jobs->lock);
    if (joinable) {
        ph_bell_ring(jobs->bell);
        pthread_join(jobs->thread, NULL);
    }
    pthread_mutex_destroy(&jobs->lock);
}

/* ---- The thread -------------------------------------------------------------------- */

static void (*const work[PH_JOB_KINDS])(struct ph_job *job) = {
    [PH_JOB_PROFILE] = ph_job_profile,     [PH_JOB_HEAP_PROFILE] = ph_job_heap_profile,
    [PH_JOB_HISTOGRAM] = ph_job_histogram, [PH_JOB_SNAPSHOT] = ph_job_snapshot,
    [PH_JOB_LISTENERS] = ph_job_listeners, [PH_JOB_TRACE] = ph_job_trace,
};

static void *run(void *arg)
{
    struct ph_job *job = arg;
    struct ph_jobs *jobs = job->jobs;

    work[job->spec.kind](job);
    /* Free for the next one before anybody learns of the outcome: who asks again at once
     * shall not be told that we are busy. */
    pthread_mutex_lock(&jobs->lock);
    jobs->current = NULL;
    pthread_mutex_unlock(&jobs->lock);
    atomic_store_explicit(&job->ready, true, memory_order_release);
    ph_bell_ring(jobs->bell);
    unref(job);
    return NULL;
}

/* ---- Starting ---------------------------------------------------------------------- */

static struct porthole_thread *find_thread(struct ph_board *board, int id)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS], *found = NULL;
    size_t n = ph_board_hold(board, held);

    for (size_t i = 0; i < n; i++) {
        if (!found && held[i]->host.id == id)
            found = held[i];
        else
            ph_thread_unref(held[i]);
    }
    return found;
}

static struct ph_job *new_job(struct ph_jobs *jobs, const struct ph_job_spec *spec,
                              struct porthole_thread *thread)
{
    struct ph_job *job = calloc(1, sizeof *job);

    if (!job)
        return NULL;
    atomic_init(&job->refs, 2); /* the asker's and the thread's */
    job->askers = 1;
    job->spec = *spec;
    job->jobs = jobs;
    job->bell = jobs->bell;
    job->identity = jobs->identity;
    job->thread = thread;
    job->began_ns = ph_clock_ns();
    job->began_unix_ns = ph_clock_unix_ns();
    return job;
}

static bool is_same(const struct ph_job *job, const struct ph_job_spec *spec)
{
    const struct ph_job_spec *s = &job->spec;

    return s->kind == spec->kind && s->kind != PH_JOB_SNAPSHOT && s->thread == spec->thread &&
           s->folded == spec->folded && s->sockets == spec->sockets &&
           s->lasts_ns == spec->lasts_ns && s->interval == spec->interval &&
           s->top == spec->top && !atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

static unsigned remaining_s(const struct ph_job *job)
{
    uint64_t end_ns = job->began_ns + job->spec.lasts_ns, now_ns = ph_clock_ns();

    return end_ns > now_ns ? 1 + (unsigned)((end_ns - now_ns) / PH_NS_PER_S) : RETRY_S;
}

/* Share the current job, or tell that it is in the way. With the lock held. */
static enum ph_job_answer join(struct ph_job *job, const struct ph_job_spec *spec,
                               struct ph_job **out, unsigned *retry_s)
{
    if (!is_same(job, spec)) {
        *retry_s = remaining_s(job);
        return PH_JOB_BUSY;
    }
    atomic_fetch_add_explicit(&job->refs, 1, memory_order_relaxed);
    job->askers++;
    *out = job;
    return PH_JOB_STARTED;
}

/* With the lock held; only http and tick thread get here, and neither holds another. The
 * thread that is joined has nothing left to do but to return. */
static enum ph_job_answer start(struct ph_jobs *jobs, struct ph_job *job, struct ph_job **out)
{
    if (jobs->joinable)
        pthread_join(jobs->thread, NULL);
    jobs->joinable = false;
    if (ph_thread_start(&jobs->thread, "porthole-heavy", run, job, NULL))
        return PH_JOB_NO_MEMORY;
    jobs->joinable = true;
    jobs->current = *out = job;
    return PH_JOB_STARTED;
}

enum ph_job_answer ph_jobs_start(struct ph_jobs *jobs, const struct ph_job_spec *spec,
                                 struct ph_job **out, unsigned *retry_s)
{
    struct porthole_thread *thread = find_thread(jobs->board, spec->thread);
    struct ph_job *job = thread ? new_job(jobs, spec, thread) : NULL;
    enum ph_job_answer answer = PH_JOB_NO_MEMORY;
    bool started = false;

    if (!thread)
        return PH_JOB_NO_THREAD;
    if (!job) {
        ph_thread_unref(thread);
        return answer;
    }
    pthread_mutex_lock(&jobs->lock);
    if (!jobs->stopping)
        answer =
            jobs->current ? join(jobs->current, spec, out, retry_s) : start(jobs, job, out);
    started = answer == PH_JOB_STARTED && *out == job;
    pthread_mutex_unlock(&jobs->lock);
    if (!started) {
        atomic_store_explicit(&job->refs, 1, memory_order_relaxed);
        unref(job);
    }
    return answer;
}

void ph_job_drop(struct ph_job *job)
{
    struct ph_jobs *jobs = job->jobs;
    bool last;

    pthread_mutex_lock(&jobs->lock);
    last = --job->askers == 0;
    if (last) /* under the lock: nobody may join what is being cancelled */
        atomic_store_explicit(&job->cancelled, true, memory_order_relaxed);
    pthread_mutex_unlock(&jobs->lock);
    if (last && ph_job_is_ready(job) && job->pipe)
        ph_pipe_close(job->pipe);
    if (last)
        ph_bell_ring(jobs->bell);
    unref(job);
}
