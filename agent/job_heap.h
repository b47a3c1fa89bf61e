/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_HEAP_H
#define PH_JOB_HEAP_H

#include "job.h"

/** The jobs PH_JOB_HISTOGRAM and PH_JOB_SNAPSHOT. Threads: the job's. */
void ph_job_histogram(struct ph_job *job);
void ph_job_snapshot(struct ph_job *job);

#endif
