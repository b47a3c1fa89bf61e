/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_LISTENERS_H
#define PH_ROUTES_LISTENERS_H

#include "request.h"
#include "routes_env.h"

/**
 * The paths that count all listeners, and that tell who adds them.
 *
 * Threads: http thread.
 */
void ph_answer_listeners(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply);
void ph_answer_trace(const struct ph_routes_env *env, const struct ph_request *request,
                     struct ph_reply *reply);

#endif
