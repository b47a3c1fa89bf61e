/* SPDX-License-Identifier: MIT */
/* Owns the life of a task. Nothing here waits: who asks looks again when the bell rings. */
#include "task.h"

#include <stdlib.h>

#include "clock.h"
#include "objects_ask.h"

/* What is asked about objects, and where they go. False if memory is out. */
static bool take_objects(struct porthole_task *task, const struct porthole_objects_ask *ask)
{
    task->texts = ph_objects_ask_copy(&task->objects, ask);
    task->fragments = ph_fragments_new();
    return task->texts && task->fragments;
}

struct porthole_task *ph_task_new(const struct ph_task_ask *ask, struct ph_bell *bell)
{
    struct porthole_task *task = calloc(1, sizeof *task);

    if (!task)
        return NULL;
    atomic_init(&task->refs, 1);
    atomic_init(&task->state, PH_TASK_WAITING);
    atomic_init(&task->urgent, ask->kind == PORTHOLE_TASK_STACK);
    task->kind = ask->kind;
    task->interval = ask->interval;
    task->depth = ask->depth;
    task->asked_ns = ph_clock_ns();
    task->bell = bell;
    ph_result_init(&task->result);
    if (ask->objects && !take_objects(task, ask->objects)) {
        ph_task_unref(task);
        return NULL;
    }
    return task;
}

struct porthole_task *ph_task_ref(struct porthole_task *task)
{
    if (task)
        atomic_fetch_add_explicit(&task->refs, 1, memory_order_relaxed);
    return task;
}

void ph_task_unref(struct porthole_task *task)
{
    if (!task || atomic_fetch_sub_explicit(&task->refs, 1, memory_order_acq_rel) != 1)
        return;
    ph_result_fini(&task->result);
    ph_fragments_unref(task->fragments);
    free(task->texts);
    free(task);
}

static bool step(struct porthole_task *task, int from, int to)
{
    return atomic_compare_exchange_strong_explicit(&task->state, &from, to,
                                                   memory_order_acq_rel, memory_order_acquire);
}

static int state_of(const struct porthole_task *task)
{
    return atomic_load_explicit(&task->state, memory_order_acquire);
}

bool ph_task_is_over(const struct porthole_task *task)
{
    int state = state_of(task);

    return state == PH_TASK_DONE || state == PH_TASK_DROPPED;
}

bool ph_task_is_for_the_loop(enum porthole_task_kind kind)
{
    return kind == PORTHOLE_TASK_PROVIDED || kind == PORTHOLE_TASK_TRACE_LISTENERS ||
           kind == PORTHOLE_TASK_TRACE_SOCKETS || kind == PORTHOLE_TASK_TRACE_STOP;
}

void ph_task_drop(struct porthole_task *task)
{
    if (!step(task, PH_TASK_WAITING, PH_TASK_DROPPED))
        atomic_store_explicit(&task->unwanted, true, memory_order_relaxed);
}

bool ph_task_claim(struct porthole_task *task)
{
    return step(task, PH_TASK_WAITING, PH_TASK_RUNNING);
}

void ph_task_finish(struct porthole_task *task)
{
    bool over =
        step(task, PH_TASK_WAITING, PH_TASK_DONE) || step(task, PH_TASK_RUNNING, PH_TASK_DONE);

    if (over && task->bell)
        ph_bell_ring(task->bell);
}

/* ---- Mail -------------------------------------------------------------------------- */

void ph_mail_init(struct ph_mail *mail)
{
    pthread_mutex_init(&mail->lock, NULL);
    mail->open = true;
}

void ph_mail_fini(struct ph_mail *mail)
{
    for (size_t i = 0; i < mail->n; i++)
        ph_task_unref(mail->tasks[i]);
    mail->n = 0;
    pthread_mutex_destroy(&mail->lock);
}

/* Forget the task at `i`; the caller, who holds the lock, gives back the reference. */
static struct porthole_task *take_at(struct ph_mail *mail, size_t i)
{
    struct porthole_task *task = mail->tasks[i];

