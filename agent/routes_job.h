/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_JOB_H
#define PH_ROUTES_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "routes_env.h"

/**
 * What the paths have in common whose answers are heavy jobs.
 *
 * Threads: http thread, as all here.
 */
#define PH_ROUTE_MAX_SECONDS 300

/** Read 'thread' and 'wait_ms'; false with a 400 in `reply`. */
bool ph_route_job_read(const struct ph_request *request, struct ph_job_spec *spec,
                       struct ph_reply *reply);

/** Start the job, or share the one under way; `reply` waits for it, or says why there is
 *  none. */
void ph_route_job_start(const struct ph_routes_env *env, const struct ph_request *request,
                        const struct ph_job_spec *spec, struct ph_reply *reply);

/** The name of a host thread, and its heap in use, PORTHOLE_UNKNOWN where nobody knows. False
 *  if there is no such thread. */
bool ph_route_heap(const struct ph_routes_env *env, int thread, char name[PORTHOLE_NAME_BYTES],
                   uint64_t *used_bytes);

#endif
