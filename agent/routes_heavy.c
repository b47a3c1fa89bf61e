/* SPDX-License-Identifier: MIT */
/* Owns the paths about profiles and the heap: what they take, and whether a snapshot may be
 * taken. */
#include "routes_heavy.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "headroom.h"
#include "params.h"
#include "put.h"
#include "routes_job.h"

#define JSON "application/json"
#define MAX_SAMPLES 1000000.0               /* of one profile: PH_RESULT_SAMPLES */

static const struct ph_param seconds = { "seconds", 0.1, PH_ROUTE_MAX_SECONDS, 5, false };
static const struct ph_param interval_us = { "interval_us", 100, 100000, 1000, true };
static const struct ph_param interval_bytes = { "interval_bytes", 1024, 16777216, 524288,
                                                true };
static const struct ph_param top = { "top", 1, 10000, 1000, true };

/* ---- Heavy jobs -------------------------------------------------------------------- */

static bool read_profile(const struct ph_request *request, const struct ph_param *interval,
                         struct ph_job_spec *spec, struct ph_reply *reply)
{
    double lasts_s, every;

    if (!ph_route_job_read(request, spec, reply) ||
        !ph_param_read(request, &seconds, &lasts_s, reply) ||
        !ph_param_read(request, interval, &every, reply))
        return false;
    spec->lasts_ns = (uint64_t)(lasts_s * (double)PH_NS_PER_S);
    spec->interval = (uint64_t)every;
    if (interval == &interval_us && lasts_s * 1e6 / every > MAX_SAMPLES) {
        ph_reply_error(reply, 400, "bad-option",
                       "more than 1000000 samples; ask for fewer 'seconds' or a longer",
                       "interval_us");
        return false;
    }
    return true;
}

void ph_answer_profile(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply)
{
    static const char *const formats[] = { "cpuprofile", "folded", NULL };
    struct ph_job_spec spec = { .kind = PH_JOB_PROFILE };
    unsigned format;

    if (!read_profile(request, &interval_us, &spec, reply) ||
        !ph_param_choice(request, "format", formats, &format, reply))
        return;
    spec.folded = format == 1;
    ph_route_job_start(env, request, &spec, reply);
}

void ph_answer_heap_profile(const struct ph_routes_env *env, const struct ph_request *request,
                            struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_HEAP_PROFILE };

    if (read_profile(request, &interval_bytes, &spec, reply))
        ph_route_job_start(env, request, &spec, reply);
}

void ph_answer_histogram(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_HISTOGRAM };
    double rows;

    if (!ph_route_job_read(request, &spec, reply) ||
        !ph_param_read(request, &top, &rows, reply))
        return;
    spec.top = (unsigned)rows;
    ph_route_job_start(env, request, &spec, reply);
}

/* ---- /heap/snapshot ---------------------------------------------------------------- */

struct outlook {
    uint64_t heap_bytes, headroom_bytes; /* PORTHOLE_UNKNOWN where nobody knows */
    struct ph_snapshot_estimate estimate;
    bool enough;
    char name[PORTHOLE_NAME_BYTES];
};

/* False if there is no such thread. */
static bool foresee(const struct ph_routes_env *env, int thread, struct outlook *out)
{
    if (!ph_route_heap(env, thread, out->name, &out->heap_bytes))
        return false;
    out->headroom_bytes = ph_headroom_bytes();
    ph_snapshot_estimate(out->heap_bytes == PORTHOLE_UNKNOWN ? 0 : out->heap_bytes,
                         &out->estimate);
    out->enough = out->headroom_bytes > out->estimate.memory_bytes;
    return true;
}

static const char *say_shortage(const struct outlook *o, char *buf, size_t cap)
{
    snprintf(buf, cap,
             "a heap snapshot may need %llu MB and there is room for %llu MB; 'force' takes it "
             "all the same",
             (unsigned long long)(o->estimate.memory_bytes >> 20),
             (unsigned long long)(o->headroom_bytes >> 20));
    return buf;
}

static void answer_estimate(const struct outlook *o, int thread, struct ph_reply *reply)
{
    struct ph_sink sink;
    char text[160];

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_put_number(&sink, "{\"thread\":{\"id\":", (uint64_t)thread);
    ph_put_text(&sink, ",\"name\":", o->name);
    ph_put_number(&sink, "},\"heap_used_bytes\":", o->heap_bytes);
    ph_sink_text(&sink, ",\"estimate\":{\"loop_s\":");
    ph_sink_real(&sink, o->estimate.loop_s);
    ph_put_number(&sink, ",\"memory_bytes\":", o->estimate.memory_bytes);
    ph_put_number(&sink, ",\"file_bytes\":", o->estimate.file_bytes);
    ph_put_number(&sink, "},\"headroom_bytes\":", o->headroom_bytes);
    ph_sink_text(&sink, o->enough ? ",\"allowed\":true" : ",\"allowed\":false");
    ph_put_text(&sink, ",\"reason\":", o->enough ? NULL : say_shortage(o, text, sizeof text));
    ph_sink_text(&sink, "}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

void ph_answer_snapshot(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply)
{
    struct ph_job_spec spec = { .kind = PH_JOB_SNAPSHOT };
    struct outlook outlook;
    char text[160];

    if (!ph_route_job_read(request, &spec, reply))
        return;
    if (!foresee(env, spec.thread, &outlook))
        ph_refuse_thread(request, reply);
    else if (request->query(request, "estimate"))
        answer_estimate(&outlook, spec.thread, reply);
    else if (!outlook.enough && !request->query(request, "force"))
        ph_reply_error(reply, 507, "not-enough-memory",
                       say_shortage(&outlook, text, sizeof text), NULL);
    else
        ph_route_job_start(env, request, &spec, reply);
}
