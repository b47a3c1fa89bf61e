/* SPDX-License-Identifier: MIT */
/* Owns the path /suspects. */
#include "routes_suspects.h"

#include "suspects_show.h"

void ph_answer_suspects(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply)
{
    bool all = request->query(request, "all") != NULL;
    bool pretty = request->query(request, "pretty") != NULL;
    struct ph_sink sink;

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_suspects_json(env->suspects, all, pretty, &sink);
    ph_reply_take(reply, 200, "application/json", &sink);
}
