/* SPDX-License-Identifier: MIT */
/* Owns the noticing of blocks. Never waits for a host thread: a stack that was asked for is
 * looked after at the next look. */
#include "watch.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "serve.h"
#include "task_kernel.h"

#define STACK_DEPTH 64u
#define SOONEST_NS (2 * PH_NS_PER_MS)  /* a busy server shall not be looked at all the time */
#define PENDING_NS (20 * PH_NS_PER_MS) /* a stack is on its way: look for it so often */
#define GIVE_UP_NS \
    (2 * PH_NS_PER_S) /* it has not come: say where the thread is; a later
                                           stack is taken all the same */

/* What of ours stops a loop, by porthole_task_kind. */
static const char *const stoppers[PORTHOLE_TASK_KINDS] = {
    [PORTHOLE_TASK_STACK] = "/stack",
    [PORTHOLE_TASK_HISTOGRAM] = "/heap/histogram",
    [PORTHOLE_TASK_PROFILE_START] = "/profile",
    [PORTHOLE_TASK_PROFILE_STOP] = "/profile",
    [PORTHOLE_TASK_HEAP_PROFILE_START] = "/heap/profile",
    [PORTHOLE_TASK_HEAP_PROFILE_STOP] = "/heap/profile",
    [PORTHOLE_TASK_SNAPSHOT_TAKE] = "/heap/snapshot",
    [PORTHOLE_TASK_SNAPSHOT_DROP] = "/heap/snapshot",
    [PORTHOLE_TASK_OBJECTS] = "/objects",
    [PORTHOLE_TASK_PROVIDED] = "/objects (provided)",
    [PORTHOLE_TASK_LISTENERS] = "/listeners",
    [PORTHOLE_TASK_TRACE_LISTENERS] = "/trace",
    [PORTHOLE_TASK_TRACE_SOCKETS] = "/trace",
    [PORTHOLE_TASK_TRACE_STOP] = "/trace",
};

static void ask_for_stack(struct porthole_thread *t, struct ph_watched *w)
{
    struct ph_task_ask ask = { .kind = PORTHOLE_TASK_STACK, .depth = STACK_DEPTH };

    w->task = ph_ask(t, &ask);
    w->block.status = w->task ? PH_BLOCK_WAITING : PH_BLOCK_UNREACHABLE;
    if (!w->task)
        snprintf(w->block.reason, sizeof w->block.reason, "this host gives no stacks");
}

static void begin(struct porthole_thread *t, const struct ph_loop_view *view, uint64_t now_ns)
{
    struct ph_watched *w = &t->watched;
    int serving = atomic_load_explicit(&t->serving, memory_order_relaxed);
    struct ph_task_kernel kernel;

    memset(&w->block, 0, sizeof w->block);
    w->ongoing = true;
    w->turns = view->stamp.turns;
    w->blocks = view->stamp.blocks;
    w->asked_ns = now_ns;
    w->block.ongoing = true;
    w->block.began_unix_ns = view->stamp.last_block_unix_ns;
    w->block.lasted_ns = view->busy_ns;
    if (serving > 0 && serving <= PORTHOLE_TASK_KINDS) {
        w->block.status = PH_BLOCK_PORTHOLE;
        snprintf(w->block.reason, sizeof w->block.reason, "stopped by porthole for %s",
                 stoppers[serving - 1]);
    } else {
        ph_task_kernel_read(t->tid, &kernel);
        memcpy(w->block.in_syscall, kernel.syscall, sizeof w->block.in_syscall);
        ask_for_stack(t, w);
    }
    ph_blocks_add(&t->blocks, &w->block);
}

/* The stack has come. It belongs to this block only if the loop has not turned since. */
static void receive(struct ph_watched *w)
{
    struct porthole_task *task = w->task;
    bool missed = task->turns != w->turns;

    if (task->began_ns > task->asked_ns) /* not if the thread has ended */
        w->block.late_ns = task->began_ns - task->asked_ns;
    if (missed || task->result.why[0]) {
        w->block.status = missed ? PH_BLOCK_ENDED : PH_BLOCK_UNREACHABLE;
        if (!missed)
            snprintf(w->block.reason, sizeof w->block.reason, "%.90s", task->result.why);
    } else {
        w->block.status = PH_BLOCK_OK;
        w->block.reason[0] = '\0';
        w->block.task = task; /* ph_blocks_amend() takes its own reference */
    }
}

