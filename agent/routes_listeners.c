/* SPDX-License-Identifier: MIT */
/* Owns the paths about event listeners: what they take, and what the exact census may cost. */
#include "routes_listeners.h"

#include <math.h>
#include <stdio.h>

#include "clock.h"
#include "params.h"
#include "put.h"
#include "routes_job.h"

#define JSON "application/json"

/* Measured on Node 20, 22, 24 and 26 with heaps of 4 to 405 MB (research, 5.3): the two full
 * collections of v8::HeapProfiler::QueryObjects, not the looking at what they leave. */
#define CENSUS_FLOOR_S 0.020
#define CENSUS_S_PER_BYTE 3.4e-9 /* 3.4 ms per MB of used heap */
#define CENSUS_BUDGET_S 0.100    /* more only by 'force' */

static const struct ph_param top = { "top", 1, 10000, 100, true };
static const struct ph_param seconds = { "seconds", 0.1, PH_ROUTE_MAX_SECONDS, 5, false };

/* ---- /listeners -------------------------------------------------------------------- */

struct outlook {
    uint64_t heap_bytes; /* PORTHOLE_UNKNOWN where nobody knows */
    double loop_s;       /* NaN then */
    bool allowed;
    char name[PORTHOLE_NAME_BYTES];
};

/* False if there is no such thread. */
static bool foresee(const struct ph_routes_env *env, int thread, struct outlook *out)
{
    if (!ph_route_heap(env, thread, out->name, &out->heap_bytes))
        return false;
    out->loop_s = out->heap_bytes == PORTHOLE_UNKNOWN
                      ? NAN
                      : CENSUS_FLOOR_S + (double)out->heap_bytes * CENSUS_S_PER_BYTE;
    out->allowed = out->loop_s <= CENSUS_BUDGET_S;
    return true;
}

static const char *say_stall(const struct outlook *o, char *buf, size_t cap)
{
    if (isnan(o->loop_s))
        snprintf(buf, cap,
                 "nobody knows how long the loop of thread '%s' would stand still; 'force' "
                 "counts all the same",
                 o->name);
    else
        snprintf(buf, cap,
                 "the loop of thread '%s' would stand still for about %.2f s; 'force' counts "
                 "all the same",
                 o->name, o->loop_s);
    return buf;
}

static void answer_estimate(const struct outlook *o, int thread, struct ph_reply *reply)
{
    struct ph_sink sink;
    char text[192];

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_put_number(&sink, "{\"thread\":{\"id\":", (uint64_t)thread);
    ph_put_text(&sink, ",\"name\":", o->name);
    ph_put_number(&sink, "},\"heap_used_bytes\":", o->heap_bytes);
    ph_sink_text(&sink, ",\"estimate\":{\"loop_s\":");
    if (isnan(o->loop_s))
        ph_sink_text(&sink, "null");
    else
        ph_sink_real(&sink, o->loop_s);
    ph_sink_text(&sink, o->allowed ? "},\"allowed\":true" : "},\"allowed\":false");
    ph_put_text(&sink, ",\"reason\":", o->allowed ? NULL : say_stall(o, text, sizeof text));
    ph_sink_text(&sink, "}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

void ph_answer_listeners(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_LISTENERS };
    struct outlook outlook;
    char text[192];
    double rows;

    if (!ph_route_job_read(request, &spec, reply) ||
        !ph_param_read(request, &top, &rows, reply))
        return;
    spec.top = (unsigned)rows;
    if (!foresee(env, spec.thread, &outlook))
        ph_refuse_thread(request, reply);
    else if (request->query(request, "estimate"))
        answer_estimate(&outlook, spec.thread, reply);
    else if (!outlook.allowed && !request->query(request, "force"))
        ph_reply_error(reply, 409, "needs-force", say_stall(&outlook, text, sizeof text), NULL);
    else
        ph_route_job_start(env, request, &spec, reply);
}

/* ---- /trace ------------------------------------------------------------------------ */

void ph_answer_trace(const struct ph_routes_env *env, const struct ph_request *request,
                     struct ph_reply *reply)
{
    static const char *const whats[] = { "listeners", "sockets", NULL };
    struct ph_job_spec spec = { .kind = PH_JOB_TRACE };
    double lasts_s;
    unsigned what;

    if (!ph_route_job_read(request, &spec, reply) ||
        !ph_param_choice(request, "what", whats, &what, reply) ||
        !ph_param_duration(request, &seconds, &lasts_s, reply))
        return;
    spec.sockets = what == 1;
    spec.lasts_ns = (uint64_t)(lasts_s * (double)PH_NS_PER_S);
    spec.interval = spec.lasts_ns / 1000; /* microseconds, for the host to know */
    ph_route_job_start(env, request, &spec, reply);
}
