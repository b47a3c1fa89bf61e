/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_OBJECTS_H
#define PH_ROUTES_OBJECTS_H

#include "request.h"
#include "routes_env.h"

/**
 * The paths that tell of the application's own objects: ours, and kang's.
 *
 * Threads: http thread.
 */
void ph_answer_objects(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply);
void ph_answer_kang_snapshot(const struct ph_routes_env *env, const struct ph_request *request,
                             struct ph_reply *reply);
void ph_answer_kang_schema(const struct ph_routes_env *env, const struct ph_request *request,
                           struct ph_reply *reply);

#endif
