/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_HEAVY_H
#define PH_ROUTES_HEAVY_H

#include "request.h"
#include "routes_env.h"

/**
 * The paths that have a heavy job done, one at a time.
 *
 * Threads: http thread.
 */
void ph_answer_profile(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply);
void ph_answer_heap_profile(const struct ph_routes_env *env, const struct ph_request *request,
                            struct ph_reply *reply);
void ph_answer_histogram(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply);
void ph_answer_snapshot(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply);

#endif