    mail->n--;
    for (; i < mail->n; i++)
        mail->tasks[i] = mail->tasks[i + 1];
    return task;
}

/* Take out those that were dropped, into `out`; the caller, who holds the lock, gives back
 * their references after it, since that may free. */
static size_t take_dropped(struct ph_mail *mail, struct porthole_task **out)
{
    size_t n = 0;

    for (size_t i = 0; i < mail->n;) {
        if (state_of(mail->tasks[i]) == PH_TASK_DROPPED)
            out[n++] = take_at(mail, i);
        else
            i++;
    }
    return n;
}

static void unref_all(struct porthole_task *const *tasks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ph_task_unref(tasks[i]);
}

/* What ends another task's work must get in, whoever else is waiting. */
static bool is_an_end(enum porthole_task_kind kind)
{
    return kind == PORTHOLE_TASK_PROFILE_STOP || kind == PORTHOLE_TASK_HEAP_PROFILE_STOP ||
           kind == PORTHOLE_TASK_SNAPSHOT_DROP || kind == PORTHOLE_TASK_TRACE_STOP;
}

bool ph_mail_put(struct ph_mail *mail, struct porthole_task *task)
{
    struct porthole_task *dropped[PH_MAIL_PLACES];
    size_t n_dropped, room = is_an_end(task->kind) ? PH_MAIL_PLACES : PH_MAIL_TASKS;
    bool fits;

    pthread_mutex_lock(&mail->lock);
    n_dropped = take_dropped(mail, dropped); /* of a thread that never comes, too */
    fits = mail->open && mail->n < room;
    if (fits)
        mail->tasks[mail->n++] = ph_task_ref(task);
    pthread_mutex_unlock(&mail->lock);
    unref_all(dropped, n_dropped);
    return fits;
}

struct porthole_task *ph_mail_next(struct ph_mail *mail, bool on_loop)
{
    struct porthole_task *dropped[PH_MAIL_PLACES], *found = NULL;
    size_t n_dropped;

    pthread_mutex_lock(&mail->lock);
    n_dropped = take_dropped(mail, dropped);
    for (size_t i = 0; i < mail->n && !found; i++)
        if (atomic_load_explicit(&mail->tasks[i]->urgent, memory_order_relaxed))
            found = mail->tasks[i];
    if (!found && on_loop && mail->n > 0)
        found = mail->tasks[0];
    ph_task_ref(found);
    pthread_mutex_unlock(&mail->lock);
    unref_all(dropped, n_dropped);
    return found;
}

void ph_mail_defer(struct ph_mail *mail, const struct porthole_task *task)
{
    pthread_mutex_lock(&mail->lock);
    for (size_t i = 0; i + 1 < mail->n; i++) {
        if (mail->tasks[i] == task) {
            struct porthole_task *deferred = take_at(mail, i);

            mail->tasks[mail->n++] = deferred;
            break;
        }
    }
    pthread_mutex_unlock(&mail->lock);
}

void ph_mail_remove(struct ph_mail *mail, struct porthole_task *task)
{
    bool held = false;

    pthread_mutex_lock(&mail->lock);
    for (size_t i = 0; i < mail->n && !held; i++) {
        if (mail->tasks[i] != task)
            continue;
        take_at(mail, i);
        held = true;
    }
    pthread_mutex_unlock(&mail->lock);
    if (held)
        ph_task_unref(task);
}

void ph_mail_close(struct ph_mail *mail, const char *why)
{
    struct porthole_task *left[PH_MAIL_PLACES];
    size_t n;

    pthread_mutex_lock(&mail->lock);
    mail->open = false;
    n = mail->n;
    for (size_t i = 0; i < n; i++)
        left[i] = mail->tasks[i];
    mail->n = 0;
    pthread_mutex_unlock(&mail->lock);
    for (size_t i = 0; i < n; i++) {
        ph_task_claim(left[i]); /* so that the result is ours to write; or it was already */
        if (state_of(left[i]) == PH_TASK_RUNNING)
            ph_result_fail(&left[i]->result, why);
        ph_task_finish(left[i]);
        ph_task_unref(left[i]);
    }
}
