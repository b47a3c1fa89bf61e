/* SPDX-License-Identifier: MIT */
/* Owns the steps of a profile: begin, sleep, end, encode. */
#include "job_profile.h"

#include "clock.h"
#include "encode_calls.h"
#include "job_work.h"
#include "mend.h"
#include "put.h"
#include "serve.h"

#define STACKS 64u /* taken beside a profile of a stuck loop */
#define STACK_DEPTH 128u               /* of a heap profile's stacks as well */
#define STACK_STEP_NS (20 * PH_NS_PER_MS)
#define PROMPT_NS PH_NS_PER_MS
#define ENOUGH_STACKS 8u

/* ---- Profiles ---------------------------------------------------------------------- */

/* The member that says where a profile is from; viewers pass over it. */
static void put_origin(const struct ph_job *job, const struct ph_result *r,
                       struct ph_sink *sink)
{
    char iso[PH_ISO_BYTES];

    ph_sink_text(sink, "\"porthole\":{\"version\":\"" PORTHOLE_VERSION "\",");
    ph_job_put_service(job, sink);
    ph_sink_char(sink, ',');
    ph_job_put_thread(job, sink);
    ph_put_text(sink, ",\"at\":", ph_clock_iso(job->began_unix_ns, iso));
    ph_sink_text(sink, ",\"seconds\":");
    ph_sink_real(sink, (double)job->spec.lasts_ns / (double)PH_NS_PER_S);
    ph_put_number(
        sink, job->spec.kind == PH_JOB_PROFILE ? ",\"interval_us\":" : ",\"interval_bytes\":",
        job->spec.interval);
    ph_sink_text(sink, r->cut ? ",\"truncated\":true," : ",\"truncated\":false,");
    ph_job_put_cost(job, sink);
    ph_sink_text(sink, "}");
}

static void encode_profile(struct ph_job *job, const struct ph_result *r)
{
    struct ph_sink sink, origin;
    bool good;

    ph_sink_init(&sink, PH_JOB_BODY_MAX);
    ph_sink_init(&origin, 4096);
    put_origin(job, r, &origin);
    ph_sink_put(&origin, "", 1);
    if (job->spec.folded)
        good = ph_encode_folded(r, &sink);
    else if (job->spec.kind == PH_JOB_PROFILE)
        good = ph_encode_cpuprofile(r, origin.failed ? "" : origin.bytes, &sink);
    else
        good = ph_encode_heapprofile(r, origin.failed ? "" : origin.bytes, &sink);
    ph_sink_fini(&origin);
    if (!good) {
        ph_sink_fini(&sink);
        ph_job_fail(job, 503, "no-memory", NULL);
        return;
    }
    ph_job_take_body(job, &sink, job->spec.folded ? "text/plain; charset=utf-8" : PH_JOB_JSON,
                     job->spec.folded                   ? ".folded"
                     : job->spec.kind == PH_JOB_PROFILE ? ".cpuprofile"
                                                        : ".heapprofile");
}

/* ---- Stacks beside a profile, see mend.h --------------------------------------------- */

struct stacks {
    struct porthole_task *task[STACKS];
    size_t n;
};

static bool is_done(const struct porthole_task *task)
{
    return atomic_load_explicit(&task->state, memory_order_acquire) == PH_TASK_DONE;
}

/* One at a time: a thread that does not come for one has its mail free for the end. */
static void take_stack(struct ph_job *job, struct stacks *s)
{
    struct ph_task_ask ask = { .kind = PORTHOLE_TASK_STACK, .depth = STACK_DEPTH };
    bool pending = s->n > 0 && !is_done(s->task[s->n - 1]);
    struct porthole_task *task = s->n < STACKS && !pending ? ph_ask(job->thread, &ask) : NULL;

    if (task)
        s->task[s->n++] = task;
}

/* Sleep through the profile, and look at the stack now and then, unless the loop is idle: 64
 * times 0.1 ms, however long it is. */
static bool sleep_beside(struct ph_job *job, struct stacks *s)
{
    uint64_t begin_ns = ph_clock_ns(), end_ns = begin_ns + job->spec.lasts_ns;
    uint64_t step_ns = job->spec.lasts_ns / STACKS;
    struct ph_loop_view view;

    if (step_ns < STACK_STEP_NS)
        step_ns = STACK_STEP_NS;
    for (uint64_t at = begin_ns + step_ns / 2; at < end_ns; at += step_ns) {
        if (!ph_job_sleep_until(job, at))
            return false;
        if (ph_board_loop(job->thread, ph_clock_ns(), &view) && view.state != PH_LOOP_IDLE)
            take_stack(job, s);
    }
    return ph_job_sleep_until(job, end_ns);
}

/* A stack that came at once shows where the thread was; a late one, where it next could be
 * interrupted, which favours the callees of native calls. Late ones are for want of better. */
static size_t choose(const struct stacks *s, bool late_too, const struct ph_result **out)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        const struct porthole_task *task = s->task[i];

        if (is_done(task) && !task->result.why[0] &&
            (late_too || task->began_ns - task->asked_ns < PROMPT_NS))
            out[n++] = &task->result;
    }
    return n;
}

static void mend(struct ph_job *job, const struct stacks *s, struct porthole_task *profile)
{
    const struct ph_result *results[STACKS];
    size_t n = choose(s, false, results);

    if (n < ENOUGH_STACKS)
        n = choose(s, true, results);
    for (size_t i = 1; i < s->n; i++) /* the first is the start, counted already */
        job->spent_ns += is_done(s->task[i]) ? s->task[i]->spent_ns : 0;
    ph_mend_profile(&profile->result, results, n); /* it is done: ours to change */
}

static void forget_stacks(struct stacks *s)
{
    for (size_t i = 0; i < s->n; i++) {
        ph_task_drop(s->task[i]);
        ph_task_unref(s->task[i]);
    }
}

static void profile(struct ph_job *job, enum porthole_task_kind start_kind,
                    enum porthole_task_kind stop_kind)
{
    struct porthole_task *task = ph_job_have_done(job, start_kind, STACK_DEPTH, stop_kind);
    struct stacks stacks = { .n = 0 };
    bool slept;

    if (!task)
        return;
    stacks.task[stacks.n++] = task; /* it has brought the first stack */
    slept = start_kind == PORTHOLE_TASK_PROFILE_START
                ? sleep_beside(job, &stacks)
                : ph_job_sleep_until(job, ph_clock_ns() + job->spec.lasts_ns);
    task = slept ? ph_job_have_done(job, stop_kind, 0, PORTHOLE_TASK_KINDS) : NULL;
    if (task) {
        mend(job, &stacks, task);
        encode_profile(job, &task->result);
        ph_task_unref(task);
    } else {
        ph_job_clean_up(job, stop_kind);
    }
    forget_stacks(&stacks);
}

void ph_job_profile(struct ph_job *job)
{
    profile(job, PORTHOLE_TASK_PROFILE_START, PORTHOLE_TASK_PROFILE_STOP);
}

void ph_job_heap_profile(struct ph_job *job)
{
    profile(job, PORTHOLE_TASK_HEAP_PROFILE_START, PORTHOLE_TASK_HEAP_PROFILE_STOP);
}
