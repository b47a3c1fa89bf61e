/* SPDX-License-Identifier: MIT */
/* Owns the crossing between agent threads and host threads. An agent thread never waits
 * here for a host; a host thread waits for nothing but, when it leaves, a write() that is
 * told to end. */
#include "serve.h"

#include <unistd.h>

#include "clock.h"
#include "text.h"

/* ---- Agent threads ----------------------------------------------------------------- */

static bool summon(struct porthole_thread *t, bool urgent)
{
    bool open;

    pthread_mutex_lock(&t->gate);
    open = t->open && t->host.summon;
    if (open)
        t->host.summon(t->host.ctx, urgent);
    pthread_mutex_unlock(&t->gate);
    return open;
}

struct porthole_task *ph_ask(struct porthole_thread *t, const struct ph_task_ask *ask)
{
    struct porthole_task *task = ph_task_new(ask, t->board->bell);

    if (!task)
        return NULL;
    if (!t->host.perform || !ph_mail_put(&t->mail, task)) {
        ph_task_unref(task);
        return NULL;
    }
    summon(t, atomic_load_explicit(&task->urgent, memory_order_relaxed));
    return task;
}

void ph_ask_urge(struct porthole_thread *t, struct porthole_task *task)
{
    atomic_store_explicit(&task->urgent, true, memory_order_relaxed);
    summon(t, true);
}

struct guarded {
    struct porthole_thread *thread;
    bool (*write)(void *to, const char *bytes, size_t n);
    void *to;
};

static bool write_guarded(void *to, const char *bytes, size_t n)
{
    struct guarded *g = to;

    return !atomic_load_explicit(&g->thread->leaving, memory_order_relaxed) &&
           g->write(g->to, bytes, n);
}

bool ph_ask_stream(struct porthole_thread *t,
                   bool (*write)(void *to, const char *bytes, size_t n), void *to)
{
    struct guarded guarded = { t, write, to };
    bool open;

    pthread_mutex_lock(&t->gate);
    open = t->open && t->host.stream;
    t->streaming = open;
    pthread_mutex_unlock(&t->gate);
    if (!open)
        return false;
    t->host.stream(t->host.ctx, write_guarded, &guarded);
    pthread_mutex_lock(&t->gate);
    t->streaming = false;
    pthread_cond_broadcast(&t->streamed);
    pthread_mutex_unlock(&t->gate);
    return !atomic_load_explicit(&t->leaving, memory_order_relaxed);
}

/* ---- Host thread ------------------------------------------------------------------- */

/* One task, or a slice of it; false if a slice is left. */
static bool perform(struct porthole_thread *t, struct porthole_task *task, bool on_loop)
{
    uint64_t began = ph_clock_ns(), took;
    int outer = atomic_load_explicit(&t->serving, memory_order_relaxed);
    bool done;

    if (ph_task_claim(task)) {
        task->began_ns = began;
        task->turns = t->stamp.turns;
    } else if (ph_task_is_over(task)) {
        return true; /* given up in this very moment */
    }
    atomic_store_explicit(&t->serving, (int)task->kind + 1, memory_order_relaxed);
    done = t->host.perform(t->host.ctx, task, on_loop);
    atomic_store_explicit(&t->serving, outer, memory_order_relaxed);
    took = ph_clock_ns() - began;
    task->spent_ns += took;
    if (took > task->longest_ns)
        task->longest_ns = took;
    atomic_fetch_add_explicit(&task->slices, 1, memory_order_relaxed);
    atomic_store_explicit(&task->slice_ns, began + took, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->spent_ns, took, memory_order_relaxed);
    return done;
}

/* What is not done yet waits behind the others. On the loop the host itself comes again; out
 * of an interrupt whoever asked must see to it, since Node would run a new one at once, before
 * the application's next instruction. */
static void end_slice(struct porthole_thread *t, struct porthole_task *task, bool done)
{
    if (!done) {
        ph_mail_defer(&t->mail, task);
        if (atomic_load_explicit(&task->urgent, memory_order_relaxed) && t->board->bell)
            ph_bell_ring(t->board->bell);
        return;
    }
    if (task->fragments)
        task->fragments->taken_ns = ph_clock_ns();
    ph_task_finish(task);
    ph_mail_remove(&t->mail, task);
}

