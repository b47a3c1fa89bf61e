/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_WORK_H
#define PH_JOB_WORK_H

#include "job.h"
#include "sink.h"
#include "task.h"

/**
 * What all heavy jobs have in common.
 *
 * Threads: the job's, as all here.
 */
#define PH_JOB_BODY_MAX (96u << 20)
#define PH_JOB_JSON "application/json"

bool ph_job_is_cancelled(const struct ph_job *job);
bool ph_job_has_left(const struct ph_job *job); /* its host thread */

/**
 * Have a task done by the host thread. A loop that has not come soon is taken in the middle of
 * its work, unless the task is one for the loop alone.
 *
 * @param undo  what ends that which the task begins: asked for should the task have been
 *              claimed when it is given up. PORTHOLE_TASK_KINDS: nothing to end.
 *
 * @return a reference on it, or NULL with the job failed or cancelled.
 */
struct porthole_task *ph_job_have_done(struct ph_job *job, enum porthole_task_kind kind,
                                       unsigned depth, enum porthole_task_kind undo);

/** Have a task done that ends what another began, also when nobody cares for its result;
 *  does not wait. */
void ph_job_clean_up(struct ph_job *job, enum porthole_task_kind kind);

/** False if the job is cancelled, or has failed because its host thread left. */
bool ph_job_sleep_until(struct ph_job *job, uint64_t until_ns);

/** A sorted copy of rows, for the caller to free(); NULL with the job failed. */
void *ph_job_sorted(struct ph_job *job, const void *rows, size_t n, size_t size,
                    int (*order)(const void *a, const void *b));

/** What is in `sink` (empty afterwards) is the outcome. Type and suffix are static. */
void ph_job_take_body(struct ph_job *job, struct ph_sink *sink, const char *type,
                      const char *suffix);

/** It ends without one. `text` may be NULL for a failure of memory. */
void ph_job_fail(struct ph_job *job, unsigned status, const char *code, const char *text);

/** The outcome is there although work goes on: wake whoever waits for it. */
void ph_job_publish(struct ph_job *job);

/** What an answer begins with: {"porthole":{…},"service":{…},"captured":{…},"thread":{…}, */
void ph_job_put_head(const struct ph_job *job, struct ph_sink *sink);

/* Members of an answer's object: "thread":{…}, "service":{…}, "cost":{…}. */
void ph_job_put_thread(const struct ph_job *job, struct ph_sink *sink);
void ph_job_put_service(const struct ph_job *job, struct ph_sink *sink);
void ph_job_put_cost(const struct ph_job *job, struct ph_sink *sink);

#endif
