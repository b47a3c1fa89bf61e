/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_HISTORY_H
#define PH_ROUTES_HISTORY_H

#include "request.h"
#include "routes_env.h"

/** /history and /history/SERIES. Threads: http thread. */
void ph_answer_history(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply);

#endif