static void look_after_stack(struct porthole_thread *t, uint64_t now_ns)
{
    struct ph_watched *w = &t->watched;
    struct ph_task_kernel kernel;

    if (!w->task)
        return;
    if (ph_task_is_over(w->task)) {
        receive(w);
        ph_blocks_amend(&t->blocks, &w->block);
        w->block.task = NULL;
        ph_task_unref(w->task);
        w->task = NULL;
    } else if (w->block.status == PH_BLOCK_WAITING && now_ns > w->asked_ns + GIVE_UP_NS) {
        w->block.status = PH_BLOCK_UNREACHABLE;
        ph_task_kernel_read(t->tid, &kernel);
        memcpy(w->block.in_syscall, kernel.syscall, sizeof w->block.in_syscall);
        ph_task_kernel_says(&kernel, w->block.reason, sizeof w->block.reason);
    }
}

/* Amend without losing the stack that is in the ring already. */
static void amend(struct porthole_thread *t)
{
    struct ph_block kept[PH_BLOCKS_KEPT];
    size_t n = ph_blocks_copy(&t->blocks, kept);
    struct ph_block block = t->watched.block;

    if (n > 0 && block.status == PH_BLOCK_OK)
        block.task = kept[0].task;
    ph_blocks_amend(&t->blocks, &block);
    ph_blocks_release(kept, n);
}

static void end(struct porthole_thread *t, const struct ph_loop_stamp *stamp)
{
    struct ph_watched *w = &t->watched;

    if (w->task) { /* not here, and nobody's interest any more */
        ph_task_drop(w->task);
        ph_task_unref(w->task);
        w->task = NULL;
        if (w->block.status == PH_BLOCK_WAITING)
            w->block.status = PH_BLOCK_ENDED;
    }
    w->ongoing = w->block.ongoing = false;
    if (stamp->blocks == w->blocks)
        w->block.lasted_ns = stamp->last_block_ns;
    amend(t);
}

/* Counted by the host thread, never met by a look: we were starved ourselves. */
static void note_missed(struct porthole_thread *t, const struct ph_loop_stamp *stamp)
{
    struct ph_block block = { .began_unix_ns = stamp->last_block_unix_ns,
                              .lasted_ns = stamp->last_block_ns,
                              .status = PH_BLOCK_ENDED };

    if (stamp->blocks <= t->watched.blocks)
        return;
    t->watched.blocks = stamp->blocks;
    ph_blocks_add(&t->blocks, &block);
}

static uint64_t look(struct porthole_thread *t, uint64_t now_ns)
{
    struct ph_watched *w = &t->watched;
    uint64_t limit_ns = t->board->blocked_ns, rest_ns;
    struct ph_loop_view view;

    if (!ph_board_loop(t, now_ns, &view))
        return now_ns + PENDING_NS;
    if (w->ongoing)
        look_after_stack(t, now_ns);
    if (w->ongoing && (view.state != PH_LOOP_BLOCKED || view.stamp.turns != w->turns)) {
        struct ph_loop_stamp stamp = view.stamp;

        if (view.state == PH_LOOP_BLOCKED)
            stamp.blocks = 0; /* those are the next block's figures */
        end(t, &stamp);
    }
    if (view.state != PH_LOOP_BLOCKED) {
        note_missed(t, &view.stamp);
        rest_ns = view.state == PH_LOOP_IDLE || view.busy_ns > limit_ns
                      ? limit_ns
                      : limit_ns - view.busy_ns;
        return now_ns + (rest_ns > SOONEST_NS ? rest_ns : SOONEST_NS);
    }
    if (!w->ongoing)
        begin(t, &view, now_ns);
    w->block.lasted_ns = view.busy_ns;
    amend(t);
    return now_ns + (w->task && w->block.status == PH_BLOCK_WAITING ? PENDING_NS : limit_ns);
}

uint64_t ph_watch_run(struct ph_board *board, uint64_t now_ns)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(board, held);
    uint64_t due_ns = UINT64_MAX;

    for (size_t i = 0; i < n; i++) {
        uint64_t next_ns = look(held[i], now_ns);

        if (next_ns < due_ns)
            due_ns = next_ns;
        ph_thread_unref(held[i]);
    }
    return due_ns;
}
