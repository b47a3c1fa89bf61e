/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_LOOK_H
#define PH_ROUTES_LOOK_H

#include "request.h"
#include "routes_env.h"

/**
 * The paths that tell what the threads do: stacks now, those of the last blocks, and what the
 * capture rules have kept.
 *
 * Threads: http thread.
 */
void ph_answer_stack(const struct ph_routes_env *env, const struct ph_request *request,
                     struct ph_reply *reply);
void ph_answer_blocks(const struct ph_routes_env *env, const struct ph_request *request,
                      struct ph_reply *reply);
void ph_answer_captures(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply);

#endif