/* Whatever the host does for a task may run into another summons. */
static bool is_serving(const struct porthole_thread *t)
{
    return atomic_load_explicit(&t->serving, memory_order_relaxed) != 0;
}

/* What the application computes may be stuck like all its code: it can be looked into. */
static bool runs_application(const struct porthole_thread *t)
{
    return atomic_load_explicit(&t->serving, memory_order_relaxed) ==
           PORTHOLE_TASK_PROVIDED + 1;
}

bool porthole_thread_serve(porthole_thread *t, bool on_loop)
{
    struct porthole_task *task;

    /* The mail's lock may be held for ever in a forked child. */
    if (getpid() != t->board->pid || (is_serving(t) && (on_loop || !runs_application(t))))
        return false;
    while ((task = ph_mail_next(&t->mail, on_loop))) {
        bool done = perform(t, task, on_loop);

        end_slice(t, task, done);
        ph_task_unref(task);
        if (!done)
            return on_loop;
    }
    return false;
}

enum porthole_task_kind porthole_task_kind_of(const porthole_task *task)
{
    return task->kind;
}

uint64_t porthole_task_interval(const porthole_task *task)
{
    return task->interval;
}

unsigned porthole_task_depth(const porthole_task *task)
{
    return task->depth;
}

const struct porthole_objects_ask *porthole_task_objects(const porthole_task *task)
{
    return &task->objects;
}

uint64_t *porthole_task_cursor(porthole_task *task)
{
    return task->cursor;
}

bool porthole_task_wanted(const porthole_task *task)
{
    return !atomic_load_explicit(&task->unwanted, memory_order_relaxed);
}

void porthole_task_fail(porthole_task *task, const char *why)
{
    ph_result_fail(&task->result, why);
}

void porthole_task_gc_ns(porthole_task *task, uint64_t gc_ns)
{
    task->result.gc_ns += gc_ns;
}

bool porthole_task_frame(porthole_task *task, const struct porthole_frame *frame)
{
    return ph_result_add_frame(&task->result, frame);
}

void porthole_task_frames_cut(porthole_task *task)
{
    task->result.cut = true;
}

void porthole_task_async(porthole_task *task, uint64_t id, uint64_t trigger)
{
    task->result.async_id = id;
    task->result.trigger_id = trigger;
}

bool porthole_task_listeners(porthole_task *task, const struct porthole_listener_kind *kind)
{
    return ph_result_add_listeners(&task->result, kind);
}

void porthole_task_emitters(porthole_task *task, uint64_t n)
{
    task->result.emitters = n;
}

bool porthole_task_json(porthole_task *task, const char *json, size_t n)
{
    return ph_result_set_json(&task->result, json, n);
}

bool porthole_task_row(porthole_task *task, const char *name, uint64_t count, uint64_t bytes)
{
    return ph_result_add_row(&task->result, name, count, bytes);
}

bool porthole_task_node(porthole_task *task, const struct porthole_node *node)
{
    return ph_result_add_node(&task->result, node);
}

bool porthole_task_sample(porthole_task *task, uint32_t node, uint64_t at_us)
{
    return ph_result_add_sample(&task->result, node, at_us);
}

void porthole_task_span(porthole_task *task, uint64_t began_us, uint64_t ended_us)
{
    task->result.began_us = began_us;
    task->result.ended_us = ended_us;
}

bool porthole_task_allocation(porthole_task *task, uint32_t node, uint64_t size, uint64_t count)
{
    return ph_result_add_allocation(&task->result, node, size, count);
}

bool porthole_task_fragment(porthole_task *task, const struct porthole_fragment *fragment)
{
    const struct ph_fragments *f = task->fragments;
    bool is_object = fragment->kind == PORTHOLE_FRAGMENT_OBJECT;

    if (!f)
        return false;
    if (is_object && task->objects.limit && f->n_objects >= task->objects.limit) {
        task->fragments->cut = true;
        return false;
    }
    return ph_fragments_add(task->fragments, fragment);
}

void porthole_task_fragments_cut(porthole_task *task, const char *why)
{
    if (!task->fragments)
        return;
    task->fragments->cut = true;
    if (!task->fragments->why[0])
        ph_text_copy(task->fragments->why, sizeof task->fragments->why, why);
}
