/* SPDX-License-Identifier: MIT */
#ifndef PH_SERVE_H
#define PH_SERVE_H

#include <stdbool.h>
#include <stddef.h>

#include "board.h"
#include "task.h"

/**
 * Where a task passes from the thread that asks to the host thread that does it. The
 * host's half is porthole_thread_serve() and the porthole_task_* functions.
 */

/* A loop that has not come for a bulk task by then is taken in the middle of its work. */
#define PH_ESCALATE_NS (20 * UINT64_C(1000000))

/**
 * Ask a host thread for something, and make it come.
 *
 * @return a task with one reference, for ph_task_drop() and ph_task_unref(); NULL if the
 *         thread has left, serves no tasks, has too many waiting, or memory is out.
 *
 * Threads: agent threads.
 */
struct porthole_task *ph_ask(struct porthole_thread *thread, const struct ph_task_ask *ask);

/** Make the host thread come for it also in the middle of running code; again after each
 *  slice that was not the last. Threads: as ph_ask(). */
void ph_ask_urge(struct porthole_thread *thread, struct porthole_task *task);

/**
 * Let the host write the heap snapshot that it has taken.
 *
 * @return false if the thread has left, or leaves meanwhile: the text is not complete.
 *
 * Threads: an agent thread that may take its time.
 */
bool ph_ask_stream(struct porthole_thread *thread,
                   bool (*write)(void *to, const char *bytes, size_t n), void *to);

#endif
