/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_H
#define PH_JOB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bell.h"
#include "blob.h"
#include "board.h"
#include "collect.h"
#include "pipe.h"

struct ph_jobs;

/** A heavy job: work that takes several tasks, time in between, or a long encoding. See
 *  jobs.h for how one comes to life. */
enum ph_job_kind {
    PH_JOB_PROFILE,
    PH_JOB_HEAP_PROFILE,
    PH_JOB_HISTOGRAM,
    PH_JOB_SNAPSHOT, /* its outcome is a stream; not shared */
    PH_JOB_LISTENERS,
    PH_JOB_TRACE,
    PH_JOB_KINDS
};

struct ph_job_spec {
    enum ph_job_kind kind;
    int thread;        /* id of the host thread */
    bool folded;       /* profile: folded stacks instead of .cpuprofile */
    bool sockets;      /* trace: of those who open sockets, not of those who add listeners */
    uint64_t lasts_ns; /* profiles, traces */
    uint64_t interval; /* as porthole_task_interval() */
    unsigned top;      /* histogram, listeners: rows wanted */
    uint64_t wait_ns;  /* how long the thread may take to come */
};

struct ph_job {
    atomic_uint refs;      /* atomic (acq_rel on the last unref) */
    unsigned askers;       /* guarded by jobs->lock */
    atomic_bool cancelled; /* atomic (relaxed; a bell follows) */
    atomic_bool ready;     /* atomic (release after the outcome is written) */

    /* Immutable. */
    struct ph_job_spec spec;
    struct ph_jobs *jobs;       /* jobs.c only */
    struct ph_bell *bell;
    const struct ph_identity *identity;
    struct porthole_thread *thread; /* a reference */
    uint64_t began_ns, began_unix_ns;

    /* The outcome: the job's thread until ready, then immutable. */
    unsigned status;        /* of HTTP */
    const char *error_code; /* static; NULL: it succeeded */
    char error[256];
    const char *content_type; /* static */
    const char *suffix;       /* ".cpuprofile"; static */
    struct ph_blob *body;     /* a reference; NULL for a stream */
    struct ph_pipe *pipe;     /* a reference; NULL for a body */
    uint64_t spent_ns, gc_ns; /* of the loop's time */
};

/** Is the outcome there? The bell rings when it is. Threads: any. */
bool ph_job_is_ready(const struct ph_job *job);

/** "loop_ms=12.3; gc_ms=4.5". Returns `out`. Threads: any, once ready. */
const char *ph_job_cost(const struct ph_job *job, char *out, size_t cap);

#endif
