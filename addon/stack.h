/* SPDX-License-Identifier: MIT */
/**
 * Where a JavaScript thread is: its frames and Node's async ids.
 */
#ifndef PORTHOLE_ADDON_STACK_H
#define PORTHOLE_ADDON_STACK_H

#include "porthole.h"

#include <v8-isolate.h>

/**
 * Perform PORTHOLE_TASK_STACK. Gives no frame when no JavaScript is running. Costs about
 * 2 microseconds per frame.
 *
 * Runs no JavaScript, and Error.prepareStackTrace is not asked. Allocates in the heap, so
 * that a collection may run.
 *
 * Threads: isolate thread, in a handle scope and a context.
 */
void stack_capture(v8::Isolate *isolate, porthole_task *task);

#endif /* PORTHOLE_ADDON_STACK_H */
