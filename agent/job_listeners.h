/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_LISTENERS_H
#define PH_JOB_LISTENERS_H

#include "job.h"

/** The job PH_JOB_LISTENERS: all emitters of a thread, counted. Threads: the job's. */
void ph_job_listeners(struct ph_job *job);

#endif
