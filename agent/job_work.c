/* SPDX-License-Identifier: MIT */
/* Owns what all heavy jobs have in common: tasks that are waited for, sleeps, outcomes. Runs
 * on the job's own thread: it may sleep, but every sleep ends soon after the job is cancelled
 * or its host thread leaves. */
#include "job_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "porthole_wire.h"
#include "put.h"
#include "serve.h"
#include "task_kernel.h"
#include "text.h"

#define NAP_NS (100 * PH_NS_PER_MS) /* how soon a leaving host thread is noticed */
#define LOOK_NS (2 * PH_NS_PER_MS)  /* at a loop that is taken slice by slice */

bool ph_job_is_cancelled(const struct ph_job *job)
{
    return atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

bool ph_job_has_left(const struct ph_job *job)
{
    return atomic_load_explicit(&job->thread->leaving, memory_order_relaxed);
}

/* ---- Tasks, waited for ------------------------------------------------------------- */

static int state_of(const struct porthole_task *task)
{
    return atomic_load_explicit(&task->state, memory_order_acquire);
}

/* Sleep until the bell rings, at the latest until `until_ns`. */
static void doze(struct ph_job *job, uint64_t times, uint64_t until_ns)
{
    uint64_t latest = ph_clock_ns() + NAP_NS;

    ph_bell_wait(job->bell, times, until_ns < latest ? until_ns : latest);
}

static bool fail_blocked(struct ph_job *job)
{
    struct ph_loop_view view;
    char text[256];

    if (!ph_board_loop(job->thread, ph_clock_ns(), &view) || view.state != PH_LOOP_BLOCKED)
        return false;
    snprintf(text, sizeof text,
             "the loop of thread '%s' is blocked, by now for %.1f s, and nothing else can do "
             "this: /stack tells where it is",
             job->thread->name, (double)view.busy_ns / (double)PH_NS_PER_S);
    ph_job_fail(job, 503, "blocked", text);
    return true;
}

static void fail_unreachable(struct ph_job *job, const struct porthole_task *task)
{
    struct ph_task_kernel kernel;
    char where[128], text[256];

    if (ph_job_has_left(job)) {
        ph_job_fail(job, 503, "thread-ended", "the thread has ended");
        return;
    }
    if (ph_task_is_for_the_loop(task->kind) && fail_blocked(job))
        return;
    ph_task_kernel_read(job->thread->tid, &kernel);
    snprintf(text, sizeof text, "cannot reach thread '%s' within %u ms: %s", job->thread->name,
             (unsigned)(job->spec.wait_ns / PH_NS_PER_MS),
             ph_task_kernel_says(&kernel, where, sizeof where));
    ph_job_fail(job, 503, "unreachable", text);
}

/* Take the loop in the middle of its work; again for each slice that was done there. When to
 * look whether one was. */
static uint64_t urge(struct ph_job *job, struct porthole_task *task, uint64_t *slices,
                     uint64_t now_ns)
{
    uint64_t done = atomic_load_explicit(&task->slices, memory_order_relaxed);

    if (done != *slices)
        ph_ask_urge(job->thread, task);
    *slices = done;
    return now_ns + LOOK_NS;
}

/* Until the task is over, or has not been begun in time, or nobody wants it. A loop that has
 * not come soon is taken in the middle of its work, if that will do. */
static void await(struct ph_job *job, struct porthole_task *task)
{
    uint64_t urge_ns =
        ph_task_is_for_the_loop(task->kind) ? UINT64_MAX : task->asked_ns + PH_ESCALATE_NS;
    uint64_t due_ns = task->asked_ns + job->spec.wait_ns, slices = UINT64_MAX;

    while (!ph_task_is_over(task) && !ph_job_is_cancelled(job)) {
        uint64_t times = ph_bell_times(job->bell), now_ns = ph_clock_ns();

        if (ph_task_is_over(task))
            break;
        if (now_ns >= urge_ns)
            urge_ns = urge(job, task, &slices, now_ns);
        if (now_ns >= due_ns && state_of(task) == PH_TASK_WAITING)
            break;
        doze(job, times, urge_ns < due_ns ? urge_ns : due_ns > now_ns ? due_ns : urge_ns);
    }
}

/* Whatever was begun must be ended, also when nobody cares for the result any more. */
void ph_job_clean_up(struct ph_job *job, enum porthole_task_kind kind)
{
    struct ph_task_ask ask = { .kind = kind };
    struct porthole_task *task = ph_ask(job->thread, &ask);

    if (!task)
        return; /* it has left, and has cleaned up itself */
    atomic_store_explicit(&task->unwanted, true, memory_order_relaxed);
    if (!ph_task_is_for_the_loop(kind))
        ph_ask_urge(job->thread, task);
    ph_task_unref(task); /* the mail keeps it until it is done */
}

/* The host may claim it in this very moment: what it begins then must be ended. */
static void give_up(struct ph_job *job, struct porthole_task *task,
                    enum porthole_task_kind undo)
{
    ph_task_drop(task);
    if (undo != PORTHOLE_TASK_KINDS && state_of(task) != PH_TASK_DROPPED)
        ph_job_clean_up(job, undo);
    ph_task_unref(task);
}

struct porthole_task *ph_job_have_done(struct ph_job *job, enum porthole_task_kind kind,
                                       unsigned depth, enum porthole_task_kind undo)
{
    struct ph_task_ask ask = { .kind = kind, .interval = job->spec.interval, .depth = depth };
    struct porthole_task *task = ph_ask(job->thread, &ask);

    if (!task) {
        ph_job_fail(job, 503, ph_job_has_left(job) ? "thread-ended" : "unreachable",
                    ph_job_has_left(job) ? "the thread has ended"
                                         : "too many tasks wait for the thread already");
        return NULL;
    }
    await(job, task);
    if (state_of(task) == PH_TASK_DONE) {
        job->spent_ns += task->spent_ns;
        job->gc_ns += task->result.gc_ns;
        if (!task->result.why[0])
            return task;
        undo = PORTHOLE_TASK_KINDS; /* it failed: nothing was begun */
        ph_job_fail(job, 503, ph_job_has_left(job) ? "thread-ended" : "failed",
                    task->result.why);
    } else if (ph_job_is_cancelled(job)) {
        ph_job_fail(job, 503, "cancelled", "nobody waits for it any more");
    } else {
        fail_unreachable(job, task);
    }
    give_up(job, task, undo);
    return NULL;
}

bool ph_job_sleep_until(struct ph_job *job, uint64_t until_ns)
{
    while (!ph_job_is_cancelled(job) && !ph_job_has_left(job)) {
        uint64_t times = ph_bell_times(job->bell);

        if (ph_clock_ns() >= until_ns)
            return true;
        if (!ph_job_is_cancelled(job))
            doze(job, times, until_ns);
    }
    if (ph_job_has_left(job))
        ph_job_fail(job, 503, "thread-ended", "the thread has ended meanwhile");
    return false;
}

/* ---- Outcomes ---------------------------------------------------------------------- */

void *ph_job_sorted(struct ph_job *job, const void *rows, size_t n, size_t size,
                    int (*order)(const void *a, const void *b))
{
    char *sorted = malloc((n + 1) * size);

    if (!sorted) {
        ph_job_fail(job, 503, "no-memory", NULL);
        return NULL;
    }
    if (n)
        memcpy(sorted, rows, n * size);
    qsort(sorted, n, size, order);
    return sorted;
}

void ph_job_take_body(struct ph_job *job, struct ph_sink *sink, const char *type,
                      const char *suffix)
{
    job->body = ph_blob_take(sink);
    ph_sink_fini(sink);
    if (!job->body) {
        ph_job_fail(job, 507, "too-large", "the answer does not fit into memory");
        return;
    }
    job->status = 200;
    job->content_type = type;
    job->suffix = suffix;
}

void ph_job_put_head(const struct ph_job *job, struct ph_sink *sink)
{
    char iso[PH_ISO_BYTES];

    ph_put_number(sink, "{\"porthole\":{\"schema\":", PORTHOLE_SCHEMA);
    ph_sink_text(sink, ",\"version\":\"" PORTHOLE_VERSION "\"},");
    ph_job_put_service(job, sink);
    ph_put_text(sink, ",\"captured\":{\"at\":", ph_clock_iso(job->began_unix_ns, iso));
    ph_sink_text(sink, "},");
    ph_job_put_thread(job, sink);
    ph_sink_char(sink, ',');
}

void ph_job_put_thread(const struct ph_job *job, struct ph_sink *sink)
{
    ph_put_number(sink, "\"thread\":{\"id\":", (uint64_t)job->thread->host.id);
    ph_put_text(sink, ",\"name\":", job->thread->name);
    ph_sink_char(sink, '}');
}

void ph_job_put_service(const struct ph_job *job, struct ph_sink *sink)
{
    const struct ph_identity *id = job->identity;

    ph_put_text(sink, "\"service\":{\"name\":", id->service);
    ph_put_text(sink, ",\"ident\":", id->ident);
    ph_put_number(sink, ",\"pid\":", (uint64_t)id->pid);
    ph_sink_char(sink, '}');
}

void ph_job_put_cost(const struct ph_job *job, struct ph_sink *sink)
{
    ph_put_ms(sink, "\"cost\":{\"loop_ms\":", job->spent_ns);
    ph_put_ms(sink, ",\"gc_ms\":", job->gc_ns);
    ph_sink_char(sink, '}');
}

void ph_job_publish(struct ph_job *job)
{
    atomic_store_explicit(&job->ready, true, memory_order_release);
    ph_bell_ring(job->bell);
}

void ph_job_fail(struct ph_job *job, unsigned status, const char *code, const char *text)
{
    if (job->error_code)
        return; /* the first reason is the nearest one */
    job->status = status;
    job->error_code = code;
    ph_text_copy(job->error, sizeof job->error, text ? text : "out of memory");
}
