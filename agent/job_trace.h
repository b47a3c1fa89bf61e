/* SPDX-License-Identifier: MIT */
#ifndef PH_JOB_TRACE_H
#define PH_JOB_TRACE_H

#include "job.h"

/** The job PH_JOB_TRACE: who adds listeners or opens sockets while it lasts. Threads: the
 *  job's. */
void ph_job_trace(struct ph_job *job);

#endif
