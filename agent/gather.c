/* SPDX-License-Identifier: MIT */
/* Owns "what is every thread doing now". Never waits: looks when the bell has rung. */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "encode_stack.h"
#include "put.h"
#include "serve.h"
#include "task_kernel.h"

#define STACK_DEPTH 128u
#define LATE_NS \
    (10 * PH_NS_PER_MS) /* an interrupt takes 0.3 ms; so late, native code held it */

struct asked {
    struct porthole_thread *thread; /* a reference */
    struct porthole_task *task;     /* a reference; NULL: could not even be asked */
    struct ph_loop_view loop;       /* when it was asked */
    bool has_loop;
    struct ph_task_kernel kernel; /* of one that did not come */
};

struct ph_gather {
    unsigned refs;
    int id;
    uint64_t wait_ns, due_ns, at_unix_ns;
    bool ready;
    size_t n;
    struct asked asked[];
};

static void ask(struct asked *a, struct porthole_thread *thread)
{
    struct ph_task_ask what = { .kind = PORTHOLE_TASK_STACK, .depth = STACK_DEPTH };

    a->thread = thread;
    a->has_loop = ph_board_loop(thread, ph_clock_ns(), &a->loop);
    a->task = ph_ask(thread, &what);
}

struct ph_gather *ph_gather_new(struct ph_board *board, int id, uint64_t wait_ns, bool *missing)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(board, held);
    struct ph_gather *g = calloc(1, sizeof *g + n * sizeof g->asked[0]);

    *missing = g && id != PH_GATHER_ALL;
    for (size_t i = 0; i < n; i++) {
        if (g && (id == PH_GATHER_ALL || id == held[i]->host.id)) {
            ask(&g->asked[g->n++], held[i]);
            *missing = false;
        } else {
            ph_thread_unref(held[i]);
        }
    }
    if (!g || *missing) {
        free(g);
        return NULL;
    }
    g->refs = 1;
    g->id = id;
    g->wait_ns = wait_ns;
    g->due_ns = ph_clock_ns() + wait_ns;
    g->at_unix_ns = ph_clock_unix_ns();
    return g;
}

struct ph_gather *ph_gather_ref(struct ph_gather *g)
{
    g->refs++;
    return g;
}

void ph_gather_unref(struct ph_gather *g)
{
    if (!g || --g->refs)
        return;
    for (size_t i = 0; i < g->n; i++) {
        if (g->asked[i].task)
            ph_task_drop(g->asked[i].task);
        ph_task_unref(g->asked[i].task);
        ph_thread_unref(g->asked[i].thread);
    }
    free(g);
}

bool ph_gather_is(const struct ph_gather *g, int thread, uint64_t wait_ns)
{
    return g->id == thread && g->wait_ns == wait_ns;
}

uint64_t ph_gather_due(const struct ph_gather *g)
{
    return g->due_ns;
}

static bool has_come(const struct asked *a)
{
    return a->task &&
           atomic_load_explicit(&a->task->state, memory_order_acquire) == PH_TASK_DONE;
}

/* The time is up: give up the rest, and ask the kernel about them. */
static void seal(struct ph_gather *g)
{
    for (size_t i = 0; i < g->n; i++) {
        struct asked *a = &g->asked[i];

        if (has_come(a))
            continue;
        ph_task_kernel_read(a->thread->tid, &a->kernel);
        a->has_loop = ph_board_loop(a->thread, ph_clock_ns(), &a->loop);
        if (!a->task)
            continue;
        ph_task_drop(a->task);
        if (has_come(a))
            continue;           /* in this very moment */
        ph_task_unref(a->task); /* what it brings now is nobody's any more */
        a->task = NULL;
    }
    g->ready = true;
}

bool ph_gather_ready(struct ph_gather *g, uint64_t now_ns)
{
    bool all = true;

    if (g->ready)
        return true;
    for (size_t i = 0; i < g->n && all; i++)
        all = !g->asked[i].task || has_come(&g->asked[i]);
    if (all || now_ns >= g->due_ns)
        seal(g);
    return g->ready;
}

/* ---- Telling ----------------------------------------------------------------------- */

static const char *const loop_states[] = {
    [PH_LOOP_IDLE] = "idle", [PH_LOOP_RUNNING] = "running", [PH_LOOP_BLOCKED] = "blocked"
};

/* Why there is no stack; "" if there is one. */
static const char *why_not(const struct asked *a, char *buf, size_t cap)
{
    if (has_come(a))
        return a->task->result.why;
    if (!a->thread->host.perform)
        return "this host gives no stacks";
    if (atomic_load_explicit(&a->thread->leaving, memory_order_relaxed))
        return "the thread has ended";
    return ph_task_kernel_says(&a->kernel, buf, cap);
}

