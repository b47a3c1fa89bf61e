/* SPDX-License-Identifier: MIT */
/* Owns what everybody may read of a job. */
#include "job.h"

#include <stdio.h>

#include "clock.h"

bool ph_job_is_ready(const struct ph_job *job)
{
    return atomic_load_explicit(&job->ready, memory_order_acquire);
}

const char *ph_job_cost(const struct ph_job *job, char *out, size_t cap)
{
    snprintf(out, cap, "loop_ms=%.1f; gc_ms=%.1f", ph_clock_ms(job->spent_ns),
             ph_clock_ms(job->gc_ns));
    return out;
}
