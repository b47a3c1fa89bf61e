/* SPDX-License-Identifier: MIT */
#ifndef PH_JOBS_H
#define PH_JOBS_H

#include <pthread.h>
#include <stdbool.h>

#include "job.h"

/**
 * Heavy jobs, one at a time per process, on a thread `porthole-heavy` that lives as long as
 * the job. Who asks for exactly what is under way shares it. A job whose askers have all
 * gone is cancelled.
 */
struct ph_jobs {
    /* Immutable. */
    struct ph_board *board;
    struct ph_bell *bell;
    const struct ph_identity *identity;

    pthread_mutex_t lock;   /* leaf; guards all below */
    struct ph_job *current; /* a reference; NULL when there is none */
    pthread_t thread;       /* of the current, or of the last one */
    bool joinable;          /* that thread has not been joined yet */
    bool stopping;
};

void ph_jobs_init(struct ph_jobs *jobs, struct ph_board *board, struct ph_bell *bell,
                  const struct ph_identity *identity);

/** Cancel, wait for the job's thread, which waits for no host. Threads: the thread that stops
 *  the agent. */
void ph_jobs_fini(struct ph_jobs *jobs);

enum ph_job_answer {
    PH_JOB_STARTED,   /* also: joined one that is under way */
    PH_JOB_BUSY,      /* `*retry_s` tells when to come again */
    PH_JOB_NO_THREAD, /* there is no such host thread */
    PH_JOB_NO_MEMORY, /* or no thread could be started */
};

/** Start a job or share one; give it back with ph_job_drop(). Never waits. Threads: http
 *  and tick thread. */
enum ph_job_answer ph_jobs_start(struct ph_jobs *jobs, const struct ph_job_spec *spec,
                                 struct ph_job **out, unsigned *retry_s);

/** One asker less. Threads: as ph_jobs_start(). */
void ph_job_drop(struct ph_job *job);

#endif
