/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_PROFILE_H
#define PH_JOB_PROFILE_H

#include "job.h"

/** The jobs PH_JOB_PROFILE and PH_JOB_HEAP_PROFILE. Threads: the job's. */
void ph_job_profile(struct ph_job *job);
void ph_job_heap_profile(struct ph_job *job);

#endif
