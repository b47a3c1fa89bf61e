/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_SUSPECTS_H
#define PH_ROUTES_SUSPECTS_H

#include "request.h"
#include "routes_env.h"

/**
 * /suspects: the growth verdicts; with ?all of every series that is judged.
 *
 * Threads: http thread. Waits for nobody.
 */
void ph_answer_suspects(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply);

#endif