static void put_id(struct ph_sink *sink, const char *key, uint64_t id)
{
    ph_sink_text(sink, key);
    if (id)
        ph_sink_u64(sink, id);
    else
        ph_sink_text(sink, "null");
}

static void put_loop(const struct asked *a, struct ph_sink *sink)
{
    bool blocked = a->has_loop && a->loop.state == PH_LOOP_BLOCKED;

    if (!a->has_loop) {
        ph_sink_text(sink, ",\"loop\":null");
        return;
    }
    ph_put_text(sink, ",\"loop\":{\"state\":", loop_states[a->loop.state]);
    ph_put_ms(sink, ",\"blocked_ms\":", blocked ? a->loop.busy_ns : 0);
    ph_put_text(sink, ",\"in_syscall\":", blocked ? a->kernel.syscall : NULL);
    ph_sink_char(sink, '}');
}

static void put_stack(const struct porthole_task *task, struct ph_sink *sink)
{
    uint64_t waited_ns = task->began_ns - task->asked_ns;

    ph_put_ms(sink, ",\"waited_ms\":", waited_ns);
    ph_put_ms(sink, ",\"late_ms\":", waited_ns > LATE_NS ? waited_ns : 0);
    ph_put_text(sink, ",\"after\":", waited_ns > LATE_NS ? "native call" : NULL);
    put_id(sink, ",\"async_id\":", task->result.async_id);
    put_id(sink, ",\"trigger_async_id\":", task->result.trigger_id);
    ph_sink_char(sink, ',');
    ph_encode_frames(&task->result, sink);
    ph_put_ms(sink, ",\"cost\":{\"loop_ms\":", task->spent_ns);
    ph_sink_char(sink, '}');
}

static void put_thread(const struct asked *a, struct ph_sink *sink)
{
    char buf[160];
    const char *why = why_not(a, buf, sizeof buf);

    ph_sink_text(sink, "{\"id\":");
    ph_sink_u64(sink, (uint64_t)a->thread->host.id);
    ph_put_text(sink, ",\"name\":", a->thread->name);
    ph_put_text(sink, ",\"status\":", why[0] ? "unreachable" : "ok");
    put_loop(a, sink);
    if (!why[0]) {
        put_stack(a->task, sink);
    } else {
        ph_put_text(sink, ",\"reason\":", why);
        ph_put_text(sink, ",\"kernel\":{\"state\":", a->kernel.state);
        ph_put_text(sink, ",\"syscall\":", a->kernel.syscall);
        ph_put_text(sink, ",\"wchan\":", a->kernel.wchan);
        ph_sink_text(sink, "},\"frames\":null");
    }
    ph_sink_char(sink, '}');
}

void ph_gather_json(const struct ph_gather *g, struct ph_sink *sink)
{
    char iso[PH_ISO_BYTES];

    ph_put_text(sink, "{\"captured\":{\"at\":", ph_clock_iso(g->at_unix_ns, iso));
    ph_sink_text(sink, "},\"threads\":[");
    for (size_t i = 0; i < g->n; i++) {
        if (i)
            ph_sink_char(sink, ',');
        put_thread(&g->asked[i], sink);
    }
    ph_sink_text(sink, "]}\n");
}

static void put_heading(const struct asked *a, struct ph_sink *sink)
{
    ph_sink_text(sink, "thread ");
    ph_sink_u64(sink, (uint64_t)a->thread->host.id);
    ph_sink_text(sink, " (");
    ph_sink_text(sink, a->thread->name);
    ph_sink_text(sink, "): ");
    ph_sink_text(sink, a->has_loop ? loop_states[a->loop.state] : "unknown");
    if (a->has_loop && a->loop.state == PH_LOOP_BLOCKED) {
        ph_put_ms(sink, " for ", a->loop.busy_ns);
        ph_sink_text(sink, " ms");
    }
    ph_sink_char(sink, '\n');
}

static void put_thread_text(const struct asked *a, struct ph_sink *sink)
{
    char buf[160];
    const char *why = why_not(a, buf, sizeof buf);
    uint64_t waited_ns;

    put_heading(a, sink);
    if (why[0]) {
        ph_sink_text(sink, "    (");
        ph_sink_text(sink, why);
        ph_sink_text(sink, ")\n");
        return;
    }
    waited_ns = a->task->began_ns - a->task->asked_ns;
    if (waited_ns > LATE_NS) {
        ph_put_ms(sink, "    (came ", waited_ns);
        ph_sink_text(sink, " ms late, after a native call: the innermost frame may be a "
                           "later, innocent one)\n");
    }
    if (a->task->result.frames.len == 0)
        ph_sink_text(sink, "    (no JavaScript is running)\n");
    ph_encode_frames_text(&a->task->result, sink);
}

void ph_gather_text(const struct ph_gather *g, struct ph_sink *sink)
{
    for (size_t i = 0; i < g->n; i++)
        put_thread_text(&g->asked[i], sink);
}
